//! The members of a JSON object, and what is wrong with them, in the words that the documentation shows.
//!
//! The two messages it prints, `('loginURL',) field required` and `('title',) field required`, are those of version 1
//! of the Python library pydantic; so are the others here, as far as it has them.

use std::fmt;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::settings::LifetimeAsText;

/// Says what is wrong with a member: its location as a Python tuple, then a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberError {
    location: Location,
    problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    Missing,
    BadValue(String),
}

impl MemberError {
    /// Refuses the value of a member of the body itself.
    pub(crate) fn bad_value(member: &'static str, problem: impl Into<String>) -> Self {
        Location::default().name(member).bad_value(problem)
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.problem == Problem::Missing
    }
}

impl fmt::Display for MemberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { location, problem } = self;
        match problem {
            Problem::Missing => write!(f, "{location} field required"),
            Problem::BadValue(problem) => write!(f, "{location} {problem}"),
        }
    }
}

/// Where a member stands: names and indices from the outside in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Location(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

impl Location {
    fn name(&self, name: &str) -> Self {
        self.with(Step::Name(name.to_owned()))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    fn bad_value(self, problem: impl Into<String>) -> MemberError {
        MemberError {
            location: self,
            problem: Problem::BadValue(problem.into()),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (index, step) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match step {
                Step::Name(name) => write!(f, "'{}'", name.escape_default())?,
                Step::Index(index) => write!(f, "{index}")?,
            }
            if index == 0 || index + 1 < self.0.len() {
                f.write_str(",")?;
            }
        }
        f.write_str(")")
    }
}

/// A JSON object whose members are read one after the other, in the order in which they are documented.
pub(crate) struct Members<'a> {
    location: Location,
    object: &'a Map<String, Value>,
}

impl<'a> Members<'a> {
    /// Takes a whole body, which has to be an object.
    pub(crate) fn of(body: &'a Value) -> Result<Self, MemberError> {
        let object = body
            .as_object()
            .ok_or_else(|| MemberError::bad_value("__root__", "value is not a valid dict"))?;
        Ok(Self {
            location: Location::default(),
            object,
        })
    }

    pub(crate) fn required(&self, name: &str) -> Result<Member<'a>, MemberError> {
        self.optional(name).ok_or_else(|| MemberError {
            location: self.location.name(name),
            problem: Problem::Missing,
        })
    }

    pub(crate) fn optional(&self, name: &str) -> Option<Member<'a>> {
        let value = self.object.get(name)?;
        Some(Member {
            location: self.location.name(name),
            value,
        })
    }

    /// Returns every member by its name.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'a str, Member<'a>)> {
        self.object.iter().map(|(name, value)| {
            (
                name.as_str(),
                Member {
                    location: self.location.name(name),
                    value,
                },
            )
        })
    }
}

/// One value and where it stands.
pub(crate) struct Member<'a> {
    location: Location,
    value: &'a Value,
}

impl<'a> Member<'a> {
    /// Refuses the value.
    pub(crate) fn bad_value(self, problem: impl Into<String>) -> MemberError {
        self.location.bad_value(problem)
    }

    /// Returns the text that this is, if it is one.
    pub(crate) fn as_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// Returns the value, whatever it is.
    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// Returns whether this is that text.
    pub(crate) fn is_text(&self, text: &str) -> bool {
        self.as_text() == Some(text)
    }

