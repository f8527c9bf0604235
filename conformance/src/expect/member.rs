//! Matchers of raw JSON. Places are JSON Pointers (RFC 6901); the empty one is the whole value.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::verdict::Mismatch;

/// Requires a value; `what` names what was looked at.
///
/// # Errors
///
/// When it is another one.
pub fn equal(what: &str, expected: &Value, actual: &Value) -> Result<(), Mismatch> {
    one_of(what, std::slice::from_ref(expected), actual)
}

/// Requires one of several values.
///
/// # Errors
///
/// When it is none of them.
pub fn one_of(what: &str, expected: &[Value], actual: &Value) -> Result<(), Mismatch> {
    if expected.contains(actual) {
        return Ok(());
    }
    Err(Mismatch::new(
        what,
        expected.iter().cloned(),
        actual.clone(),
    ))
}

/// Requires a value at a place.
///
/// # Errors
///
/// When there is none, or another one.
pub fn member(value: &Value, place: &str, expected: &Value) -> Result<(), Mismatch> {
    match value.pointer(place) {
        Some(actual) => equal(&named(place), expected, actual),
        None => Err(missing(place, expected.clone())),
    }
}

/// Requires that there is something at a place, `null` included, and returns it.
///
/// # Errors
///
/// When there is nothing.
pub fn present<'v>(value: &'v Value, place: &str) -> Result<&'v Value, Mismatch> {
    value
        .pointer(place)
        .ok_or_else(|| missing(place, json!("present")))
}

/// Requires that there is nothing at a place.
///
/// # Errors
///
/// When there is something.
pub fn absent(value: &Value, place: &str) -> Result<(), Mismatch> {
    match value.pointer(place) {
        None => Ok(()),
        Some(actual) => Err(Mismatch::new(
            named(place),
            [json!("absent")],
            actual.clone(),
        )),
    }
}

/// Requires a string at a place, and returns it.
///
/// # Errors
///
/// When there is nothing, or no string.
pub fn text<'v>(value: &'v Value, place: &str) -> Result<&'v str, Mismatch> {
    let actual = value
        .pointer(place)
        .ok_or_else(|| missing(place, json!("a string")))?;
    actual
        .as_str()
        .ok_or_else(|| Mismatch::new(named(place), [json!("a string")], actual.clone()))
}

/// Requires an integer at a place, and returns it. `1800.0` and `"1800"` are none.
///
/// # Errors
///
/// When there is nothing, or no integer.
pub fn integer(value: &Value, place: &str) -> Result<i64, Mismatch> {
    let actual = value
        .pointer(place)
        .ok_or_else(|| missing(place, json!("an integer")))?;
    actual
        .as_i64()
        .ok_or_else(|| Mismatch::new(named(place), [json!("an integer")], actual.clone()))
}

/// Requires an integer of at least 1 at a place, such as a lifetime in seconds, and returns it.
///
/// ```
/// use conformance::expect;
/// use serde_json::json;
///
/// assert_eq!(expect::positive(&json!({"expires_in": 3600}), "/expires_in"), Ok(3600));
/// assert!(expect::positive(&json!({"expires_in": 0}), "/expires_in").is_err());
/// ```
///
/// # Errors
///
/// When there is nothing, no integer, or none above 0.
pub fn positive(value: &Value, place: &str) -> Result<i64, Mismatch> {
    match integer(value, place)? {
        actual @ 1.. => Ok(actual),
        actual => Err(Mismatch::new(
            named(place),
            [json!("more than 0")],
            json!(actual),
        )),
    }
}

/// Requires that the object at a place has exactly these members, in any order.
///
/// # Errors
///
/// When there is no object, or its members are others.
pub fn exact_members(value: &Value, place: &str, names: &[&str]) -> Result<(), Mismatch> {
    let what = if place.is_empty() {
        "members".to_owned()
    } else {
        format!("members of {place}")
    };
    let expected: BTreeSet<&str> = names.iter().copied().collect();
    let actual: Option<BTreeSet<&str>> = value
        .pointer(place)
        .and_then(Value::as_object)
        .map(|members| members.keys().map(String::as_str).collect());
    if actual.as_ref() == Some(&expected) {
        return Ok(());
    }
    Err(Mismatch::new(what, [json!(expected)], json!(actual)))
}

/// Requires that the string at a place contains a text.
///
/// # Errors
///
/// When there is no string, or it does not.
pub fn contains(value: &Value, place: &str, part: &str) -> Result<(), Mismatch> {
    let actual = text(value, place)?;
    if actual.contains(part) {
        return Ok(());
    }
    let what = format!("part of {}", named(place));
    Err(Mismatch::new(what, [json!(part)], json!(actual)))
}

