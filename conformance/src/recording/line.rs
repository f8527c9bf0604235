//! The lines of a recording: what everybody may read, and the seal.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Key;

/// The form that is written and read.
pub(super) const FORM: u64 = 1;

/// Where the seal begins in a line; everything in front of it is in the clear.
const SEAL: &str = ",\"sealed\":\"";

/// What a line says in the clear. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Clear {
    /// The first line.
    Recording(Header),
    /// A request and what came back.
    Exchange(Told),
    /// What the run knew at that moment, where a check went by it.
    Known(Known),
    /// The last line.
    End(End),
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Header {
    /// The form of the file.
    pub(super) form: u64,
    /// The program's version.
    pub(super) proofhouse: String,
    /// When the run began.
    pub(super) started: Timestamp,
    /// The run's name.
    pub(super) run: String,
    /// The target, in words.
    pub(super) target: String,
    /// What the run might do.
    pub(super) mode: String,
    /// What chance was seeded with.
    pub(super) seed: u64,
    /// The readings to which the target was held.
    pub(super) readings: BTreeMap<String, String>,
    /// Which credentials there were.
    pub(super) credentials: Vec<String>,
}

/// One exchange, masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Told {
    /// Id of the check; empty outside of checks.
    pub(super) check: String,
    /// Its number within the check, from 1.
    pub(super) number: u64,
    /// The method.
    pub(super) method: String,
    /// The address.
    pub(super) url: String,
    /// The status, if there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    /// Why there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure: Option<String>,
    /// When it ended.
    pub(super) at: Timestamp,
    /// How long it took, in microseconds.
    pub(super) duration_us: u64,
}

/// Something that one check knows from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Known {
    /// Id of the check.
    pub(super) check: String,
    /// What it asked about.
    pub(super) about: String,
    /// What it was told; none is nothing.
    pub(super) told: Option<String>,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct End {
    /// How many lines there are, this one included.
    pub(super) lines: usize,
    /// How long the run took, in milliseconds.
    pub(super) duration_ms: u64,
    /// Ids of the checks that were planned.
    pub(super) checks: Vec<String>,
    /// The first answer that was observed to each reading.
    pub(super) readings: BTreeMap<String, String>,
}

impl Clear {
    /// Returns the line, with its seal on `secret`.
    pub(super) fn write(&self, key: &Key, run: &str, number: usize, secret: &[u8]) -> String {
        let clear = serde_json::to_string(self).expect("keys are texts, and so nothing can fail");
        let sealed = key.seal(&bound(run, number, &clear), secret);
        let clear = clear.strip_suffix('}').unwrap_or(&clear);
        format!("{clear}{SEAL}{}\"}}\n", STANDARD.encode(sealed))
    }
}

/// A line as it was read.
#[derive(Debug)]
pub(super) struct Line<'l> {
    pub(super) clear: Clear,
    text: String,
    sealed: &'l str,
}

impl<'l> Line<'l> {
    /// Parses a line.
    pub(super) fn parse(line: &'l str) -> Result<Self, String> {
        let (text, sealed) = line
            .strip_suffix("\"}")
            .and_then(|line| line.rsplit_once(SEAL))
            .ok_or("it has no seal")?;
        let text = format!("{text}}}");
        let clear = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Ok(Self {
            clear,
            text,
            sealed,
        })
    }

    /// Breaks the seal.
    pub(super) fn open(&self, key: &Key, run: &str, number: usize) -> Result<Vec<u8>, String> {
        let sealed = STANDARD
            .decode(self.sealed)
            .map_err(|_| "its seal is not base64")?;
        key.open(&bound(run, number, &self.text), &sealed)
            .ok_or_else(|| {
                "its seal does not open: the key is that of another recording, or the line was changed or moved".to_owned()
            })
    }
}

/// Returns what is authenticated with a line: its place, and what is in the clear.
fn bound(run: &str, number: usize, clear: &str) -> String {
    format!("proofhouse recording {FORM} {run} {number}\n{clear}")
}
