//! Whatever a target says, it says it inside a text: it breaks out of no format.

use conformance::report::{
    Report, Write, html::Html, json::Json, junit::Junit, markdown::Markdown, output::FORMATS,
    sarif::Sarif, tap::Tap, terminal::Terminal,
};
use pulldown_cmark::{Event, Options, Parser, Tag};
use scraper::{Html as Page, Selector};
use serde_json::{Value, json};

use super::{
    formats::sarif_violations,
    peer::Peer,
    report::{sample, written},
    tap, xsd,
};

/// What somebody would send who has read how reports are written.
const HOSTILE: &str = "</script></style></pre></details><img src=x onerror=alert(1)>\r\n\
    ````````\n```\n\n# heading @everyone [link](javascript:alert(1)) ![i](http://x/) | cell |\n\
    ]]><failure/>\n...\n  ...\n---\nnot ok 99 - more # TODO\nBail out! \u{1b}[31m\u{1b}]0;title\u{7}\u{202e}\u{2066}\
    \u{0}\u{85}\u{9b}1m {{ 7 * 7 }} &lt; \"'\\ ${x} \u{feff}";

/// Makes a report in which everything that a target can say is hostile.
async fn hostile() -> (Report, Peer) {
    let (mut report, peer) = sample().await;
    for entry in &mut report.entries {
        if entry.reason.is_some() {
            entry.reason = Some(HOSTILE.to_owned());
        }
        if let Some(mismatch) = &mut entry.mismatch {
            mismatch.what = HOSTILE.to_owned();
            mismatch.expected = vec![json!(HOSTILE), json!({HOSTILE: HOSTILE})];
            mismatch.actual = json!([HOSTILE]);
            mismatch.contract = Some(HOSTILE.to_owned());
        }
        for exchange in &mut entry.exchanges {
            exchange.request.url.push_str(HOSTILE);
            exchange.request.body = HOSTILE.to_owned();
            exchange.curl.push_str(HOSTILE);
            if let Some(response) = &mut exchange.response {
                response.body = HOSTILE.to_owned();
                response
                    .headers
                    .insert(HOSTILE.to_owned(), HOSTILE.to_owned());
            }
        }
    }
    report.leftovers = vec![HOSTILE.to_owned()];
    report.url.push_str(HOSTILE);
    report.customer = HOSTILE.to_owned();
    (report, peer)
}

#[tokio::test]
async fn no_page_gets_an_element_or_a_script_of_it() {
    let (report, peer) = hostile().await;
    let text = written(&Html, &report, &peer);
    let page = Page::parse_document(&text);
    assert_eq!(page.errors, [""; 0]);
    let all = Selector::parse("*").expect("a selector");
    let mut scripts = 0;
    for element in page.select(&all).map(|element| element.value()) {
        assert!(!["img", "iframe", "object", "form", "base"].contains(&element.name()));
        scripts += usize::from(element.name() == "script");
        for (name, value) in element.attrs() {
            assert!(!name.starts_with("on") && name != "src", "{name}");
            assert!(name != "href" || value.starts_with('#'), "{value}");
        }
    }
    assert_eq!(scripts, 1);
    let (sane, peer) = sample().await;
    let count = |page: &Page| {
        page.select(&all)
            .filter(|one| one.value().name() != "dd")
            .count()
    };
    let sane = Page::parse_document(&written(&Html, &sane, &peer));
    // One notice more, of what could not be removed, and one value more that was expected.
    let more = count(&page) - count(&sane);
    assert!(more < 20, "{more}");
}

#[tokio::test]
async fn no_comment_gets_mark_up_of_it() {
    let (report, peer) = hostile().await;
    let text = written(&Markdown, &report, &peer);
    let mut headings = 0;
    let mut is_code = false;
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_GFM) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => is_code = false,
            Event::Start(Tag::Heading { .. }) => headings += 1,
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link in {text}"),
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = ["<details><summary>", "</details>"];
                assert!(ours.iter().any(|begin| html.starts_with(begin)), "{html}");
                assert!(
                    !html.contains("<img") && !html.contains("@everyone"),
                    "{html}"
                );
            }
            Event::Text(shown) if !is_code => {
                assert!(
                    !shown.contains("@everyone") && !shown.contains("<img"),
                    "{shown}"
                );
            }
            _ => {}
        }
    }
    assert_eq!(
        headings, 5,
        "one for the whole, and one for each verdict shown"
    );
}

#[tokio::test]
async fn no_structure_is_broken_by_it() {
    let (report, peer) = hostile().await;
    let points = tap::read(&written(&Tap, &report, &peer));
    assert_eq!(points.len(), report.entries.len());
    let fails = points[0].diagnostics.as_ref().expect("it failed");
    // But for the line feeds of JSON nothing is changed: the reader of the diagnostics sees what was sent.
    assert_eq!(fails["actual"], json!([HOSTILE]));

    let xml = written(&Junit, &report, &peer);
    let schema = include_str!("../data/junit.xsd");
    assert_eq!(xsd::violations(schema, &xml), [""; 0]);

    let log: Value = serde_json::from_str(&written(&Sarif, &report, &peer)).expect("JSON");
    assert_eq!(sarif_violations(&log), [""; 0]);

    let value: Value = serde_json::from_str(&written(&Json, &report, &peer)).expect("JSON");
    assert_eq!(value["checks"][0]["mismatch"]["actual"], json!([HOSTILE]));
}

#[tokio::test]
async fn nothing_in_it_steers_a_reader() {
    let (report, peer) = hostile().await;
    for format in FORMATS {
        // Scripts get what was sent, as escapes of JSON.
        if ["json", "sarif"].contains(&format.name) {
            continue;
        }
        let text = written(format.writer, &report, &peer);
        let steering =
            |c: &char| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c);
        let found: Vec<char> = text.chars().filter(steering).collect();
        assert_eq!(found, ['x'; 0], "{}", format.name);
    }
    let verbose = Terminal {
        is_quiet: false,
        is_verbose: true,
    };
    let text = written(&verbose as &dyn Write, &report, &peer);
    assert!(!text.contains("\u{1b}]") && !text.contains('\u{9b}') && !text.contains('\u{202e}'));
}
