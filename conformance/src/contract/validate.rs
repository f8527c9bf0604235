//! One answer against its operation.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::operations::{DOCUMENT, Operation, escape, find};
use crate::{http::Answer, mask, verdict::Mismatch};

/// The schemas compiled so far, by their pointer in the contract: most statuses share a few.
static VALIDATORS: LazyLock<RwLock<HashMap<String, Arc<Validator>>>> =
    LazyLock::new(RwLock::default);

/// Returns how an answer violates the contract, if it does. The path is the one sent, from its leading slash on.
pub fn violation(method: &str, path: &str, answer: &Answer) -> Option<Mismatch> {
    let operation = find(method, path)?;
    check(operation, answer).err()
}

fn check(operation: &'static Operation, answer: &Answer) -> Result<(), Mismatch> {
    let Some((documented, response)) = documented(operation, answer.status) else {
        let listed = operation.responses.keys().map(|status| {
            status
                .parse::<u16>()
                .map_or(json!(status), |number| json!(number))
        });
        return Err(
            Mismatch::new("contract: status", listed, json!(answer.status))
                .against_contract(format!("{}/responses", operation.pointer)),
        );
    };
    let pointer = format!("{}/responses/{documented}", operation.pointer);
    let (pointer, response) = resolve(pointer, response);
    headers(&pointer, response, answer)?;
    let Some(content) = response.get("content").and_then(Value::as_object) else {
        return if answer.body.is_empty() {
            Ok(())
        } else {
            Err(Mismatch::new("contract: body", [json!("")], shown(answer))
                .against_contract(pointer))
        };
    };
    let media_type = answer.media_type();
    let Some((name, media)) = content
        .iter()
        .filter(|(name, _)| admits(name, media_type.as_deref()))
        .max_by_key(|(name, _)| !name.contains('*'))
    else {
        let listed = content.keys().map(|name| json!(name));
        return Err(
            Mismatch::new("contract: media type", listed, json!(media_type))
                .against_contract(format!("{pointer}/content")),
        );
    };
    let pointer = format!("{pointer}/content/{}/schema", escape(name));
    match media.get("schema") {
        Some(schema) if name.ends_with("json") => body(&pointer, schema, answer),
        _ => Ok(()),
    }
}

/// Returns the answer that the contract has for a status: for itself, else for its hundred (`4XX`), else for all.
fn documented(
    operation: &'static Operation,
    status: u16,
) -> Option<(&'static String, &'static Value)> {
    [
        status.to_string(),
        format!("{}XX", status / 100),
        "default".to_owned(),
    ]
    .iter()
    .find_map(|key| operation.responses.get_key_value(key))
}

/// Tells whether a media type of the contract, which may be a range such as `*/*`, admits that of an answer. An answer without
/// one, and so perhaps without a body, fits where everything does.
fn admits(listed: &str, given: Option<&str>) -> bool {
    match (listed, given) {
        ("*/*", _) => true,
        (listed, Some(given)) => match listed.strip_suffix('*') {
            Some(range) => given.starts_with(range),
            None => listed.eq_ignore_ascii_case(given),
        },
        (_, None) => false,
    }
}

/// Requires the headers that the contract requires, in the form that it gives them.
fn headers(pointer: &str, response: &'static Value, answer: &Answer) -> Result<(), Mismatch> {
    let listed = response.get("headers").and_then(Value::as_object);
    for (name, header) in listed.into_iter().flatten() {
        let (pointer, header) = resolve(format!("{pointer}/headers/{}", escape(name)), header);
        let wrong = |expected: Value, actual: Value| {
            Mismatch::new(format!("contract: header `{name}`"), [expected], actual)
                .against_contract(pointer.clone())
        };
        let Some(value) = answer.header(name) else {
            if header["required"] == true {
                return Err(wrong(json!("present"), json!("absent")));
            }
            continue;
        };
        let Some(schema) = header.get("schema") else {
            continue;
        };
        if !compiled(&format!("{pointer}/schema"), schema).is_valid(&json!(value)) {
            return Err(wrong(schema.clone(), json!(mask::header(name, value))));
        }
    }
    Ok(())
}

