//! The format for build servers. A mismatch is a `failure`; what was not observed is an `error`; they are never the same.
//! A violated clause that was only inferred, and a known deviation, are `skipped` with their reason: they do not fail a run.

use std::io;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::{Entry, Report, Write, terminal, text};
use crate::verdict::Verdict;

/// Writes JUnit XML.
#[derive(Debug, Clone, Copy)]
pub struct Junit;

impl Write for Junit {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let mut document = Document::new("proofhouse");
        document.set_time(report.duration);
        for area in terminal::areas(report) {
            let mut suite = TestSuite::new(area);
            suite.set_time(
                report
                    .entries
                    .iter()
                    .filter(|entry| entry.area == area)
                    .map(|entry| entry.duration)
                    .sum(),
            );
            for entry in report.entries.iter().filter(|entry| entry.area == area) {
                suite.add_test_case(case(entry));
            }
            document.add_test_suite(suite);
        }
        document.serialize(&mut *out).map_err(io::Error::other)?;
        writeln!(out)
    }
}

fn case(entry: &Entry) -> TestCase {
    let mut case = TestCase::new(entry.id, status(entry));
    case.set_classname(entry.area);
    case.set_time(entry.duration);
    if !matches!(entry.verdict, Verdict::Pass | Verdict::Skip) {
        case.set_system_out(terminal::evidence(entry));
    }
    case
}

fn status(entry: &Entry) -> TestCaseStatus {
    let reason = entry.reason.clone().unwrap_or_default();
    let what = entry
        .mismatch
        .as_ref()
        .map(|mismatch| mismatch.what.clone())
        .unwrap_or_default();
    let (reason, what) = (text::printable(&reason), text::printable(&what));
    let mut status = match entry.verdict {
        Verdict::Pass => return TestCaseStatus::success(),
        Verdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Broken => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::Warn | Verdict::Skip | Verdict::Known => TestCaseStatus::skipped(),
    };
    let (kind, message) = match entry.verdict {
        Verdict::Warn => ("warn", format!("only inferred: {what}")),
        Verdict::Known => ("known", format!("known deviation: {reason}")),
        Verdict::Fail => ("mismatch", what),
        verdict => (verdict.as_str(), reason),
    };
    status.set_type(kind).set_message(message);
    status
}
