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

#[cfg(test)]
pub(super) mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    /// An answer with these headers and this body.
    pub(in crate::expect) fn answer(
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: &str,
    ) -> Answer {
        let headers = headers.iter().map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        });
        let mut map = HeaderMap::new();
        map.extend(headers);
        Answer::new(status, map, body.to_owned())
    }

    #[test]
    fn a_status_is_one_of_these_and_is_returned() {
        assert_eq!(status(&answer(201, &[], ""), &[200, 201]), Ok(201));
        let mismatch = status(&answer(500, &[], ""), &[200, 201]).expect_err("another one");
        assert_eq!(mismatch.what, "status");
        assert_eq!(mismatch.expected, [json!(200), json!(201)]);
        assert_eq!(mismatch.actual, json!(500));
        assert!(status(&answer(200, &[], ""), &[]).is_err());
    }

    #[test]
    fn a_header_has_one_of_these_values_as_they_stand() {
        let given = answer(200, &[("allow", "GET, POST")], "");
        assert_eq!(
            header(&given, "allow", &["POST", "GET, POST"]),
            Ok("GET, POST")
        );
        let mismatch = header(&given, "allow", &["get, post"]).expect_err("another one");
        assert_eq!(mismatch.what, "header allow");
        assert_eq!(mismatch.actual, json!("GET, POST"));
        let mismatch = header(&given, "location", &["GET, POST"]).expect_err("none");
        assert_eq!(mismatch.actual, Value::Null);
    }

    #[test]
    fn parameters_of_a_media_type_do_not_matter() {
        let given = answer(
            200,
            &[("content-type", "Application/JSON; charset=utf-8")],
            "",
        );
        assert_eq!(media_type(&given, "application/json"), Ok(()));
        let mismatch = media_type(&given, "text/html").expect_err("another one");
        assert_eq!(mismatch.actual, json!("application/json"));
        let mismatch = media_type(&answer(200, &[], ""), "text/html").expect_err("none");
        assert_eq!(mismatch.actual, Value::Null);
    }

    #[test]
    fn a_refusal_is_a_text_under_one_name() {
        let told = |body: &str| refusal(&answer(403, &[], body), &[401, 403]);
        assert_eq!(
            told(r#"{"errors":"Forbidden"}"#).as_deref(),
            Ok("Forbidden")
        );
        for body in [
            "",
            "{}",
            r#"{"errors":""}"#,
            r#"{"errors":["Forbidden"]}"#,
            r#"{"errors":"Forbidden","status":403}"#,
            r#"{"error":"Forbidden"}"#,
        ] {
            assert!(told(body).is_err(), "{body}");
        }
        let given = answer(403, &[], r#"{"errors":"Forbidden"}"#);
        assert!(refusal(&given, &[401]).is_err());
    }

    #[test]
    fn the_text_of_a_refusal_is_held_to_the_letter() {
        let given = answer(403, &[], r#"{"errors":"Forbidden"}"#);
        assert_eq!(errors(&given, &[403], "Forbidden"), Ok(()));
        assert!(errors(&given, &[401], "Forbidden").is_err());
        let mismatch = errors(&given, &[403], "forbidden").expect_err("another text");
        assert_eq!(mismatch.what, "member /errors");
        assert_eq!(mismatch.expected, [json!("forbidden")]);
        assert_eq!(mismatch.actual, json!("Forbidden"));
    }
}
