//! `GET /_control/openapi.json`, and every answer of these tests against it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Answer, Control};
use crate::caller::Server;

/// Holds an answer to the contract: its status, its headers, its body.
#[track_caller]
pub(super) fn hold(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    let contract = fixtures::control::document();
    let Some(item) = item(contract, path) else {
        let is_refused = [403, 404].contains(&answer.status.as_u16());
        assert!(is_refused, "the contract knows no {path}");
        return;
    };
    let Some(operation) = item.get(method.to_ascii_lowercase()) else {
        assert_eq!(answer.status, 405, "the contract knows no {method} {path}");
        return;
    };
    let mut response = &operation["responses"][answer.status.as_str()];
    assert!(response.is_object(), "{method} {path}: {answer:?}");
    if let Some(reference) = response["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        response = contract
            .pointer(pointer)
            .expect("the reference leads there");
    }
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let given = answer.headers.get(name);
        let given = given.unwrap_or_else(|| panic!("{method} {path}: no `{name}`"));
        let given = json!(given.to_str().expect("text"));
        valid(&header["schema"], &given);
    }
    match (
        &response["content"]["application/json"]["schema"],
        &answer.body,
    ) {
        (Value::Null, None) => {}
        (Value::Null, Some(body)) => panic!("{method} {path}: an undocumented body: {body}"),
        (schema, body) => {
            assert_eq!(answer.headers["content-type"], "application/json");
            valid(schema, body.as_ref().unwrap_or(&Value::Null));
        }
    }
}

/// Returns what the contract says about a path, by its template.
fn item<'a>(contract: &'a Value, path: &str) -> Option<&'a Value> {
    let paths = contract["paths"].as_object()?;
    let fits = |template: &str| {
        let (mut given, mut wanted) = (path.split('/'), template.split('/'));
        loop {
            match (given.next(), wanted.next()) {
                (None, None) => return true,
                (Some(given), Some(wanted)) if given == wanted || wanted.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    paths
        .iter()
        .find(|(template, _)| fits(template))
        .map(|(_, item)| item)
}

#[track_caller]
fn valid(schema: &Value, instance: &Value) {
    let components = &fixtures::control::document()["components"];
    let whole = json!({ "allOf": [schema], "components": components });
    let validator = jsonschema::validator_for(&whole).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0], "{instance}");
}

#[tokio::test]
async fn it_is_served() {
    let control = Control::of(&Server::new());
    let served = control.send("GET", "/openapi.json").await.success();
    assert_eq!(&served, fixtures::control::document());
}

#[test]
fn every_route_stands_in_it() {
    let source = include_str!("../../../src/control/mod.rs");
    let routes: BTreeSet<&str> = source
        .split('"')
        .filter(|text| text.starts_with("/_control") && !text.contains(char::is_whitespace))
        .collect();
    let paths = fixtures::control::document()["paths"].as_object();
    let paths: BTreeSet<&str> = paths
        .into_iter()
        .flat_map(|paths| paths.keys())
        .map(String::as_str)
        .collect();
    assert_eq!(routes, paths);
}

#[tokio::test]
async fn every_method_stands_in_it() {
    let control = Control::of(&Server::new());
    let paths = fixtures::control::document()["paths"].as_object();
    for (path, item) in paths.expect("there are paths") {
        let filled = path.replace(['{', '}'], "");
        let below = filled.trim_start_matches("/_control");
        let answer = control.send("TRACE", below).await;
        let allowed: BTreeSet<String> = answer.headers["allow"]
            .to_str()
            .expect("text")
            .split(',')
            .map(|method| method.trim().to_ascii_lowercase())
            .filter(|method| method != "head")
            .collect();
        let documented: BTreeSet<String> = item
            .as_object()
            .expect("an object")
            .keys()
            .filter(|key| *key != "parameters")
            .cloned()
            .collect();
        assert_eq!(allowed, documented, "{path}");
        answer.refused(405, "this takes another method");
    }
}

#[test]
fn no_two_operations_share_a_name() {
    let contract = fixtures::control::document();
    let mut names = BTreeMap::new();
    for item in contract["paths"].as_object().into_iter().flatten() {
        for operation in item.1.as_object().into_iter().flatten() {
            if let Some(name) = operation.1["operationId"].as_str() {
                *names.entry(name).or_insert(0) += 1;
            }
        }
    }
    assert!(names.len() > 10);
    assert!(names.values().all(|count| *count == 1), "{names:?}");
}
