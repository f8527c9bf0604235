//! What was violated.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Entry, Message};
use crate::{
    report::{
        Shown,
        entry::{ShownRequest, ShownResponse},
        text,
    },
    verdict::{Mismatch, Verdict},
};

/// SARIF 2.1.0, 3.27.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultObject<'r> {
    rule_id: &'r str,
    rule_index: usize,
    kind: &'static str,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_request: Option<WebRequest<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_response: Option<WebResponse<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    logical_locations: [LogicalLocation; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

/// SARIF 2.1.0, 3.35.
#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

/// SARIF 2.1.0, 3.46.
#[derive(Serialize)]
struct WebRequest<'r> {
    target: &'r str,
    method: &'r str,
    headers: &'r BTreeMap<String, String>,
    body: Content<'r>,
}

/// SARIF 2.1.0, 3.47.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebResponse<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<&'r BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Content<'r>>,
    no_response_received: bool,
}

#[derive(Serialize)]
struct Content<'r> {
    text: &'r str,
}

impl<'r> ResultObject<'r> {
    /// Returns the result of a check, if it violates a clause.
    pub(super) fn new(entry: &'r Entry, rule_index: usize) -> Option<Self> {
        let mismatch = entry.mismatch.as_ref()?;
        let shown = entry.exchanges.last();
        let justification = entry
            .reason
            .as_deref()
            .filter(|_| entry.verdict == Verdict::Known);
        Some(Self {
            rule_id: entry.id,
            rule_index,
            kind: "fail",
            level: match entry.verdict {
                Verdict::Warn => "warning",
                _ => "error",
            },
            message: Message::new(&told(mismatch)),
            locations: shown.map(Location::new).into_iter().collect(),
            partial_fingerprints: [("checkAndClauses/v1", fingerprint(entry))].into(),
            suppressions: justification.map(Suppression::new).into_iter().collect(),
            web_request: shown.map(|shown| WebRequest::new(&shown.request)),
            web_response: shown.map(|shown| WebResponse::new(shown.response.as_ref())),
        })
    }
}

fn told(mismatch: &Mismatch) -> String {
    let expected: Vec<String> = mismatch.expected.iter().map(short).collect();
    format!(
        "{}: expected {}, and the target gave {}",
        mismatch.what,
        expected.join(" or "),
        short(&mismatch.actual)
    )
}

fn short(value: &serde_json::Value) -> String {
    text::beginning(&text::json(value), 500)
}

/// Returns what stays the same for as long as a deployment violates the same clauses in the same check. What the target
/// answers is no part of it: ids and times in it change from run to run.
fn fingerprint(entry: &Entry) -> String {
    let mut clauses = entry.violated().to_vec();
    clauses.sort_unstable();
    let digest = Sha256::digest(format!("{}\n{}", entry.id, clauses.join("\n")));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Location {
    /// The place of a violation is where the request went that shows it.
    fn new(shown: &Shown) -> Self {
        let request = &shown.request;
        let path = request.url.split(['?', '#']).next().unwrap_or_default();
        Self {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: uri(path) },
            },
            logical_locations: [LogicalLocation {
                fully_qualified_name: text::line(&format!("{} {path}", request.method)),
                kind: "resource",
            }],
        }
    }
}

/// Returns an address as a URI (RFC 3986, 3): requests that test for it may go to what is none.
fn uri(address: &str) -> String {
    let authority = address.find("://").map_or(0, |end| end + 3);
    let path = address[authority..]
        .find('/')
        .map_or(address.len(), |at| authority + at);
    let (origin, path) = address.split_at(path);
    let encoded = utf8_percent_encode(path, NO_PATH).to_string();
    format!("{origin}{}", whole_escapes(&encoded))
}

/// What may not stand in the path of a URI.
const NO_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Escapes percent signs that begin no escape.
fn whole_escapes(text: &str) -> String {
    let is_escape = |rest: &str| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(if is_escape(part) { "%" } else { "%25" });
        out.push_str(part);
    }
    out
}

impl Suppression {
    fn new(reason: &str) -> Self {
        Self {
            kind: "external",
            status: "accepted",
            justification: text::printable(reason),
        }
    }
}

impl<'r> WebRequest<'r> {
    fn new(request: &'r ShownRequest) -> Self {
        Self {
            target: &request.url,
            method: &request.method,
            headers: &request.headers,
            body: Content {
                text: &request.body,
            },
        }
    }
}

impl<'r> WebResponse<'r> {
    fn new(response: Option<&'r ShownResponse>) -> Self {
        Self {
            status_code: response.map(|response| response.status),
            headers: response.map(|response| &response.headers),
            body: response.map(|response| Content {
                text: &response.body,
            }),
            no_response_received: response.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_uri_whatever_was_sent() {
        for (address, expected) in [
            ("http://h/a%2Fb", "http://h/a%2Fb"),
            ("http://h/%zz%", "http://h/%25zz%25"),
            ("http://h/<a b>\u{e9}\n", "http://h/%3Ca%20b%3E%C3%A9%0A"),
            (
                "http://[::1]:1/{id}|^[`]",
                "http://[::1]:1/%7Bid%7D%7C%5E%5B%60%5D",
            ),
            ("http://h", "http://h"),
        ] {
            assert_eq!(uri(address), expected);
        }
    }
}