/// Requires that the string at a place is these words, separated by single spaces, in any order.
///
/// # Errors
///
/// When there is no string, or the words are others, or repeated.
pub fn same_words(value: &Value, place: &str, words: &[&str]) -> Result<(), Mismatch> {
    let actual = text(value, place)?;
    let mut given: Vec<&str> = actual.split(' ').collect();
    let mut wanted = words.to_vec();
    given.sort_unstable();
    wanted.sort_unstable();
    if given == wanted {
        return Ok(());
    }
    Err(Mismatch::new(
        named(place),
        [json!(words.join(" "))],
        json!(actual),
    ))
}

fn named(place: &str) -> String {
    if place.is_empty() {
        "body".to_owned()
    } else {
        format!("member {place}")
    }
}

fn missing(place: &str, expected: Value) -> Mismatch {
    // `absent` as a word and not `null`: a member that is `null` is another finding.
    Mismatch::new(named(place), [expected], json!("absent"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_present_and_is_not_absent() {
        let value = json!({"a": null});
        assert_eq!(present(&value, "/a"), Ok(&Value::Null));
        assert!(absent(&value, "/a").is_err());
        assert!(absent(&value, "/b").is_ok());
        assert_eq!(
            member(&value, "/b", &Value::Null).map_err(|mismatch| mismatch.actual),
            Err(json!("absent"))
        );
    }

    #[test]
    fn kinds_are_not_coerced() {
        let value = json!({"text": "1800", "number": 1800, "fraction": 1800.0});
        assert_eq!(integer(&value, "/number"), Ok(1800));
        assert!(integer(&value, "/text").is_err());
        assert!(integer(&value, "/fraction").is_err());
        assert!(text(&value, "/number").is_err());
        assert!(member(&value, "/text", &json!(1800)).is_err());
    }

    #[test]
    fn members_are_exactly_these() {
        let value = json!({"in": {"a": 1, "b": 2}});
        assert!(exact_members(&value, "/in", &["b", "a"]).is_ok());
        let mismatch = exact_members(&value, "/in", &["a"]).expect_err("one too many");
        assert_eq!(mismatch.what, "members of /in");
        assert_eq!(mismatch.actual, json!(["a", "b"]));
        assert!(exact_members(&value, "/none", &[]).is_err());
    }

    #[test]
    fn words_come_in_any_order_but_once() {
        let value = json!({"scope": "b a"});
        assert!(same_words(&value, "/scope", &["a", "b"]).is_ok());
        assert!(same_words(&value, "/scope", &["a", "b", "b"]).is_err());
        assert!(same_words(&json!({"scope": "a  b"}), "/scope", &["a", "b"]).is_err());
        assert!(same_words(&json!({"scope": ""}), "/scope", &["a"]).is_err());
    }

    #[test]
    fn several_expected_are_all_shown() {
        let mismatch = one_of("x", &[json!(1), json!(2)], &json!(3)).expect_err("none of them");
        assert_eq!(mismatch.expected, [json!(1), json!(2)]);
    }

    #[test]
    fn a_value_is_this_one() {
        assert_eq!(equal("x", &json!(1), &json!(1)), Ok(()));
        let mismatch = equal("x", &json!(1), &json!(2)).expect_err("another");
        assert_eq!(mismatch.what, "x");
        assert_eq!(mismatch.expected, [json!(1)]);
        assert_eq!(mismatch.actual, json!(2));
        assert_eq!(one_of("x", &[json!(1), json!(2)], &json!(2)), Ok(()));
        assert!(one_of("x", &[], &json!(2)).is_err());
        assert_eq!(member(&json!({"a": 1}), "/a", &json!(1)), Ok(()));
    }

    #[test]
    fn what_is_returned_is_what_stands_there() {
        let value = json!({"a": "b", "n": 7, "zero": 0, "less": -1});
        assert_eq!(present(&value, ""), Ok(&value));
        assert_eq!(text(&value, "/a"), Ok("b"));
        assert_eq!(integer(&value, "/less"), Ok(-1));
        assert_eq!(positive(&value, "/n"), Ok(7));
        assert_eq!(positive(&json!({"n": 1}), "/n"), Ok(1));
        for place in ["/zero", "/less", "/a", "/none"] {
            assert!(positive(&value, place).is_err(), "{place}");
        }
        for place in ["/none", "/n"] {
            assert!(text(&value, place).is_err(), "{place}");
        }
        assert!(present(&value, "/none").is_err());
    }

    #[test]
    fn a_part_of_a_text_is_looked_for() {
        let value = json!({"a": "code not found"});
        assert_eq!(contains(&value, "/a", "not"), Ok(()));
        let mismatch = contains(&value, "/a", "Not").expect_err("another");
        assert_eq!(mismatch.what, "part of member /a");
        assert_eq!(mismatch.actual, json!("code not found"));
        assert!(contains(&value, "/b", "").is_err());
    }

    #[test]
    fn the_whole_value_has_a_name_of_its_own() {
        assert_eq!(
            absent(&json!(1), "").map_err(|found| found.what),
            Err("body".to_owned())
        );
        let members = exact_members(&json!([]), "", &[]).map_err(|found| found.what);
        assert_eq!(members, Err("members".to_owned()));
    }
}