    pub(crate) fn text(self) -> Result<String, MemberError> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            _ => Err(self.wrong_kind("str type expected")),
        }
    }

    /// Reads a text of at least one character.
    pub(crate) fn filled_text(self) -> Result<String, MemberError> {
        match self.value {
            Value::String(text) if text.is_empty() => {
                Err(self.bad_value("ensure this value has at least 1 characters"))
            }
            _ => self.text(),
        }
    }

    pub(crate) fn boolean(self) -> Result<bool, MemberError> {
        match self.value {
            Value::Bool(value) => Ok(*value),
            _ => Err(self.wrong_kind("value could not be parsed to a boolean")),
        }
    }

    /// Reads a number of seconds within a range. As text, it is decimal digits only.
    pub(crate) fn seconds(
        self,
        range: &RangeInclusive<u32>,
        as_text: LifetimeAsText,
    ) -> Result<u32, MemberError> {
        let seconds = match self.value {
            Value::Number(number) => whole(number),
            Value::String(text) if as_text == LifetimeAsText::Yes => digits(text),
            _ => None,
        };
        let Some(seconds) = seconds else {
            return Err(self.wrong_kind("value is not a valid integer"));
        };
        let (least, most) = (*range.start(), *range.end());
        if seconds < i128::from(least) {
            return Err(self.bad_value(format!(
                "ensure this value is greater than or equal to {least}"
            )));
        }
        match u32::try_from(seconds) {
            Ok(seconds) if seconds <= most => Ok(seconds),
            _ => Err(self.bad_value(format!("ensure this value is less than or equal to {most}"))),
        }
    }

    pub(crate) fn list(self) -> Result<Vec<Member<'a>>, MemberError> {
        let Value::Array(values) = self.value else {
            return Err(self.wrong_kind("value is not a valid list"));
        };
        let member = |(index, value)| Member {
            location: self.location.with(Step::Index(index)),
            value,
        };
        Ok(values.iter().enumerate().map(member).collect())
    }

    pub(crate) fn texts(self) -> Result<Vec<String>, MemberError> {
        self.list()?.into_iter().map(Member::text).collect()
    }

    pub(crate) fn object(self) -> Result<Members<'a>, MemberError> {
        match self.value {
            Value::Object(object) => Ok(Members {
                location: self.location,
                object,
            }),
            _ => Err(self.wrong_kind("value is not a valid dict")),
        }
    }

    fn wrong_kind(self, problem: &str) -> MemberError {
        if self.value.is_null() {
            return self.bad_value("none is not an allowed value");
        }
        self.bad_value(problem)
    }
}

/// Reads a number without a fraction, written in whatever way (`60`, `6e1`).
fn whole(number: &serde_json::Number) -> Option<i128> {
    if let Some(number) = number.as_i128() {
        return Some(number);
    }
    // Beyond 2^53 the number is far outside every range, so its last digits do not matter.
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
    number
        .as_f64()
        .filter(|number| number.fract() == 0.0)
        .map(|number| number as i128)
}

fn digits(text: &str) -> Option<i128> {
    let is_number =
        (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said<T>(result: Result<T, MemberError>) -> String {
        result
            .err()
            .map_or_else(|| "nothing".to_owned(), |error| error.to_string())
    }

    #[test]
    fn locations_are_python_tuples() {
        let body = json!({ "a": { "b": { "c": [1] } } });
        let body = Members::of(&body).expect("an object");
        assert_eq!(said(body.required("title")), "('title',) field required");
        let a = body
            .required("a")
            .and_then(Member::object)
            .expect("an object");
        assert_eq!(said(a.required("type")), "('a', 'type') field required");
        let b = a.required("b").and_then(Member::object).expect("an object");
        assert_eq!(
            said(b.required("domain")),
            "('a', 'b', 'domain') field required"
        );
        let c = b.required("c").expect("it is there").texts();
        assert_eq!(said(c), "('a', 'b', 'c', 0) str type expected");
        assert_eq!(
            said(Members::of(&json!([]))),
            "('__root__',) value is not a valid dict"
        );
    }

    #[test]
    fn seconds_are_whole_numbers_within_the_range() {
        let seconds = |value: Value, as_text| {
            let body = json!({ "s": value });
            let member = Members::of(&body)
                .and_then(|body| body.required("s"))
                .expect("it is there");
            member
                .seconds(&(60..=3600), as_text)
                .map_err(|error| error.to_string())
        };
        for value in [
            json!(60),
            json!(60.0),
            json!(6e1),
            json!("60"),
            json!("0060"),
        ] {
            assert_eq!(seconds(value, LifetimeAsText::Yes), Ok(60));
        }
        assert_eq!(
            seconds(json!("60"), LifetimeAsText::No),
            Err("('s',) value is not a valid integer".to_owned())
        );
        for (value, problem) in [
            (
                json!(59),
                "ensure this value is greater than or equal to 60",
            ),
            (
                json!(-1),
                "ensure this value is greater than or equal to 60",
            ),
            (
                json!(3601),
                "ensure this value is less than or equal to 3600",
            ),
            (
                json!(1e300),
                "ensure this value is less than or equal to 3600",
            ),
            (
                json!("99999999999999999999"),
                "ensure this value is less than or equal to 3600",
            ),
            (json!(60.5), "value is not a valid integer"),
            (json!("+60"), "value is not a valid integer"),
            (json!(" 60"), "value is not a valid integer"),
            (json!(""), "value is not a valid integer"),
            (json!(true), "value is not a valid integer"),
            (json!(null), "none is not an allowed value"),
        ] {
            assert_eq!(
                seconds(value.clone(), LifetimeAsText::Yes),
                Err(format!("('s',) {problem}")),
                "{value}"
            );
        }
    }
}
