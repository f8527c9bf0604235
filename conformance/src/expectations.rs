//! Known deviations: a file that the user keeps, so that a run says only what is new.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

use crate::{report::Entry, verdict::Verdict};

/// The deviations of a target that its keepers know about; `fixtures/targets/deviations.toml` explains every field.
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
    /// Whether it may pass all the same: what hangs on who comes first fails only now and then.
    #[serde(default, rename = "at-times")]
    is_at_times: bool,
}

impl Deviation {
    fn write(&self, text: &mut String) {
        write_deviation(text, &self.id, &self.reason);
        if let Some(until) = self.until {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "until = {until}");
        }
        if self.is_at_times {
            text.push_str("at-times = true\n");
        }
    }

    /// Returns the last day; one that no calendar has, or a time without a day, is over.
    fn last_day(&self) -> Option<Date> {
        let Some(date) = self.until?.date else {
            return Some(Date::MIN);
        };
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

impl ExpectationError {
    /// Tells whether the file itself is no such file, rather than a deviation in it no such deviation.
    pub fn is_of_the_file(&self) -> bool {
        matches!(self, Self::Unreadable { .. } | Self::Syntax { .. })
    }
}

impl Expectations {
    /// Reads a file and holds it against the checks that there are, and against today.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn read(file: &Path, ids: &BTreeSet<&str>) -> Result<Self, ExpectationError> {
        let name = file.display().to_string();
        let text = fixtures::file::text(file).map_err(|error| ExpectationError::Unreadable {
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

    /// Turns failures that are listed into known ones, and returns the ids of those that are listed and pass. What fails only at
    /// times may pass.
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
                Verdict::Pass if !deviation.is_at_times => stale.push(deviation.id.clone()),
                Verdict::Pass | Verdict::Skip | Verdict::Broken | Verdict::Known => {}
            }
        }
        stale
    }

    /// Returns the text of a file that lists everything that fails now, and whatever was listed and not observed this time or
    /// fails only at times.
    /// Known reasons and last days are kept; new reasons say what was found.
    pub fn listing(&self, entries: &[Entry]) -> String {
        let mut text = String::from(
            "# Known deviations of this target. Each needs a reason; `until = 2027-01-31` gives it a last day.\n",
        );
        let mut seen = BTreeSet::new();
        for entry in entries {
            let known = self.deviations.iter().find(|known| known.id == entry.id);
            match (entry.verdict, known) {
                (Verdict::Fail | Verdict::Warn | Verdict::Known, None) => {
                    write_deviation(&mut text, entry.id, &found(entry));
                }
                (Verdict::Pass, Some(known)) if !known.is_at_times => {}
                (_, None) => {}
                (_, Some(known)) => known.write(&mut text),
            }
            seen.insert(entry.id);
        }
        for known in &self.deviations {
            if !seen.contains(known.id.as_str()) {
                known.write(&mut text);
            }
        }
        text
    }
}

/// Says in short what was found, as the reason until somebody writes a better one.
fn found(entry: &Entry) -> String {
    let shown = entry.mismatch.as_ref().map(|mismatch| {
        let actual: String = mismatch.actual.to_string().chars().take(100).collect();
        format!("{}: {actual}", mismatch.what)
    });
    entry.reason.clone().or(shown).unwrap_or_default()
}

