//! Filters: JSON Schemas that say which events are worth a notification.

use std::fmt;
use std::sync::Arc;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value};

/// A schema of draft 7, and what became of it. Clones share both.
#[derive(Clone)]
pub(crate) struct Filter {
    schema: Arc<Value>,
    validator: Arc<Validator>,
}

impl Filter {
    const SCHEMA: &str = "$schema";
    /// The one dialect, with and without the empty fragment that its own name has.
    const DIALECTS: [&str; 2] = [
        "http://json-schema.org/draft-07/schema",
        "http://json-schema.org/draft-07/schema#",
    ];
    /// Bytes that a filter may have as JSON.
    const LONGEST: usize = 16 * 1024;
    /// Bytes that a pattern may have, and what it may take once it is compiled.
    const LONGEST_PATTERN: usize = 512;
    const PATTERN_SIZE: usize = 256 * 1024;

    /// Reads a filter; what is wrong with it is said in a few words.
    ///
    /// Only the keywords of the documentation are there, and those of the same kind: none refers to another document. A
    /// pattern is matched in time that grows with the text alone, so look-around and references back are none.
    pub(crate) fn read(schema: &Value) -> Result<Self, String> {
        let members = schema
            .as_object()
            .ok_or_else(|| "value is not a valid dict".to_owned())?;
        if schema.to_string().len() > Self::LONGEST {
            return Err(format!("a filter has at most {} bytes", Self::LONGEST));
        }
        if let Some(dialect) = members.get(Self::SCHEMA) {
            let is_known = dialect
                .as_str()
                .is_some_and(|dialect| Self::DIALECTS.contains(&dialect));
            if !is_known {
                return Err(format!("$schema has to be {}", Self::DIALECTS[0]));
            }
        }
        let mut inner = members.clone();
        inner.remove(Self::SCHEMA);
        check(&inner)?;
        let patterns = PatternOptions::regex()
            .size_limit(Self::PATTERN_SIZE)
            .dfa_size_limit(Self::PATTERN_SIZE);
        let validator = jsonschema::options()
            .with_draft(Draft::Draft7)
            .with_pattern_options(patterns)
            .offline()
            .build(&Value::Object(inner))
            .map_err(|error| format!("no valid schema: {error}"))?;
        Ok(Self {
            schema: Arc::new(schema.clone()),
            validator: Arc::new(validator),
        })
    }

    /// Returns the filter as it was sent.
    pub(crate) fn schema(&self) -> &Value {
        &self.schema
    }

    /// Tells whether a value of the claim `events` passes.
    pub(crate) fn lets_through(&self, events: &Value) -> bool {
        self.validator.is_valid(events)
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({})", self.schema)
    }
}

/// Checks that a schema, and every schema in it, has no other keywords than those that filters take.
fn check(schema: &Map<String, Value>) -> Result<(), String> {
    for (keyword, value) in schema {
        match keyword.as_str() {
            "const" | "enum" | "exclusiveMaximum" | "exclusiveMinimum" | "maximum" | "minimum"
            | "maxLength" | "minLength" | "maxItems" | "minItems" | "required" | "type" => {}
            "pattern" => check_pattern(value)?,
            "additionalProperties" | "contains" | "not" => check_value(value)?,
            "items" => match value {
                Value::Array(schemas) => schemas.iter().try_for_each(check_value)?,
                schema => check_value(schema)?,
            },
            "allOf" | "anyOf" | "oneOf" => match value {
                Value::Array(schemas) => schemas.iter().try_for_each(check_value)?,
                _ => return Err(format!("`{keyword}` takes a list of schemas")),
            },
            "properties" => match value {
                Value::Object(schemas) => schemas.values().try_for_each(check_value)?,
                _ => return Err("`properties` takes an object of schemas".to_owned()),
            },
            other => {
                return Err(format!(
                    "`{}` is no keyword of filters",
                    other.escape_default()
                ));
            }
        }
    }
    Ok(())
}

fn check_value(schema: &Value) -> Result<(), String> {
    match schema {
        Value::Object(schema) => check(schema),
        Value::Bool(_) => Ok(()),
        _ => Err("a schema is an object, or true or false".to_owned()),
    }
}

