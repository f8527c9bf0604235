//! How a run ends: the gravest finding decides.

use conformance::{diff::Diff, report::Report, verdict::Verdict};

use crate::exit::Exit;

/// Says how the run ended.
pub(crate) fn exit(report: &Report) -> Exit {
    gravest(report, report.is_interrupted, report.has(Verdict::Fail))
}

/// Says how a run ended that compared the target with another deployment: what both violate is no finding.
pub(super) fn exit_against(report: &Report, diff: &Diff) -> Exit {
    let is_interrupted = report.is_interrupted || diff.before.interrupted;
    gravest(report, is_interrupted, diff.has_regressions())
}

/// An interrupted run has not observed enough to be anything else.
fn gravest(report: &Report, is_interrupted: bool, is_violated: bool) -> Exit {
    if is_interrupted {
        Exit::NotObserved
    } else if is_violated {
        Exit::ClauseViolated
    } else if !report.stale.is_empty() {
        Exit::ExpectationStale
    } else if report.has(Verdict::Broken) || !report.leftovers.is_empty() {
        Exit::NotObserved
    } else {
        Exit::AsExpected
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use conformance::{diff::Judged, plan::Mode, report::Entry};

    use super::*;

    fn report(verdicts: &[Verdict]) -> Report {
        let entry = |verdict: &Verdict| Entry {
            id: "a.b.c",
            title: "",
            area: "a.b",
            clauses: &[],
            verdict: *verdict,
            offset: Duration::ZERO,
            duration: Duration::ZERO,
            reason: None,
            is_cut_off: false,
            mismatch: None,
            exchanges: Vec::new(),
        };
        Report {
            started: Default::default(),
            duration: Duration::ZERO,
            url: String::new(),
            customer: String::new(),
            mode: Mode::Full,
            run: String::new(),
            seed: 0,
            readings: Default::default(),
            entries: verdicts.iter().map(entry).collect(),
            leftovers: Vec::new(),
            stale: Vec::new(),
            is_interrupted: false,
        }
    }

    #[test]
    fn the_gravest_finding_decides_how_a_run_ends() {
        let harmless = [Verdict::Pass, Verdict::Warn, Verdict::Skip, Verdict::Known];
        assert_eq!(exit(&report(&harmless)), Exit::AsExpected);
        let mut unseen = report(&[Verdict::Pass, Verdict::Broken]);
        assert_eq!(exit(&unseen), Exit::NotObserved);
        unseen.stale.push("a.b.c".to_owned());
        assert_eq!(exit(&unseen), Exit::ExpectationStale);
        unseen.entries.extend(report(&[Verdict::Fail]).entries);
        assert_eq!(exit(&unseen), Exit::ClauseViolated);
        unseen.is_interrupted = true;
        assert_eq!(exit(&unseen), Exit::NotObserved);
    }

    #[test]
    fn what_is_left_on_the_target_is_not_as_expected() {
        let mut left = report(&[Verdict::Pass]);
        left.leftovers.push("config/clients/x".to_owned());
        assert_eq!(exit(&left), Exit::NotObserved);
    }

    #[test]
    fn what_the_other_violates_as_well_is_no_finding() {
        let exit = |before: &[Verdict], after: &Report| {
            let before = Judged::from(&report(before));
            exit_against(after, &Diff::new(&before, &Judged::from(after)))
        };
        let fails = report(&[Verdict::Fail]);
        assert_eq!(exit(&[Verdict::Fail], &fails), Exit::AsExpected);
        assert_eq!(exit(&[Verdict::Pass], &fails), Exit::ClauseViolated);
        assert_eq!(
            exit(&[Verdict::Pass], &report(&[Verdict::Broken])),
            Exit::NotObserved
        );
        let mut stopped = report(&[Verdict::Fail]);
        stopped.is_interrupted = true;
        assert_eq!(exit(&[Verdict::Pass], &stopped), Exit::NotObserved);
    }
}
