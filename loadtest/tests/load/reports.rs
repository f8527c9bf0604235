//! The reports of one run, in which nearly everything happened.

use std::time::Duration;

use loadtest::{
    baseline::{Saved, compare},
    figures::{Figures, Name, Outcome, Recorder, Sample},
    limit::{Limit, Limits},
    reports::{
        Output, Run, Violation, Write, html::Html, json::Json, markdown::Markdown,
        terminal::Terminal,
    },
    setup::{Demand, Setup},
};

use crate::baselines::saved;

fn setup() -> Setup {
    Setup {
        mix: "steady".to_owned(),
        demand: Demand::Users(8),
        planned: 4.0,
        engine: "goose".to_owned(),
        target: "http://127.0.0.1:9400".to_owned(),
        proofhouse: "0.1.0".to_owned(),
        cores: 2,
        started: "2026-11-30T08:00:00Z".parse().expect("a time"),
    }
}

/// Four seconds, the third of them slow and with errors.
fn figures() -> Figures {
    let recorder = Recorder::new();
    for number in 0..4_000_u64 {
        let second = number / 1_000;
        let slow = if second == 2 { 9 } else { 1 };
        let outcome = match (second, number % 50) {
            (2, 0) => Outcome::Wrong(Name::known("status 503")),
            (2, 1) => Outcome::Unanswered(Name::known("timeout")),
            _ => Outcome::Good,
        };
        recorder.record(Sample {
            name: Name::known(if number % 4 == 0 {
                "config.read"
            } else {
                "token"
            }),
            started: Duration::from_secs(second),
            took: Duration::from_micros((300 + number % 97 * 11) * slow),
            outcome,
        });
    }
    recorder.figures().lasting(Duration::from_secs(4))
}

fn run() -> Run {
    let figures = figures();
    let limits: Vec<Limit> = ["token.p99 < 50ms", "errors < 0.1%", "rate > 500/s"]
        .map(|limit| limit.parse().expect("a limit"))
        .to_vec();
    let before = saved(5, 1.0);
    Run {
        setup: setup(),
        repetitions: 1,
        judged: Limits::new(limits).judge(&figures),
        figures,
        hopeless: None,
        comparison: Some(compare(&before, &saved(5, 1.3))),
        violations: vec![Violation {
            what: "no token is issued twice".to_owned(),
            evidence: "token at 1.2 s and at 1.3 s".to_owned(),
        }],
        notes: Vec::new(),
        is_interrupted: false,
        incomplete: Vec::new(),
    }
}

/// A run in which nothing happened but what a hostile target would like to have printed.
fn hostile() -> Run {
    let recorder = Recorder::new();
    recorder.record(Sample {
        name: Name::from("<b>|\u{1b}[31m@all".to_owned()),
        started: Duration::ZERO,
        took: Duration::from_micros(10),
        outcome: Outcome::Wrong(Name::from(
            "</style><script>alert(1)</script>\u{202e}".to_owned(),
        )),
    });
    Run {
        figures: recorder.figures(),
        judged: Vec::new(),
        comparison: None,
        violations: Vec::new(),
        ..run()
    }
}

fn written(writer: &dyn Write, run: &Run) -> String {
    let mut bytes = Vec::new();
    writer
        .write(run, &mut bytes)
        .expect("a vector takes everything");
    String::from_utf8(bytes).expect("a report is text")
}

/// Takes the colours out.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split('\u{1b}');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(part.split_once('m').expect("a colour ends").1);
    }
    out
}