fn check_pattern(pattern: &Value) -> Result<(), String> {
    let is_long = pattern
        .as_str()
        .is_some_and(|pattern| pattern.len() > Filter::LONGEST_PATTERN);
    match is_long {
        true => Err(format!(
            "a pattern has at most {} bytes",
            Filter::LONGEST_PATTERN
        )),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filter(schema: &Value) -> Filter {
        Filter::read(schema).unwrap_or_else(|problem| panic!("{schema}: {problem}"))
    }

    #[test]
    fn a_filter_speaks_of_the_events_alone() {
        let filter = filter(&json!({
            "$schema": "http://json-schema.org/draft-07/schema",
            "properties": { "entityUpdated": { "properties": {
                "entityType": { "const": "user" },
                "attributes": { "contains": { "enum": ["email", "primaryAddress.city"] } },
            } } },
        }));
        let updated = |attributes: &[&str]| json!({ "entityUpdated": { "entityType": "user", "attributes": attributes } });
        assert!(filter.lets_through(&updated(&["gender", "email"])));
        assert!(!filter.lets_through(&updated(&["gender"])));
        assert!(!filter.lets_through(&updated(&[])));
        assert!(filter.lets_through(&json!({ "entityCreated": {} })));
    }

    #[test]
    fn types_that_are_not_mentioned_can_be_kept_out() {
        let filter = filter(
            &json!({ "properties": { "entityDeleted": true }, "additionalProperties": false }),
        );
        assert!(filter.lets_through(&json!({ "entityDeleted": {} })));
        assert!(!filter.lets_through(&json!({ "entityCreated": {} })));
    }

    #[test]
    fn every_keyword_of_filters_is_read() {
        let schema = json!({
            "properties": { "entityUpdated": {
                "type": "object", "required": ["attributes"],
                "properties": { "attributes": {
                    "minItems": 1, "maxItems": 9, "items": { "type": "string", "minLength": 1, "maxLength": 99, "pattern": "^[a-z]" },
                } },
                "not": { "required": ["x"] }, "allOf": [true], "anyOf": [{ "properties": {} }], "oneOf": [true],
            } },
            "additionalProperties": { "properties": { "n": {
                "minimum": 1, "maximum": 9, "exclusiveMinimum": 0, "exclusiveMaximum": 10, "enum": [1, 2], "const": 2,
            } } },
        });
        let filter = filter(&schema);
        assert_eq!(filter.schema(), &schema);
        assert!(filter.lets_through(&json!({ "entityUpdated": { "attributes": ["email"] } })));
        assert!(!filter.lets_through(&json!({ "entityUpdated": { "attributes": ["Email"] } })));
        assert!(!filter.lets_through(&json!({ "other": { "n": 10 } })));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let deep = (0..400).fold(json!(true), |inner, _| json!({ "not": inner }));
        let long = json!({ "enum": ["x".repeat(20_000)] });
        for schema in [
            json!([]),
            json!(true),
            json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" }),
            json!({ "$schema": 7 }),
            json!({ "$ref": "http://127.0.0.1/x" }),
            json!({ "properties": { "a": { "$ref": "#" } } }),
            json!({ "not": { "$schema": "http://json-schema.org/draft-07/schema" } }),
            json!({ "$id": "x" }),
            json!({ "definitions": {} }),
            json!({ "patternProperties": {} }),
            json!({ "format": "email" }),
            json!({ "type": "users" }),
            json!({ "minLength": -1 }),
            json!({ "required": "a" }),
            json!({ "enum": "a" }),
            json!({ "properties": [] }),
            json!({ "properties": { "a": 1 } }),
            json!({ "allOf": {} }),
            json!({ "items": [1] }),
            json!({ "pattern": "(" }),
            json!({ "pattern": 1 }),
            json!({ "pattern": "(?=a)" }),
            json!({ "pattern": "(a)\\1" }),
            json!({ "pattern": "(a{999}){999}" }),
            json!({ "pattern": "a".repeat(600) }),
            long,
        ] {
            assert!(Filter::read(&schema).is_err(), "{schema}");
        }
        assert!(
            deep.to_string().len() < 16 * 1024,
            "bodies are refused for their depth"
        );
    }
}
