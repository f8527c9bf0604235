//! A report as far as it is compared.

use std::{collections::BTreeMap, io, path::Path};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    report::{Report, json::milliseconds},
    verdict::Verdict,
};

/// The largest report that is read, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// A report, from a file that `check --report json=...` wrote or from a run that has just ended.
///
/// Members that are not known are passed over: later versions only add.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The version that judged.
    pub proofhouse: String,
    /// When the run began, after RFC 3339.
    pub started: String,
    /// Whether the run was told to stop before its end.
    pub interrupted: bool,
    /// What was judged.
    pub target: JudgedTarget,
    /// The readings that were observed.
    pub readings: BTreeMap<String, String>,
    /// The checks, by id.
    pub checks: BTreeMap<String, JudgedCheck>,
}

/// What was judged.
#[derive(Debug, Clone, Deserialize)]
pub struct JudgedTarget {
    /// Its address.
    pub url: String,
    /// The customer.
    pub customer: String,
    /// What the run was allowed to do.
    pub mode: String,
}

/// One check and what it came to.
#[derive(Debug, Clone, Deserialize)]
pub struct JudgedCheck {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it came to.
    pub verdict: Verdict,
    /// Ids of the clauses that it cites.
    pub clauses: Vec<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Why it was skipped, is broken, or is known.
    pub reason: Option<String>,
    /// What was wrong.
    pub mismatch: Option<Value>,
}

/// The file as it is written.
#[derive(Deserialize)]
struct Document {
    proofhouse: String,
    started: String,
    interrupted: bool,
    target: JudgedTarget,
    readings: BTreeMap<String, String>,
    checks: Vec<JudgedCheck>,
}

/// Says what is wrong with a report.
#[derive(Debug, thiserror::Error)]
pub enum JudgedError {
    /// The file cannot be read.
    #[error("cannot read `{file}`: {reason}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// What the operating system said.
        reason: io::Error,
    },
    /// It is not JSON, or not a report.
    #[error("`{file}`, `{field}`: {reason} (a report is what `check --report json=FILE` writes)")]
    Wrong {
        /// The file as the user named it.
        file: String,
        /// The path of the member that is wrong: `checks[3].verdict`; `.` is the whole.
        field: String,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// A check is in it twice.
    #[error("`{file}`, `checks`: `{id}` is there twice")]
    Doubled {
        /// The file as the user named it.
        file: String,
        /// Id of the check.
        id: String,
    },
}

impl Judged {
    /// Reads a JSON report of at most 256 MiB.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it, with the file and the field.
    pub fn read(file: &Path) -> Result<Self, JudgedError> {
        let name = file.display().to_string();
        match fixtures::file::bytes_up_to(file, LARGEST) {
            Ok(bytes) => Self::parse(&name, &bytes),
            Err(reason) => Err(JudgedError::Unreadable { file: name, reason }),
        }
    }

    fn parse(file: &str, bytes: &[u8]) -> Result<Self, JudgedError> {
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let wrong = |field: String, reason| JudgedError::Wrong {
            file: file.to_owned(),
            field,
            reason,
        };
        let document: Document = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let field = error.path().to_string();
            wrong(field, error.into_inner())
        })?;
        json.end().map_err(|error| wrong(".".to_owned(), error))?;
        let mut checks = BTreeMap::new();
        for check in document.checks {
            if let Some(doubled) = checks.insert(check.id.clone(), check) {
                return Err(JudgedError::Doubled {
                    file: file.to_owned(),
                    id: doubled.id,
                });
            }
        }
        Ok(Self {
            proofhouse: document.proofhouse,
            started: document.started,
            interrupted: document.interrupted,
            target: document.target,
            readings: document.readings,
            checks,
        })
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.checks.keys().map(String::as_str)
    }

    pub(super) fn check(&self, id: &str) -> Option<&JudgedCheck> {
        self.checks.get(id)
    }
}

impl From<&Report> for Judged {
    fn from(report: &Report) -> Self {
        let check = |entry: &crate::report::Entry| JudgedCheck {
            id: entry.id.to_owned(),
            title: entry.title.to_owned(),
            verdict: entry.verdict,
            clauses: entry.clauses.iter().copied().map(str::to_owned).collect(),
            duration_ms: milliseconds(entry.duration),
            reason: entry.reason.clone(),
            mismatch: entry.mismatch.as_ref().map(|mismatch| json!(mismatch)),
        };
        let answer =
            |(id, seen): (&String, &crate::report::Observation)| (id.clone(), seen.answer.clone());
        Self {
            proofhouse: env!("CARGO_PKG_VERSION").to_owned(),
            started: report.started.to_string(),
            interrupted: report.is_interrupted,
            target: JudgedTarget {
                url: report.url.clone(),
                customer: report.customer.clone(),
                mode: report.mode.to_string(),
            },
            readings: report.readings.iter().map(answer).collect(),
            checks: report
                .entries
                .iter()
                .map(|entry| (entry.id.to_owned(), check(entry)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"proofhouse": "0.1.0", "started": "2027-01-31T00:00:00Z", "interrupted": false, "later": 1,
        "target": {"url": "http://h", "customer": "c", "mode": "full"}, "readings": {"creation-status": "201"},
        "checks": [{"id": "a.b", "title": "A", "verdict": "pass", "clauses": [], "duration_ms": 1}]}"#;

    #[test]
    fn what_is_wrong_is_named_with_its_file_and_field() {
        assert_eq!(
            Judged::parse("a", GOOD.as_bytes())
                .expect("good")
                .checks
                .len(),
            1
        );
        let one =
            r#"{"id": "a.b", "title": "A", "verdict": "pass", "clauses": [], "duration_ms": 1}"#;
        for (text, told) in [
            (
                GOOD.replace("\"pass\"", "\"maybe\""),
                "`a.json`, `checks[0].verdict`: unknown variant",
            ),
            (
                GOOD.replace("\"mode\": \"full\"", "\"mode\": 1"),
                "`a.json`, `target.mode`: invalid type",
            ),
            (
                GOOD.replace("\"readings\"", "\"other\""),
                "`a.json`, `.`: missing field `readings`",
            ),
            (
                GOOD.replace(one, &format!("{one}, {one}")),
                "`a.json`, `checks`: `a.b` is there twice",
            ),
            (format!("{GOOD} {{}}"), "`a.json`, `.`: trailing characters"),
            (
                "<xml/>".to_owned(),
                "`a.json`, `.`: expected value at line 1",
            ),
        ] {
            let error = Judged::parse("a.json", text.as_bytes()).expect_err(told);
            assert!(error.to_string().starts_with(told), "{error}");
        }
    }
}
