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

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answer;
    use super::*;

    #[test]
    fn a_refusal_has_one_of_these_codes_and_is_returned() {
        let given = answer(400, &[], r#"{"error":"invalid_grant"}"#);
        let body = oauth_error(&given, &[400], &["invalid_request", "invalid_grant"]);
        assert_eq!(body, Ok(json!({ "error": "invalid_grant" })));
        assert!(oauth_error(&given, &[401], &["invalid_grant"]).is_err());
        let mismatch = oauth_error(&given, &[400], &["invalid_client"]).expect_err("another code");
        assert_eq!(mismatch.what, "member /error");
        assert_eq!(mismatch.actual, json!("invalid_grant"));
        for body in ["", "{}", r#"{"error":1}"#, r#"{"errors":"invalid_grant"}"#] {
            let given = answer(400, &[], body);
            assert!(
                oauth_error(&given, &[400], &["invalid_grant"]).is_err(),
                "{body}"
            );
        }
    }

    #[test]
    fn nobody_keeps_what_must_not_be_stored() {
        let told = |lines: &[(&'static str, &'static str)]| no_store(&answer(200, lines, ""));
        assert_eq!(told(&[("cache-control", "private, No-Store")]), Ok(()));
        let lines = [("cache-control", "private"), ("cache-control", "no-store")];
        assert_eq!(told(&lines), Ok(()));
        let mismatch = told(&[("cache-control", "no-cache, no-storeroom")]).expect_err("another");
        assert_eq!(mismatch.actual, json!(["no-cache, no-storeroom"]));
        assert!(told(&[("pragma", "no-store")]).is_err());
    }
}
