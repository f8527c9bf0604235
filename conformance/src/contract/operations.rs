//! The operations of the contract, found by method and path.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// One operation of the contract.
#[derive(Debug)]
pub(super) struct Operation {
    /// Upper-case method.
    method: String,
    /// The path's segments; `None` stands for a parameter.
    segments: Vec<Option<String>>,
    /// JSON Pointer of the operation in the contract.
    pub(super) pointer: String,
    /// The documented answers, by status.
    pub(super) responses: Map<String, Value>,
}

/// The contract as JSON.
pub(super) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_saphyr::from_str(fixtures::contract::OPENAPI_YAML)
        .unwrap_or_else(|error| panic!("embedded contract: {error}"))
});

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let mut operations = Vec::new();
    let paths = DOCUMENT.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if let Some(responses) = operation.get("responses").and_then(Value::as_object) {
                operations.push(Operation {
                    method: method.to_ascii_uppercase(),
                    segments: segments(path),
                    pointer: format!("/paths/{}/{method}", escape(path)),
                    responses: responses.clone(),
                });
            }
        }
    }
    operations
});

/// The contract as far as finding operations needs it: the engine of the scenarios copies it for every run.
static OUTLINE: LazyLock<Value> = LazyLock::new(|| {
    let mut paths = Map::new();
    let documented = DOCUMENT.get("paths").and_then(Value::as_object);
    for (path, item) in documented.into_iter().flatten() {
        let mut outlined = Map::new();
        for (method, operation) in item.as_object().into_iter().flatten() {
            if let Some(id) = operation.get("operationId") {
                outlined.insert(method.clone(), json!({ "operationId": id }));
            }
        }
        paths.insert(path.clone(), Value::Object(outlined));
    }
    json!({ "paths": paths })
});

/// Returns paths, methods and operation ids of the contract, and nothing else of it.
pub fn outline() -> &'static Value {
    &OUTLINE
}

/// Tells whether the contract has an operation of that id.
pub fn has_operation(id: &str) -> bool {
    let paths = OUTLINE.get("paths").and_then(Value::as_object);
    paths
        .into_iter()
        .flatten()
        .flat_map(|(_, item)| item.as_object().into_iter().flatten())
        .any(|(_, operation)| operation["operationId"] == id)
}

/// Returns the operation that a request means, if the contract has it.
pub(super) fn find(method: &str, path: &str) -> Option<&'static Operation> {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let wanted: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    // A literal segment is a better match than a parameter: `/secret` against `/{id}`.
    OPERATIONS
        .iter()
        .filter(|operation| operation.method == method && operation.covers(&wanted))
        .max_by_key(|operation| operation.segments.iter().flatten().count())
}

impl Operation {
    fn covers(&self, wanted: &[&str]) -> bool {
        self.segments.len() == wanted.len()
            && self
                .segments
                .iter()
                .zip(wanted)
                .all(|(segment, wanted)| match segment {
                    Some(literal) => literal == wanted,
                    None => is_plain(wanted),
                })
    }
}

/// Tells whether a segment means itself: servers differ on what an encoded or dotted one means.
fn is_plain(segment: &str) -> bool {
    !segment.is_empty() && segment != "." && segment != ".." && !segment.contains(['%', ';', '\\'])
}

fn segments(path: &str) -> Vec<Option<String>> {
    path.trim_start_matches('/')
        .split('/')
        .map(|segment| (!segment.starts_with('{')).then(|| segment.to_owned()))
        .collect()
}

/// Escapes a token of a JSON Pointer (RFC 6901 section 3).
pub(super) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}
