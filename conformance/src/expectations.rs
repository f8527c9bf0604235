//! Known deviations: a file that the user keeps, so that a run says only what is new.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

use crate::{report::Entry, verdict::Verdict};

/// The deviations of a target that its keepers know about.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    #[serde(default, rename = "deviation")]
    deviations: Vec<Deviation>,
}

/// One check that is known to fail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deviation {
    /// Id of the check.
    id: String,
    /// Why that is so.
    reason: String,
    /// The last day on which it may be so.
    until: Option<Datetime>,
}

impl Deviation {
    /// Returns the last day; one that no calendar has is over.
    fn last_day(&self) -> Option<Date> {
        let date = self.until?.date?;
        let day = |part: u8| i8::try_from(part).unwrap_or_default();
        let year = i16::try_from(date.year).unwrap_or_default();
        Some(Date::new(year, day(date.month), day(date.day)).unwrap_or(Date::MIN))
    }
}

/// Says why a file of known deviations is refused before the first check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpectationError {
    /// It cannot be read.
    #[error("cannot read `{file}`: {reason}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// What the operating system said.
        reason: String,
    },
    /// It is not what a file of known deviations is.
    #[error("`{file}` line {line}: {reason}")]
    Syntax {
        /// The file as the user named it.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// There is no such check.
    #[error("deviation `{0}`: no check has this id")]
    Unknown(String),
    /// It is listed twice.
    #[error("deviation `{0}`: is listed twice")]
    Doubled(String),
    /// Its last day is over.
    #[error("deviation `{id}`: `until` {until} is over")]
    Expired {
        /// Id of the check.
        id: String,
        /// The last day.
        until: String,
    },
    /// It says no reason.
    #[error("deviation `{0}`: `reason` is empty")]
    NoReason(String),
}

impl Expectations {
    /// Reads a file and holds it against the checks that there are, and against today.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn read(file: &Path, ids: &BTreeSet<&str>) -> Result<Self, ExpectationError> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).map_err(|error| ExpectationError::Unreadable {
            file: name.clone(),
            reason: error.to_string(),
        })?;
        Self::parse(&name, &text, ids, jiff::Zoned::now().date())
    }

    fn parse(
        name: &str,
        text: &str,
        ids: &BTreeSet<&str>,
        today: Date,
    ) -> Result<Self, ExpectationError> {
        let expectations: Self =
            toml::from_str(text).map_err(|error| ExpectationError::Syntax {
                file: name.to_owned(),
                line: error.span().map_or(1, |span| {
                    text[..span.start.min(text.len())].matches('\n').count() + 1
                }),
                reason: error.message().to_owned(),
            })?;
        let mut seen = BTreeSet::new();
        for deviation in &expectations.deviations {
            let id = || deviation.id.clone();
            if !ids.contains(deviation.id.as_str()) {
                return Err(ExpectationError::Unknown(id()));
            }
            if !seen.insert(&deviation.id) {
                return Err(ExpectationError::Doubled(id()));
            }
            if deviation.reason.trim().is_empty() {
                return Err(ExpectationError::NoReason(id()));
            }
            if let Some(until) = deviation.last_day().filter(|until| *until < today) {
                let until = until.to_string();
                return Err(ExpectationError::Expired { id: id(), until });
            }
        }
        Ok(expectations)
    }

    /// Turns failures that are listed into known ones, and returns the ids of those that are listed and pass.
    pub(crate) fn apply(&self, entries: &mut [Entry]) -> Vec<String> {
        let mut stale = Vec::new();
        for deviation in &self.deviations {
            let Some(entry) = entries.iter_mut().find(|entry| entry.id == deviation.id) else {
                continue;
            };
            match entry.verdict {
                Verdict::Fail | Verdict::Warn => {
                    entry.verdict = Verdict::Known;
                    entry.reason = Some(deviation.reason.clone());
                }
                Verdict::Pass => stale.push(deviation.id.clone()),
                Verdict::Skip | Verdict::Broken | Verdict::Known => {}
            }
        }
        stale
    }
}

/// Writes a file that lists everything that fails now; known reasons are kept, new ones say what was found.
pub fn listing(entries: &[Entry]) -> String {
    let mut text = String::from(
        "# Known deviations of this target. Each needs a reason; `until = 2027-01-31` gives it a last day.\n",
    );
    for entry in entries {
        if !matches!(
            entry.verdict,
            Verdict::Fail | Verdict::Warn | Verdict::Known
        ) {
            continue;
        }
        let found = entry.mismatch.as_ref().map(|mismatch| {
            let actual: String = mismatch.actual.to_string().chars().take(100).collect();
            format!("{}: {actual}", mismatch.what)
        });
        let reason = entry.reason.clone().or(found).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n[[deviation]]\nid = {}\nreason = {}\n",
            toml::Value::from(entry.id),
            toml::Value::from(reason)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Expectations, ExpectationError> {
        let ids = BTreeSet::from(["a.b", "a.c"]);
        Expectations::parse("known.toml", text, &ids, jiff::civil::date(2026, 6, 1))
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let good = "[[deviation]]\nid = \"a.b\"\nreason = \"old\"\n";
        assert!(parse(good).is_ok());
        assert_eq!(
            parse(&format!("{good}{good}")).map(drop),
            Err(ExpectationError::Doubled("a.b".to_owned()))
        );
        assert_eq!(
            parse("[[deviation]]\nid = \"x\"\nreason = \"old\"\n").map(drop),
            Err(ExpectationError::Unknown("x".to_owned()))
        );
        assert_eq!(
            parse("[[deviation]]\nid = \"a.b\"\nreason = \" \"\n").map(drop),
            Err(ExpectationError::NoReason("a.b".to_owned()))
        );
        let unknown = parse("[[deviation]]\nid = \"a.b\"\nreasons = \"old\"\n").map(drop);
        assert!(
            matches!(unknown, Err(ExpectationError::Syntax { line: 3, .. })),
            "{unknown:?}"
        );
    }

    #[test]
    fn the_last_day_still_counts() {
        let with = |until: &str| {
            parse(&format!(
                "[[deviation]]\nid = \"a.b\"\nreason = \"old\"\nuntil = {until}\n"
            ))
        };
        assert!(with("2026-06-01").is_ok());
        assert!(matches!(
            with("2026-05-31").map(drop),
            Err(ExpectationError::Expired { .. })
        ));
    }
}
