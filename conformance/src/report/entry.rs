//! One check in a report.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use crate::{
    http::{Exchange, curl},
    mask::{self, values::Compiled},
    run::Record,
    verdict::{Broken, Mismatch, NotPassed, Verdict},
};

/// One check and what it came to, masked.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Id of the check.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The group in which it is shown.
    pub area: &'static str,
    /// Ids of the clauses that it cites.
    pub clauses: &'static [&'static str],
    /// What it came to.
    pub verdict: Verdict,
    /// When it began, counted from the beginning of the run; zero where it was not made.
    pub offset: Duration,
    /// How long it took.
    pub duration: Duration,
    /// Why it was skipped, is broken, or is known.
    pub reason: Option<String>,
    /// Whether the run was told to stop before the check had an end.
    pub is_cut_off: bool,
    /// What was wrong.
    pub mismatch: Option<Mismatch>,
    /// What was exchanged.
    pub exchanges: Vec<Shown>,
}

impl Entry {
    /// Returns the ids of the clauses that it violates, of a check that passed those that it cites.
    pub fn violated(&self) -> &[&'static str] {
        match &self.mismatch {
            Some(mismatch) if !mismatch.clauses.is_empty() => &mismatch.clauses,
            _ => self.clauses,
        }
    }

    pub(super) fn new(record: &Record, base: &str, masks: &Compiled) -> Self {
        let (reason, mismatch) = match &record.outcome {
            Ok(()) => (None, None),
            Err(NotPassed::Skip(skip)) => (Some(masks.text(&skip.reason)), None),
            Err(NotPassed::Broken(broken)) => (Some(masks.text(&broken.to_string())), None),
            Err(NotPassed::Mismatch(mismatch)) => {
                let mut masked = masked(mismatch, masks);
                let violated = record.violated(mismatch);
                if violated != record.check.cites {
                    masked.clauses = violated.into_boxed_slice();
                }
                (None, Some(masked))
            }
        };
        Self {
            id: record.check.id,
            title: record.check.title,
            area: record.check.area(),
            clauses: record.check.cites,
            verdict: record.verdict(),
            offset: record.offset,
            duration: record.duration,
            reason,
            is_cut_off: record.outcome == Err(Broken::Interrupted.into()),
            mismatch,
            exchanges: record
                .exchanges
                .iter()
                .map(|exchange| Shown::new(exchange, base, masks))
                .collect(),
        }
    }
}

fn masked(mismatch: &Mismatch, masks: &Compiled) -> Mismatch {
    Mismatch {
        what: masks.text(&mismatch.what),
        expected: mismatch
            .expected
            .iter()
            .map(|value| masks.json(value))
            .collect(),
        actual: masks.json(&mismatch.actual),
        clauses: Box::default(),
        contract: mismatch.contract.clone(),
    }
}

/// An exchange as it can be shown.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// What was sent.
    pub request: ShownRequest,
    /// What came back, if anything did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ShownResponse>,
    /// Why nothing came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The line that repeats the request.
    pub curl: String,
}

/// A request as it can be shown.
#[derive(Debug, Clone, Serialize)]
pub struct ShownRequest {
    /// The method.
    pub method: String,
    /// Address and path.
    pub url: String,
    /// The headers that the check chose.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// An answer as it can be shown.
#[derive(Debug, Clone, Serialize)]
pub struct ShownResponse {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body, of a long one the beginning.
    pub body: String,
}

impl Shown {
    pub(super) fn new(exchange: &Exchange, base: &str, masks: &Compiled) -> Self {
        let request = &exchange.request;
        let (content_type, bytes) = request.body.encode();
        let sent = match content_type.as_deref() {
            Some(multipart) if multipart.starts_with("multipart/") => fields(request),
            media_type => mask::body(media_type, &bytes),
        };
        let headers = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let result = exchange.result.as_ref();
        Self {
            request: ShownRequest {
                method: request.method.to_string(),
                url: masks.text(&mask::address(&request.address(base))),
                headers: shown(headers, masks),
                body: masks.text(&sent),
            },
            response: result.ok().map(|answer| ShownResponse {
                status: answer.status(),
                headers: shown(
                    answer.headers.iter().map(|(name, value)| {
                        (name.as_str(), value.to_str().unwrap_or("(not text)"))
                    }),
                    masks,
                ),
                body: masks.text(&mask::body(answer.header("content-type"), answer.bytes())),
            }),
            failure: result.err().map(|broken| masks.text(&broken.to_string())),
            duration_ms: u64::try_from(exchange.duration.as_millis()).unwrap_or(u64::MAX),
            curl: masks.text(&curl::line(base, request)),
        }
    }
}

fn shown<'h>(
    headers: impl Iterator<Item = (&'h str, &'h str)>,
    masks: &Compiled,
) -> BTreeMap<String, String> {
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = masks.text(&mask::header(name, value));
        shown
            .entry(masks.text(name))
            .and_modify(|before| *before = format!("{before}, {value}"))
            .or_insert(value);
    }
    shown
}

/// Returns the fields of a multipart body: its boundaries tell nobody anything.
fn fields(request: &crate::http::Request) -> String {
    let crate::http::Body::Multipart(pairs) = &request.body else {
        return String::new();
    };
    let shown: Vec<String> = pairs
        .iter()
        .map(|(name, value)| {
            let value = if mask::is_secret_name(name) {
                mask::MASK
            } else {
                value
            };
            format!("{name}={value}")
        })
        .collect();
    shown.join("&")
}
