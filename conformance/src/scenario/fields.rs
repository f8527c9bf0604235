//! Refuses members that the format does not know: a misspelt `successCriteria` would let any answer pass.

use serde_json::Value;

const DESCRIPTION: &[&str] = &[
    "arazzo",
    "info",
    "sourceDescriptions",
    "workflows",
    "components",
];
const WORKFLOW: &[&str] = &[
    "workflowId",
    "summary",
    "description",
    "inputs",
    "dependsOn",
    "steps",
    "successActions",
    "failureActions",
    "outputs",
    "parameters",
];
const STEP: &[&str] = &[
    "stepId",
    "description",
    "operationId",
    "operationPath",
    "workflowId",
    "parameters",
    "requestBody",
    "successCriteria",
    "onSuccess",
    "onFailure",
    "outputs",
];
const BODY: &[&str] = &["contentType", "payload", "replacements"];
const CRITERION: &[&str] = &["context", "condition", "type", "version"];
const PARAMETER: &[&str] = &["name", "in", "value", "reference"];

/// Returns the place of the first unknown member of a document, and what is wrong with it.
pub(super) fn unknown(document: &Value) -> Option<(String, String)> {
    check("document", document, DESCRIPTION).or_else(|| {
        items(document, "workflows")
            .find_map(|(place, workflow)| within_workflow(&format!("workflows{place}"), workflow))
    })
}

fn within_workflow(place: &str, workflow: &Value) -> Option<(String, String)> {
    let place = &named(place, workflow, "workflowId");
    check(place, workflow, WORKFLOW)
        .or_else(|| each(place, workflow, "parameters", PARAMETER))
        .or_else(|| {
            items(workflow, "steps")
                .find_map(|(at, step)| within_step(&format!("{place}.steps{at}"), step))
        })
}

fn within_step(place: &str, step: &Value) -> Option<(String, String)> {
    let place = &named(place, step, "stepId");
    check(place, step, STEP)
        .or_else(|| each(place, step, "parameters", PARAMETER))
        .or_else(|| each(place, step, "successCriteria", CRITERION))
        .or_else(|| {
            let body = step.get("requestBody")?;
            check(&format!("{place}.requestBody"), body, BODY)
        })
}

fn each(place: &str, value: &Value, list: &str, known: &[&str]) -> Option<(String, String)> {
    items(value, list).find_map(|(at, item)| check(&format!("{place}.{list}{at}"), item, known))
}

fn check(place: &str, value: &Value, known: &[&str]) -> Option<(String, String)> {
    let extra = value
        .as_object()?
        .keys()
        .find(|name| !name.starts_with("x-") && !known.contains(&name.as_str()))?;
    let reason = format!("`{extra}` is not a field here; known: {}", known.join(", "));
    Some((place.to_owned(), reason))
}

fn items<'v>(value: &'v Value, list: &str) -> impl Iterator<Item = (String, &'v Value)> {
    value
        .get(list)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(at, item)| (format!("[{at}]"), item))
}

/// Adds an item's own name to its place, when it has one.
fn named(place: &str, value: &Value, name: &str) -> String {
    match value.get(name).and_then(Value::as_str) {
        Some(name) => format!("{place} (`{name}`)"),
        None => place.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_misspelt_member_is_found_at_its_place() {
        let document = json!({"arazzo": "1.0.1", "workflows": [{
            "workflowId": "one", "x-clauses": [],
            "steps": [{"stepId": "ask", "succesCriteria": []}],
        }]});
        let (place, reason) = unknown(&document).expect("misspelt");
        assert_eq!(place, "workflows[0] (`one`).steps[0] (`ask`)");
        assert!(
            reason.starts_with("`succesCriteria` is not a field here"),
            "{reason}"
        );
    }

    #[test]
    fn known_members_and_extensions_pass() {
        let document = json!({"arazzo": "1.0.1", "x-anything": 1, "workflows": [{"steps": [
            {"successCriteria": [{"condition": "a"}], "requestBody": {"payload": {"anything": 1}}},
        ]}]});
        assert_eq!(unknown(&document), None);
    }
}