fn write_deviation(text: &mut String, id: &str, reason: &str) {
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n[[deviation]]\nid = {}\nreason = {}\n",
        toml::Value::from(id),
        toml::Value::from(reason)
    );
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

    fn entry(id: &'static str, verdict: Verdict) -> Entry {
        Entry {
            id,
            title: "",
            area: "a",
            clauses: &[],
            verdict,
            offset: std::time::Duration::ZERO,
            duration: std::time::Duration::ZERO,
            reason: Some("found".to_owned()),
            is_cut_off: false,
            mismatch: None,
            exchanges: Vec::new(),
        }
    }

    #[test]
    fn what_is_written_again_is_what_was_known_and_still_may_be() {
        let text = "[[deviation]]\nid = \"a.b\"\nreason = \"old\"\nuntil = 2027-01-31\n\n\
                    [[deviation]]\nid = \"a.c\"\nreason = \"other\"\n";
        let known = parse(text).expect("a good file");
        let again = |entries: &mut [Entry]| {
            known.apply(entries);
            let listing = known.listing(entries);
            listing
                .split_once("\n\n")
                .map_or(String::new(), |(_, text)| text.to_owned())
        };
        // One is there as before, of the other nothing was seen.
        assert_eq!(again(&mut [entry("a.b", Verdict::Fail)]), text);
        assert_eq!(again(&mut [entry("a.b", Verdict::Broken)]), text);
        let mut entries = [entry("a.b", Verdict::Pass), entry("a.c", Verdict::Pass)];
        assert_eq!(again(&mut entries), "");
        assert!(again(&mut [entry("x.y", Verdict::Warn)]).contains("reason = \"found\""));
    }

    #[test]
    fn what_fails_at_times_may_pass_and_stays_listed() {
        let text = "[[deviation]]\nid = \"a.b\"\nreason = \"a race\"\nat-times = true\n";
        let known = parse(text).expect("a good file");
        for (verdict, expected) in [
            (Verdict::Pass, Verdict::Pass),
            (Verdict::Fail, Verdict::Known),
        ] {
            let mut entries = [entry("a.b", verdict)];
            assert!(known.apply(&mut entries).is_empty());
            assert_eq!(entries[0].verdict, expected);
            assert!(known.listing(&entries).ends_with(text));
        }
        let always = parse(&text.replace("true", "false")).expect("a good file");
        let mut entries = [entry("a.b", Verdict::Pass)];
        assert_eq!(always.apply(&mut entries), ["a.b"]);
        assert!(!always.listing(&entries).contains("a.b"));
    }

    /// The servers that the generic checks are tried on: what is wrong with each is written down, every reason is one, and no
    /// line names what does not exist.
    #[test]
    fn what_is_known_of_foreign_servers_can_be_read() {
        let checks = crate::catalogue::all();
        let ids = checks.iter().map(|check| check.id).collect();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../expectations");
        for name in [
            "oidc-provider",
            "oauth2-mock-server",
            "oidc-provider-mock",
            "oauth2-test-server",
        ] {
            let file = folder.join(format!("{name}.toml"));
            let known = Expectations::read(&file, &ids)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            for deviation in &known.deviations {
                assert!(deviation.id.starts_with("oidc."), "{}", deviation.id);
                assert!(deviation.reason.len() > 30, "{}", deviation.id);
            }
        }
    }

    #[test]
    fn the_commented_example_is_good_and_matches_its_schema() {
        let text = include_str!("../../fixtures/targets/deviations.toml");
        let checks = crate::catalogue::all();
        let ids = checks.iter().map(|check| check.id).collect();
        let today = jiff::civil::date(2027, 1, 31);
        let example = Expectations::parse("deviations.toml", text, &ids, today);
        assert_eq!(example.expect("it is good").deviations.len(), 1);

        let schema = fixtures::schemas::find("deviations").expect("there is a schema");
        let schema = serde_json::from_str(schema.text).expect("it is JSON");
        let validator = jsonschema::validator_for(&schema).expect("it is a schema");
        // JSON has no dates.
        let text = text.replace("= 2027-01-31", "= \"2027-01-31\"");
        let value: serde_json::Value = toml::from_str(&text).expect("it is TOML");
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, [""; 0]);
        for wrong in [r#"{"id": "a.b"}"#, r#"{"id": "a.b", "reason": " "}"#] {
            let wrong = format!(r#"{{"deviation": [{wrong}]}}"#);
            let wrong = serde_json::from_str(&wrong).expect("it is JSON");
            assert!(!validator.is_valid(&wrong), "{wrong}");
        }
    }

    #[test]
    fn the_last_day_still_counts() {
        let with = |until: &str| {
            parse(&format!(
                "[[deviation]]\nid = \"a.b\"\nreason = \"old\"\nuntil = {until}\n"
            ))
        };
        assert!(with("2026-06-01").is_ok());
        for over in ["2026-05-31", "07:32:00"] {
            assert!(
                matches!(with(over).map(drop), Err(ExpectationError::Expired { .. })),
                "{over}"
            );
        }
    }
}
