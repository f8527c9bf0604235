//! Faults of the bodies below `config`: what is taken for JSON, how members are named, and what is said of those that are missing.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "json-may-go-on",
        "What follows the first JSON value of a body is not looked at",
        Act::Request(|_, asked| {
            if is(asked) && asked.json().is_none() {
                mend(asked, |text| {
                    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
                    values.next().and_then(Result::ok)
                });
            }
        }),
    ),
    of(
        "commas-may-end-objects",
        "A comma before the end of an object is overlooked",
        Act::Request(|_, asked| {
            if is(asked) && asked.json().is_none() {
                mend(asked, |text| {
                    serde_json::from_str(&text.replace(",}", "}")).ok()
                });
            }
        }),
    ),
    of(
        "single-quotes-are-quotes",
        "Texts in a body may stand in single quotes",
        Act::Request(|_, asked| {
            if is(asked) && asked.json().is_none() {
                mend(asked, |text| {
                    serde_json::from_str(&text.replace('\'', "\"")).ok()
                });
            }
        }),
    ),
    of(
        "bodies-may-end-early",
        "A body that ends too early is completed",
        Act::Request(|_, asked| {
            if is(asked) && asked.json().is_none() {
                mend(asked, |text| {
                    serde_json::from_str(&format!("{text}}}")).ok()
                });
            }
        }),
    ),
    of(
        "syntax-errors-are-unprocessable",
        "A body that is not JSON is refused with 422",
        Act::Answer(|_, asked, answer| {
            if is(asked) && asked.json().is_none() && answer.status == StatusCode::BAD_REQUEST {
                answer.status = StatusCode::UNPROCESSABLE_ENTITY;
            }
        }),
    ),
    of(
        "forms-are-taken-for-json",
        "A form is taken in the place of JSON",
        Act::Request(|_, asked| {
            let field = asked
                .headers
                .get(CONTENT_TYPE)
                .and_then(|field| field.to_str().ok());
            let is_form = field.is_some_and(|field| field.ends_with("urlencoded"));
            if is(asked) && is_form {
                let pairs = form_urlencoded::parse(&asked.body).into_owned();
                let members: Map<String, Value> =
                    pairs.map(|(name, value)| (name, value.into())).collect();
                asked.set_json(&Value::Object(members));
            }
        }),
    ),
    of(
        "any-media-type-is-json",
        "A body of any media type is read as JSON, and one that is none as an empty object",
        Act::Request(|_, asked| {
            let field = asked
                .headers
                .get(CONTENT_TYPE)
                .and_then(|field| field.to_str().ok());
            let is_json = field.is_some_and(|field| field.starts_with("application/json"));
            if asked.writes("tokenPolicies") && !is_json {
                asked
                    .headers
                    .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                let sent = asked
                    .json()
                    .unwrap_or_else(|| json!({ "title": "Untitled" }));
                asked.set_json(&sent);
            }
        }),
    ),
    of(
        "capitals-of-members-do-not-matter",
        "The capitals of member names do not matter",
        Act::Request(|_, asked| {
            rename(asked, |name| {
                KNOWN
                    .iter()
                    .find(|known| known.eq_ignore_ascii_case(name))
                    .map(|known| (*known).to_owned())
            });
        }),
    ),
    of(
        "one-letter-too-many-is-overlooked",
        "An `s` too many at the end of a member name is overlooked",
        Act::Request(|_, asked| {
            rename(asked, |name| {
                KNOWN
                    .iter()
                    .find(|known| name.strip_suffix('s') == Some(**known))
                    .map(|known| (*known).to_owned())
            });
        }),
    ),
    of(
        "missing-members-are-conflicts",
        "A missing member is refused with 409",
        Act::Answer(|_, asked, answer| {
            if is_missing(asked, answer) {
                answer.status = StatusCode::CONFLICT;
            }
        }),
    ),
    of(
        "missing-members-are-unprocessable",
        "A missing member is refused with 422 when something is made, and with 400 when it is modified",
        Act::Answer(|_, asked, answer| {
            if is_missing(asked, answer) && asked.method == Method::POST {
                answer.status = StatusCode::UNPROCESSABLE_ENTITY;
            }
        }),
    ),
    of(
        "missing-members-have-pointers",
        "A missing member is reported as a JSON pointer",
        Act::Answer(|_, asked, answer| {
            let text = answer
                .member("errors")
                .filter(|_| is_missing(asked, answer));
            if let Some(location) = text
                .as_deref()
                .and_then(|text| text.strip_suffix(" field required"))
            {
                let names: Vec<&str> = location.split('\'').skip(1).step_by(2).collect();
                answer.replace("errors", format!("/{} is missing", names.join("/")));
            }
        }),
    ),
    of(
        "tuples-of-one-have-no-comma",
        "The location of a missing member is written without the comma of a tuple",
        Act::Answer(|_, asked, answer| {
            if is_missing(asked, answer) {
                answer.edit_text(|text| text.replace("',)", "')"));
            }
        }),
    ),
    of(
        "missing-nested-members-lose-their-way",
        "A missing nested member is reported by its own name alone",
        Act::Answer(|_, asked, answer| {
            let text = answer
                .member("errors")
                .filter(|_| is_missing(asked, answer));
            if let Some((_, name)) = text.as_deref().and_then(|text| text.rsplit_once(", ")) {
                answer.replace("errors", format!("({}", name.replacen(')', ",)", 1)));
            }
        }),
    ),
    of(
        "bad-values-are-conflicts",
        "A value that cannot be accepted is refused with 409",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                answer.status = StatusCode::CONFLICT;
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "bodies",
        title,
        act,
    }
}

fn is(asked: &Asked) -> bool {
    let has_body = asked.method == Method::POST || asked.method == Method::PUT;
    has_body && asked.is_below("config")
}

/// Returns whether a request was refused because a member is missing.
fn is_missing(asked: &Asked, answer: &Answer) -> bool {
    let text = answer.member("errors").filter(|_| is(asked));
    text.is_some_and(|text| text.ends_with("field required"))
}

/// Sends what a body may have meant that is no JSON.
fn mend(asked: &mut Asked, meant: impl FnOnce(&str) -> Option<Value>) {
    let text = std::str::from_utf8(&asked.body).ok();
    if let Some(value) = text.and_then(meant) {
        asked.set_json(&value);
    }
}

/// Sends members under other names.
fn rename(asked: &mut Asked, other: impl Fn(&str) -> Option<String>) {
    if is(asked) {
        asked.edit_members(|members| {
            let renamed = std::mem::take(members).into_iter();
            *members = renamed
                .map(|(name, value)| (other(&name).unwrap_or(name), value))
                .collect();
        });
    }
}

/// The members that are required anywhere.
const KNOWN: &[&str] = &[
    "id",
    "title",
    "name",
    "type",
    "loginURL",
    "identityStoreDetails",
    "redirectURIs",
    "loginPolicy",
    "tokenPolicy",
];
