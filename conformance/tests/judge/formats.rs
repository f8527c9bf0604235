//! The report with every verdict in it, in the formats that others read, held against what those formats are.

use conformance::report::{badge::Badge, html::Html, markdown::Markdown, sarif::Sarif, tap::Tap};
use scraper::{Html as Page, Selector};
use serde_json::{Value, json};

use super::{
    report::{sample, written},
    tap,
};

#[tokio::test]
async fn for_comments() {
    let (report, peer) = sample().await;
    insta::assert_snapshot!(written(&Markdown, &report, &peer));
}

#[tokio::test]
async fn a_comment_is_never_too_long_and_says_what_is_left_out() {
    let (mut report, peer) = sample().await;
    let fails = report.entries[0].clone();
    assert_eq!(fails.id, "sample.one.fails");
    report.entries.extend(vec![fails; 500]);
    let text = written(&Markdown, &report, &peer);
    assert!(
        text.len() <= conformance::report::markdown::LONGEST,
        "{}",
        text.len()
    );
    assert!(
        text.starts_with("## ❌ Proofhouse: 501 of 506 checks fail"),
        "{text}"
    );
    let shown = text.matches("<details>").count();
    let told = format!("{} more did not pass and do not fit here", 504 - shown);
    assert!(text.contains(&told), "{told}: {shown}");
}

/// Returns what the public schema of SARIF has against a document.
pub(crate) fn sarif_violations(document: &Value) -> Vec<String> {
    let schema = include_str!("../data/sarif-2.1.0.schema.json");
    // As published, this pattern has a bracket too many, and is none.
    let wrong = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";
    assert_eq!(schema.matches(wrong).count(), 2);
    let schema = schema.replace(wrong, "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let schema = serde_json::from_str(&schema).expect("it is JSON");
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("it is a schema");
    let errors = validator.iter_errors(document);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[tokio::test]
async fn for_code_scanning() {
    let (report, peer) = sample().await;
    let log: Value = serde_json::from_str(&written(&Sarif, &report, &peer)).expect("JSON");
    assert_eq!(sarif_violations(&log), [""; 0]);
    let mut wrong = log.clone();
    wrong["runs"][0]["results"][0]["level"] = json!("grave");
    assert_ne!(sarif_violations(&wrong), [""; 0]);
    let run = &log["runs"][0];
    for result in run["results"].as_array().expect("results") {
        let index =
            usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
    insta::assert_json_snapshot!(log, {
        ".runs[].automationDetails.id" => insta::dynamic_redaction(|value, _| {
            let id = value.as_str().expect("a string");
            let (place, run) = id.rsplit_once('/').expect("the run stands last");
            assert!(run.len() == 8 && run.bytes().all(|byte| byte.is_ascii_hexdigit()), "{run}");
            format!("{place}/[run]")
        }),
    });
}

#[tokio::test]
async fn a_fingerprint_outlives_what_a_target_answers() {
    let fingerprints = async || {
        let (report, peer) = sample().await;
        let log: Value = serde_json::from_str(&written(&Sarif, &report, &peer)).expect("JSON");
        let results = log["runs"][0]["results"]
            .as_array()
            .expect("results")
            .clone();
        let prints = results
            .iter()
            .map(|result| result["partialFingerprints"].clone());
        prints.collect::<Vec<_>>()
    };
    let first = fingerprints().await;
    assert_eq!(first.len(), 3, "a failure, a warning and a known deviation");
    assert!(first[0] != first[1] && first[1] != first[2]);
    assert_eq!(first, fingerprints().await);
}

#[tokio::test]
async fn for_harnesses() {
    let (report, peer) = sample().await;
    let text = written(&Tap, &report, &peer);
    let points = tap::read(&text);
    for (point, entry) in points.iter().zip(&report.entries) {
        assert!(point.description.starts_with(entry.id), "{point:?}");
        assert_eq!(point.is_ok, point.diagnostics.is_none(), "{point:?}");
        if let Some(diagnostics) = &point.diagnostics {
            assert_eq!(diagnostics["verdict"], json!(entry.verdict));
        }
    }
    let failing = points
        .iter()
        .filter(|point| !point.is_ok && point.directive.is_none());
    assert_eq!(failing.count(), 2, "what fails and what is broken");
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn for_other_pages() {
    let (report, peer) = sample().await;
    insta::assert_snapshot!(written(&Badge, &report, &peer));
}

#[tokio::test]
async fn for_people_who_were_not_there() {
    let (report, peer) = sample().await;
    let text = written(&Html, &report, &peer);
    let page = Page::parse_document(&text);
    assert_eq!(page.errors, [""; 0]);
    for gone in ["//cdn", "src=", "@import", "url("] {
        assert!(!text.contains(gone), "the page is whole: `{gone}`");
    }
    let shown = [
        "header",
        "#findings",
        "#readings > ul",
        "#timeline",
        "#rest",
    ]
    .map(|part| {
        let selector = Selector::parse(part).expect("a selector");
        let part = page.select(&selector).next().expect("it is there");
        let words: Vec<&str> = part
            .text()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .collect();
        words.join("\n")
    });
    let shown = shown.join("\n\n").replace(&report.run, "[run]");
    insta::with_settings!({filters => vec![(r"\b\d+ ms\b", "[time]")]}, {
        insta::assert_snapshot!(shown);
    });
}

#[tokio::test]
async fn every_clause_and_every_reading_is_on_the_page() {
    let (report, peer) = sample().await;
    let page = Page::parse_document(&written(&Html, &report, &peer));
    let count = |selector: &str| {
        let selector = Selector::parse(selector).expect("a selector");
        page.select(&selector).count()
    };
    assert_eq!(count("#coverage li"), fixtures::clauses::all().len());
    assert_eq!(count("#readings li"), fixtures::readings::all().len());
    assert_eq!(count("details.check"), report.entries.len());
    assert_eq!(count("#timeline rect"), report.entries.len());
}
