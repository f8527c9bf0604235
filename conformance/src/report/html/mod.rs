//! The format for people who were not there: one file that needs no network, with what did not pass first.
//!
//! Everything can be read without a script; the one in it only searches, filters and copies. A content security policy
//! with the digests of style and script lets nothing else run, whatever a target put into its answers.
//!
//! | module | what it holds |
//! |---|---|
//! | `card` | one check, its finding and its clauses |
//! | `conversation` | what was exchanged |
//! | `chart` | the counts as a bar |
//! | `coverage` | the clauses, and what became of each |
//! | `prose` | sentences with code in them |
//! | `reading` | how the deployment reads the documentation |
//! | `timeline` | which check ran when |

mod card;
mod chart;
mod conversation;
mod coverage;
mod prose;
mod reading;
mod timeline;

use std::io;

use askama::Template;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use super::{Report, Write, text};
use crate::verdict::Verdict;
use card::Group;
use chart::Chart;
use coverage::Coverage;
use reading::Readings;
use timeline::Timeline;

/// Writes a page of HTML.
#[derive(Debug, Clone, Copy)]
pub struct Html;

impl Write for Html {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        Page::new(report).write_into(&mut *out)?;
        writeln!(out)
    }
}

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    style: &'static str,
    script: &'static str,
    policy: String,
    headline: String,
    /// The word of the verdict that the headline speaks of.
    tone: &'static str,
    target: String,
    facts: Vec<(&'static str, String)>,
    notices: Vec<String>,
    chart: Chart,
    /// What did not pass, gravest first.
    findings: Vec<Group>,
    readings: Readings,
    coverage: Coverage,
    timeline: Timeline,
    /// What was skipped, and what passed.
    rest: Vec<Group>,
}

impl Page {
    fn new(report: &Report) -> Self {
        let (headline, tone) = headline(report);
        let groups = |verdicts: &[Verdict]| {
            let groups = verdicts.iter().map(|verdict| Group::new(report, *verdict));
            groups.filter(|group| !group.cards.is_empty()).collect()
        };
        Self {
            style: STYLE,
            script: SCRIPT,
            policy: policy(),
            headline,
            tone,
            target: text::line(&report.url),
            facts: facts(report),
            notices: notices(report),
            chart: Chart::new(&report.summary()),
            findings: groups(&[
                Verdict::Fail,
                Verdict::Broken,
                Verdict::Warn,
                Verdict::Known,
            ]),
            readings: Readings::new(report),
            coverage: Coverage::new(report),
            timeline: Timeline::new(report),
            rest: groups(&[Verdict::Skip, Verdict::Pass]),
        }
    }
}

/// Content Security Policy 3, as far as a page may say it itself.
fn policy() -> String {
    let digest = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

fn headline(report: &Report) -> (String, &'static str) {
    let summary = report.summary();
    let (fail, broken, warn) = (
        summary.count(Verdict::Fail),
        summary.count(Verdict::Broken),
        summary.count(Verdict::Warn),
    );
    let checks = counted(summary.total(), "check", "checks");
    if fail > 0 {
        let fails = if fail == 1 { "fails" } else { "fail" };
        (format!("{fail} of {checks} {fails}"), "fail")
    } else if report.is_interrupted {
        ("Interrupted before the end".to_owned(), "broken")
    } else if broken > 0 {
        (format!("{broken} of {checks} observed nothing"), "broken")
    } else if warn > 0 {
        (format!("None of {checks} fails, {warn} warn"), "warn")
    } else {
        (format!("None of {checks} fails"), "pass")
    }
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if !report.customer.is_empty() {
        facts.push(("customer", text::line(&report.customer)));
    }
    facts.extend([
        ("mode", report.mode.to_string()),
        ("began", format!("{:.0}", report.started)),
        ("took", format!("{:.2} s", report.duration.as_secs_f64())),
        ("run", report.run.clone()),
        ("seed", report.seed.to_string()),
        ("proofhouse", env!("CARGO_PKG_VERSION").to_owned()),
    ]);
    facts
}

fn notices(report: &Report) -> Vec<String> {
    let mut notices = Vec::new();
    if report.is_interrupted {
        let cut_off = report
            .entries
            .iter()
            .filter(|entry| entry.is_cut_off)
            .count();
        notices.push(format!(
            "The run was interrupted: {} not made to the end, and counted as broken.",
            counted(cut_off, "check was", "checks were")
        ));
    }
    notices.extend(report.stale.iter().map(|id| {
        format!(
            "The known deviation {} passes now: remove it from the file.",
            text::line(id)
        )
    }));
    notices.extend(report.leftovers.iter().map(|path| {
        format!(
            "{} could not be removed: run proofhouse sweep.",
            text::line(path)
        )
    }));
    notices
}

/// Returns a number with its noun.
fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_hold_nothing_that_html_would_take_for_their_end() {
        assert!(!STYLE.contains('<') && !STYLE.contains("url(") && !STYLE.contains("@import"));
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
        assert!(
            !SCRIPT.contains("innerHTML"),
            "texts of a target stay texts"
        );
    }
}
