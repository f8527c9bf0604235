//! Faults of the `claims` parameter.

use http::Method;
use serde_json::{Map, Value, json};

use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "claims-parameter-is-ignored",
        "The claims that a request asks for by name are not told",
        Act::Request(|_, asked| change(asked, |_| json!({}))),
    ),
    of(
        "claims-parameter-of-any-form-is-taken",
        "A claims parameter that cannot be read is taken for none",
        Act::Request(|_, asked| {
            if asked.is_on(AUTHORIZE) {
                asked.edit_query(|pairs| {
                    pairs.retain(|(name, value)| {
                        name != "claims"
                            || serde_json::from_str::<Map<String, Value>>(value).is_ok()
                    });
                });
            }
        }),
    ),
    of(
        "claims-come-in-both-places",
        "A claim that was asked for in one place is told in the other, too",
        Act::Request(|_, asked| {
            change(asked, |claims| {
                let places = ["userinfo", "id_token"];
                let both: Map<String, Value> = places
                    .iter()
                    .filter_map(|place| claims[*place].as_object().cloned())
                    .flatten()
                    .collect();
                json!({ "userinfo": both, "id_token": both })
            });
        }),
    ),
    of(
        "claims-with-objects-are-skipped",
        "A claim that is asked for with an object is not told",
        Act::Request(|_, asked| {
            change(asked, |claims| {
                let mut claims = claims.clone();
                for place in ["userinfo", "id_token"] {
                    if let Some(asked) = claims.get_mut(place).and_then(Value::as_object_mut) {
                        asked.retain(|_, wish| wish.is_null());
                    }
                }
                claims
            });
        }),
    ),
    of(
        "unknown-claims-spoil-the-others",
        "A request for a claim that nobody knows is told none of the others",
        Act::Request(|_, asked| {
            change(asked, |claims| {
                let known = [
                    "sub",
                    "iss",
                    "auth_time",
                    "acr",
                    "name",
                    "given_name",
                    "family_name",
                    "middle_name",
                    "nickname",
                    "preferred_username",
                    "gender",
                    "birthdate",
                    "updated_at",
                    "address",
                    "phone_number",
                    "phone_number_verified",
                    "email",
                    "email_verified",
                    "emailAddress",
                    "emailVerified",
                ];
                let all_known = ["userinfo", "id_token"]
                    .iter()
                    .filter_map(|place| claims[*place].as_object())
                    .flat_map(Map::keys)
                    .all(|claim| known.contains(&claim.as_str()));
                match all_known {
                    true => claims.clone(),
                    false => json!({}),
                }
            });
        }),
    ),
];

const AUTHORIZE: &str = "login/authorize";

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "claims_parameter",
        title,
        act,
    }
}

/// Changes the parameter of a request to sign in, where it can be read.
fn change(asked: &mut Asked, change: impl FnOnce(&Value) -> Value) {
    if !asked.is(&Method::GET, AUTHORIZE) {
        return;
    }
    let claims = asked
        .query("claims")
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    if let Some(claims) = claims.filter(Value::is_object) {
        let changed = change(&claims).to_string();
        asked.edit_query(|pairs| {
            for (_, value) in pairs.iter_mut().filter(|(name, _)| name == "claims") {
                value.clone_from(&changed);
            }
        });
    }
}
