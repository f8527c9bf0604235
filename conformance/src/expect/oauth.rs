//! Matchers of the answers of OAuth endpoints.

use serde_json::{Value, json};

use super::answer::status;
use crate::{http::Answer, verdict::Mismatch};

/// Requires a refusal in the form of OAuth (RFC 6749 section 5.2): one of these statuses, and a JSON object with one of these
/// codes as `error`. Returns the body.
///
/// # Errors
///
/// When the status, the form or the code is another one.
pub fn oauth_error(answer: &Answer, statuses: &[u16], codes: &[&str]) -> Result<Value, Mismatch> {
    status(answer, statuses)?;
    let body = answer.json()?;
    match body["error"].as_str() {
        Some(error) if codes.contains(&error) => Ok(body),
        _ => {
            let expected = codes.iter().map(|code| json!(code));
            Err(Mismatch::new(
                "member /error",
                expected,
                body["error"].clone(),
            ))
        }
    }
}

/// Requires that nobody keeps an answer: `no-store` among the directives of `Cache-Control` (RFC 9111 section 5.2.2.5).
///
/// # Errors
///
/// When it is not there.
pub fn no_store(answer: &Answer) -> Result<(), Mismatch> {
    let mut lines = answer.header_values("cache-control");
    let is_there = |line: &str| {
        line.split(',')
            .any(|directive| directive.trim().eq_ignore_ascii_case("no-store"))
    };
    if lines.any(is_there) {
        return Ok(());
    }
    let actual: Vec<&str> = answer.header_values("cache-control").collect();
    Err(Mismatch::new(
        "header cache-control",
        [json!("no-store")],
        json!(actual),
    ))
}