fn body(pointer: &str, schema: &Value, answer: &Answer) -> Result<(), Mismatch> {
    let value = answer
        .json()
        .map_err(|mismatch| mismatch.during("contract").against_contract(pointer))?;
    let validator = compiled(pointer, schema);
    let Some(error) = validator.iter_errors(&value).next() else {
        return Ok(());
    };
    let place = error.instance_path().to_string();
    let actual = value.pointer(&place).cloned().unwrap_or(Value::Null);
    let what = format!("contract: body at `{place}`");
    // The rule in the schema that is broken is what was expected; the text of the validator would repeat the value.
    let rule = error.schema_path().to_string();
    let keyword = rule.rsplit('/').next().unwrap_or_default().to_owned();
    let expected = error.kind().keyword().to_owned();
    let required = wrapped(schema)
        .pointer(&rule)
        .or_else(|| DOCUMENT.pointer(&rule))
        .cloned()
        .unwrap_or(Value::String(keyword));
    Err(Mismatch::new(what, [json!({ expected: required })], actual).against_contract(pointer))
}

/// Returns the validator of a schema, compiled the first time.
fn compiled(pointer: &str, schema: &Value) -> Arc<Validator> {
    if let Some(validator) = VALIDATORS
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(pointer)
    {
        return Arc::clone(validator);
    }
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&wrapped(schema))
        .unwrap_or_else(|error| panic!("embedded contract, schema at `{pointer}`: {error}"));
    let validator = Arc::new(validator);
    VALIDATORS
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(pointer.to_owned(), Arc::clone(&validator));
    validator
}

/// Returns a schema that stands alone: references into the contract's components resolve within it.
fn wrapped(schema: &Value) -> Value {
    json!({ "allOf": [schema], "components": DOCUMENT.get("components") })
}

/// Follows a reference to a shared response or header, and returns its pointer and what stands there.
fn resolve(pointer: String, response: &'static Value) -> (String, &'static Value) {
    let target = response
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix('#'));
    match target.and_then(|target| Some((target, DOCUMENT.pointer(target)?))) {
        Some((target, shared)) => (target.to_owned(), shared),
        None => (pointer, response),
    }
}

