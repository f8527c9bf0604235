//! Matchers of an answer as a whole.

use serde_json::{Value, json};

use super::member::{exact_members, text};
use crate::{http::Answer, verdict::Mismatch};

/// Requires one of these statuses, and returns the one that came.
///
/// # Errors
///
/// When it is another one.
pub fn status(answer: &Answer, expected: &[u16]) -> Result<u16, Mismatch> {
    let actual = answer.status();
    if expected.contains(&actual) {
        return Ok(actual);
    }
    let expected = expected.iter().map(|status| json!(status));
    Err(Mismatch::new("status", expected, json!(actual)))
}

/// Requires a header with one of these values, compared as they stand, and returns the value that came.
///
/// # Errors
///
/// When there is none, or another value.
pub fn header<'a>(answer: &'a Answer, name: &str, expected: &[&str]) -> Result<&'a str, Mismatch> {
    match answer.header(name) {
        Some(actual) if expected.contains(&actual) => Ok(actual),
        actual => {
            let expected = expected.iter().map(|value| json!(value));
            Err(Mismatch::new(
                format!("header {name}"),
                expected,
                json!(actual),
            ))
        }
    }
}

/// Requires a media type; its parameters do not matter.
///
/// # Errors
///
/// When it is another one, or none.
pub fn media_type(answer: &Answer, expected: &str) -> Result<(), Mismatch> {
    let actual = answer.media_type();
    if actual.as_deref() == Some(expected) {
        return Ok(());
    }
    Err(Mismatch::new(
        "media type",
        [json!(expected)],
        json!(actual),
    ))
}

/// Requires a refusal of the configuration APIs: one of these statuses, and `errors`, a string that is not empty, as the
/// body's only member. Returns the string.
///
/// # Errors
///
/// When the status or the form is another one.
pub fn refusal(answer: &Answer, statuses: &[u16]) -> Result<String, Mismatch> {
    status(answer, statuses)?;
    let body = answer.json()?;
    exact_members(&body, "", &["errors"])?;
    let message = text(&body, "/errors")?;
    if message.is_empty() {
        return Err(Mismatch::new(
            "member /errors",
            [json!("a text")],
            json!(""),
        ));
    }
    Ok(message.to_owned())
}

/// Requires a refusal of the configuration APIs with one of these statuses and exactly this text.
///
/// # Errors
///
/// When the status, the form or the text is another one.
pub fn errors(answer: &Answer, statuses: &[u16], expected: &str) -> Result<(), Mismatch> {
    let message = refusal(answer, statuses)?;
    if message == expected {
        return Ok(());
    }
    Err(Mismatch::new(
        "member /errors",
        [json!(expected)],
        Value::String(message),
    ))
}