#[test]
fn the_table_for_people() {
    insta::assert_snapshot!(plain(&written(&Terminal, &run())), @r"
    http://127.0.0.1:9400
    mix steady, demand 8 users, engine goose, took 4.0 s, began 2026-11-30T08:00:00Z, cores 2, proofhouse 0.1.0

     request      count   rate  errors     p50      p95      p99      p99.9      max 
     config.read   1000  248/s  1.00 %  993 us  10.4 ms  11.8 ms    12.2 ms  12.2 ms 
     token         3000  742/s  1.00 %  993 us  10.6 ms  12.1 ms  no answer  12.2 ms 
     all           4000  990/s  1.00 %  993 us  10.5 ms  12.0 ms  no answer  12.2 ms 

    20 token not answered: timeout
    10 config.read answered wrongly: status 503
    10 token answered wrongly: status 503

    violated no token is issued twice: token at 1.2 s and at 1.3 s
    met    token.p99 < 50ms  12.1 ms
    missed errors < 0.1%  1.00 %
    met    rate > 500/s  990/s
    against the baseline of 2026-11-29T08:00:00Z (5 and 5 repetitions): worse in 4 of 5 figures
      all rate 1923/s, 2500/s before: fewer: 0.77 times (0.73 to 0.81)
      token p50 520 us, 400 us before: slower: 1.30 times (1.23 to 1.38)
      token p95 1.04 ms, 800 us before: slower: 1.30 times (1.23 to 1.38)
      token p99 2.08 ms, 1.60 ms before: slower: 1.30 times (1.24 to 1.37)
      token errors 0 %, 0 % before: no difference seen; one of 0.10 points would have been
    1 invariant violated
    ");
}

#[test]
fn a_comment_on_a_pull_request() {
    insta::assert_snapshot!(written(&Markdown, &run()), @r"
    ## ❌ Proofhouse load: 1 invariant violated

    - **no token is issued twice**: token at 1.2 s and at 1.3 s

    | limit | measured |  |
    |---|---:|---:|
    | token.p99 &lt; 50ms | 12.1 ms | met |
    | errors &lt; 0.1% | 1.00 % | **missed** |
    | rate &gt; 500/s | 990/s | met |

    Against the baseline of 2026-11-29T08:00:00Z: **worse in 4 of 5 figures** (5 and 5 repetitions).

    | figure | before | after |  |
    |---|---:|---:|---:|
    | all rate | 2500/s | 1923/s | fewer: 0.77 times (0.73 to 0.81) |
    | token p50 | 400 us | 520 us | slower: 1.30 times (1.23 to 1.38) |
    | token p95 | 800 us | 1.04 ms | slower: 1.30 times (1.23 to 1.38) |
    | token p99 | 1.60 ms | 2.08 ms | slower: 1.30 times (1.24 to 1.37) |

    | request | count | rate | errors | p50 | p95 | p99 | p99.9 | max |
    |---|---:|---:|---:|---:|---:|---:|---:|---:|
    | config.read | 1000 | 248/s | 1.00 % | 993 us | 10.4 ms | 11.8 ms | 12.2 ms | 12.2 ms |
    | token | 3000 | 742/s | 1.00 % | 993 us | 10.6 ms | 12.1 ms | no answer | 12.2 ms |
    | all | 4000 | 990/s | 1.00 % | 993 us | 10.5 ms | 12.0 ms | no answer | 12.2 ms |

    | request |  | error | count |
    |---|---:|---:|---:|
    | token | not answered | timeout | 20 |
    | config.read | answered wrongly | status 503 | 10 |
    | token | answered wrongly | status 503 | 10 |

    <details><summary>No difference seen</summary>

    | figure | before | after |  |
    |---|---:|---:|---:|
    | token errors | 0 % | 0 % | no difference seen; one of 0.10 points would have been |

    </details>

    http&#58;//127.0.0.1&#58;9400, mix steady, demand 8 users, engine goose, took 4.0 s, began 2026-11-30T08&#58;00&#58;00Z, cores 2, proofhouse 0.1.0
    ");
}

#[test]
fn the_page_for_people_who_were_not_there() {
    let page = written(&Html, &run());
    let (head, rest) = page.split_once("<style>").expect("a style");
    let (_, body) = rest.split_once("</style>").expect("its end");
    insta::assert_snapshot!(format!("{head}<style></style>{body}"));
    for outside in [
        "http-equiv=\"refresh\"",
        "<script",
        "<link",
        "<img",
        "src=",
        " style=",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    // Every picture that says something says it in words.
    let pictures = page.matches("role=\"img\"").count();
    assert_eq!(pictures, page.matches("role=\"img\" aria-label=\"").count());
    assert_eq!(pictures, 4);
}

#[test]
fn json_is_as_its_schema_says_and_can_be_merged() {
    let run = run();
    let text = written(&Json, &run);
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_fits("load", &document);
    let read: Figures = serde_json::from_value(document["figures"].clone()).expect("figures");
    assert_eq!(read, run.figures);
    let mut twice = read.clone();
    twice.merge(&run.figures);
    assert_eq!(twice.whole().count(), 8_000);
    let mut document = document;
    document["figures"] = serde_json::Value::Null;
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).expect("JSON"));
}

#[test]
fn a_baseline_is_as_its_schema_says_and_reads_as_it_is_written() {
    let saved = saved(5, 1.0);
    let text = saved.text();
    assert_fits("baseline", &serde_json::from_str(&text).expect("JSON"));
    assert_eq!(
        Saved::parse("base.json", &text).expect("what was written is read"),
        saved
    );
    let refused = |text: &str| {
        Saved::parse("base.json", text)
            .expect_err("refused")
            .to_string()
    };
    let broken = text.replacen("\"rate\": ", "\"rates\": ", 1);
    insta::assert_snapshot!([refused("{}"), refused(&broken), refused("[")].join("\n"), @r"
    `base.json` is no baseline: .: missing field `setup` at line 1 column 2
    `base.json` is no baseline: repetitions[0].whole.rates: unknown field `rates`, expected one of `count`, `errors_percent`, `rate`, `p50_us`, `p95_us`, `p99_us` at line 20 column 15
    `base.json` is no baseline: .: EOF while parsing a list at line 1 column 1
    ");
}

fn assert_fits(name: &str, document: &serde_json::Value) {
    let schema = fixtures::schemas::find(name).expect("there is a schema");
    let schema = serde_json::from_str(schema.text).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn what_a_target_says_is_text_everywhere() {
    let run = hostile();
    let terminal = plain(&written(&Terminal, &run));
    assert!(!terminal.contains(['\u{1b}', '\u{202e}']), "{terminal}");
    let comment = written(&Markdown, &run);
    assert!(
        !comment.contains(['<', '@', '\u{1b}', '\u{202e}']),
        "{comment}"
    );
    let page = written(&Html, &run);
    assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains('\u{202e}'));
}

#[test]
fn a_run_without_a_request_says_so() {
    let run = Run {
        figures: Figures::default(),
        judged: Vec::new(),
        comparison: None,
        violations: Vec::new(),
        ..run()
    };
    assert_eq!(run.headline(), "no request was made");
    for writer in [&Terminal as &dyn Write, &Markdown, &Html, &Json] {
        let text = written(writer, &run);
        assert!(text.contains("no request was made"), "{text}");
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}

#[test]
fn a_comment_is_never_longer_than_one_may_be() {
    let recorder = Recorder::new();
    for name in 0..64 {
        for kind in 0..16 {
            recorder.record(Sample {
                name: Name::from(format!("{name} {}", "n".repeat(1_000))),
                started: Duration::ZERO,
                took: Duration::from_micros(10),
                outcome: Outcome::Wrong(Name::from(format!("{kind} {}", "k".repeat(1_000)))),
            });
        }
    }
    let run = Run {
        figures: recorder.figures(),
        ..run()
    };
    let text = written(&Markdown, &run);
    assert!(
        text.len() <= 60_000 && text.contains("does not fit"),
        "{}",
        text.len()
    );
}

#[test]
fn an_output_is_a_format_and_a_place() {
    assert!(
        "json=-"
            .parse::<Output>()
            .expect("standard output")
            .is_stdout()
    );
    let refused = |text: &str| text.parse::<Output>().expect_err("refused").to_string();
    insta::assert_snapshot!([refused("pdf=x"), refused("json="), refused("html")].join("\n"), @r"
    `pdf` is not a format; known: `html`, `json`, `markdown`
    `json=` is not of the form `FORMAT=PATH`, for example `html=load.html` or `json=-`
    `html` is not of the form `FORMAT=PATH`, for example `html=load.html` or `json=-`
    ");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("load.md");
    let output: Output = format!("markdown={}", path.display())
        .parse()
        .expect("a file");
    output.write(&run()).expect("written");
    assert!(
        std::fs::read_to_string(&path)
            .expect("there")
            .starts_with("## ❌ Proofhouse load")
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("readable").count(),
        1
    );
}
