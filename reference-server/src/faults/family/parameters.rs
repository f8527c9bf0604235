//! Faults of the parameters that an authorization request may have beside what it needs.

use serde_json::{Map, Value};

use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::step;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "parameters",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "malformed-claims-are-ignored",
        "A `claims` parameter that is no JSON object is ignored",
        Act::Request(|_, asked| {
            let claims = step::parameter(asked, "claims");
            let is_object =
                |text: String| serde_json::from_str::<Map<String, Value>>(&text).is_ok();
            if !claims.is_some_and(is_object) {
                step::remove(asked, "claims");
            }
        }),
    ),
    of(
        "request-objects-are-ignored",
        "`request` and `request_uri` are ignored instead of refused",
        Act::Request(|_, asked| {
            step::remove(asked, "request");
            step::remove(asked, "request_uri");
        }),
    ),
    of(
        "first-of-two-counts",
        "Of a parameter that comes twice the first one counts",
        Act::Request(|_, asked| {
            step::edit(asked, |pairs| {
                let mut seen = std::collections::BTreeSet::new();
                pairs.retain(|(name, _)| seen.insert(name.clone()));
            });
        }),
    ),
    of(
        "empty-parameters-count",
        "A parameter without a value is a value that nobody knows",
        Act::Request(|_, asked| {
            for name in ["prompt", "max_age", "response_mode", "claims"] {
                step::change(asked, name, |text| match text {
                    "" => "empty".to_owned(),
                    text => text.to_owned(),
                });
            }
        }),
    ),
    of(
        "unknown-parameters-are-refused",
        "A parameter that nobody knows is refused",
        Act::Request(|_, asked| refuse_if(asked, |name, _| !KNOWN.contains(&name))),
    ),
    of(
        "unknown-languages-are-refused",
        "A language tag in `ui_locales` that is not spoken is refused",
        Act::Request(|_, asked| {
            refuse_if(asked, |name, value| {
                let is_spoken =
                    |tag: &str| tag.is_empty() || ["en", "de", "fr", "ja"].contains(&tag);
                name == "ui_locales" && !value.split(' ').all(is_spoken)
            });
        }),
    ),
    of(
        "small-screens-are-refused",
        "A `display` other than `page` is refused",
        Act::Request(|_, asked| {
            refuse_if(asked, |name, value| {
                name == "display" && !["", "page"].contains(&value)
            });
        }),
    ),
    of(
        "hints-have-to-be-addresses",
        "A `login_hint` that is no e-mail address is refused",
        Act::Request(|_, asked| {
            refuse_if(asked, |name, value| {
                name == "login_hint" && !value.is_empty() && !value.contains('@')
            });
        }),
    ),
    of(
        "acr-values-are-demands",
        "`acr_values` are refused",
        Act::Request(|_, asked| refuse_if(asked, |name, _| name == "acr_values")),
    ),
    of(
        "claims-locales-are-refused",
        "`claims_locales` is refused",
        Act::Request(|_, asked| refuse_if(asked, |name, _| name == "claims_locales")),
    ),
];

const KNOWN: &[&str] = &[
    "acr_values",
    "claims",
    "claims_locales",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "display",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];

/// Makes the authorization request one that is refused, if one of its parameters is bad: `(name, value)`.
fn refuse_if(asked: &mut Asked, is_bad: fn(&str, &str) -> bool) {
    let mut found = false;
    step::edit(asked, |pairs| {
        found = pairs.iter().any(|(name, value)| is_bad(name, value));
    });
    if found {
        step::refuse(asked);
    }
}