fn shown(answer: &Answer) -> Value {
    json!(answer.text().chars().take(200).collect::<String>())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};

    use super::*;

    const LIST: &str = "/01000000-0000-3000-9000-000000000000/config/clients";

    fn answer(status: u16, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
        Answer::new(status, headers, body.to_owned())
    }

    fn what(method: &str, path: &str, answer: &Answer) -> String {
        violation(method, path, answer).map_or("nothing".to_owned(), |mismatch| {
            assert!(
                mismatch
                    .contract
                    .as_deref()
                    .is_some_and(|pointer| DOCUMENT.pointer(pointer).is_some()),
                "the pointer leads into the contract: {mismatch:?}"
            );
            mismatch.what
        })
    }

    #[test]
    fn what_the_contract_says_is_held_against_an_answer() {
        let good = r#"{"total": 0, "_embedded": {"clients": []}}"#;
        assert_eq!(what("GET", LIST, &answer(200, good)), "nothing");
        assert_eq!(what("GET", LIST, &answer(418, good)), "contract: status");
        assert_eq!(what("GET", LIST, &answer(200, "no")), "contract: body");
        let text = good.replace('0', "\"0\"");
        assert_eq!(
            what("GET", LIST, &answer(200, &text)),
            "contract: body at `/total`"
        );
        let page = Answer::new(200, HeaderMap::new(), good);
        assert_eq!(what("GET", LIST, &page), "contract: media type");
    }

    const AUTHORIZE: &str = "/01000000-0000-3000-9000-000000000000/login/authorize";

    fn answer_with(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(name, value)| {
            (
                http::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        Answer::new(status, headers.collect(), body.to_owned())
    }

    #[test]
    fn a_redirect_names_its_place_and_may_have_any_body() {
        let to = ("location", "https://bakery.example.test/callback?code=abc");
        for (status, headers, body) in [
            (302, &[to][..], ""),
            (303, &[to, ("content-type", "text/html")], "<p>On</p>"),
        ] {
            let answer = answer_with(status, headers, body);
            assert_eq!(what("GET", AUTHORIZE, &answer), "nothing");
        }
        assert_eq!(
            what("GET", AUTHORIZE, &answer_with(302, &[], "")),
            "contract: header `Location`"
        );
        let odd = answer_with(302, &[("location", "https://a b")], "");
        assert_eq!(what("GET", AUTHORIZE, &odd), "contract: header `Location`");
        let permanent = answer_with(301, &[to], "");
        assert_eq!(what("GET", AUTHORIZE, &permanent), "contract: status");
    }

    #[test]
    fn a_hundred_of_statuses_may_be_documented_at_once() {
        let page = [("content-type", "text/html; charset=utf-8")];
        for status in [400, 404, 422] {
            let answer = answer_with(status, &page, "<h1>No</h1>");
            assert_eq!(what("GET", AUTHORIZE, &answer), "nothing", "{status}");
        }
        let failed = answer_with(500, &page, "<h1>No</h1>");
        assert_eq!(what("GET", AUTHORIZE, &failed), "contract: status");
        let spoken = answer_with(400, &[("content-type", "text/plain")], "no");
        assert_eq!(what("GET", AUTHORIZE, &spoken), "contract: media type");
    }

    #[test]
    fn a_range_of_media_types_gives_way_to_one_that_is_named() {
        let userinfo = AUTHORIZE.replace("login/authorize", "profiles/oidc/userinfo");
        let bare = answer_with(401, &[], "");
        assert_eq!(what("GET", &userinfo, &bare), "nothing");
        assert_eq!(
            what(
                "GET",
                &userinfo,
                &answer(401, r#"{"error": 1, "error_description": "no"}"#)
            ),
            "contract: body at `/error`"
        );
    }

    #[test]
    fn media_type_ranges_admit_what_is_in_them() {
        assert!(admits("*/*", None) && admits("*/*", Some("a/b")));
        assert!(admits("text/*", Some("text/html")) && !admits("text/*", Some("image/png")));
        assert!(admits("Text/HTML", Some("text/html")) && !admits("text/html", None));
    }

    #[test]
    fn what_was_expected_is_the_rule_of_the_schema() {
        let mismatch =
            violation("GET", LIST, &answer(403, r#"{"errors": ["a"]}"#)).expect("no string");
        assert_eq!(mismatch.actual, json!(["a"]));
        assert_eq!(mismatch.expected, [json!({"type": "string"})]);
    }

    #[test]
    fn a_status_without_content_has_no_body() {
        let item = format!("{LIST}/6d1f0b8a-7c11-4c39-9a51-000000000001");
        assert_eq!(
            what("DELETE", &item, &Answer::new(204, HeaderMap::new(), "")),
            "nothing"
        );
        assert_eq!(what("DELETE", &item, &answer(204, "{}")), "contract: body");
    }

    #[test]
    fn what_the_contract_does_not_describe_is_not_judged() {
        let odd = answer(599, "odd");
        for (method, path) in [
            ("GET", "/"),
            ("PATCH", LIST),
            ("GET", "/a/config/nothing"),
            ("GET", "//config/clients"),
            ("GET", "/a/config/clients/"),
            ("GET", "/a/config/clients/%2e%2e"),
            ("GET", "/a/config/clients/.."),
        ] {
            assert_eq!(violation(method, path, &odd), None, "{method} {path}");
        }
        assert!(violation("GET", "/a/config/clients/b?c=d", &odd).is_some());
    }
}
