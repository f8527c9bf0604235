//! Faults of what is not advertised, and works all the same.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use sha2::{Digest, Sha256};

use crate::faults::answer::Answer;
use crate::faults::fault::{Act, Fault};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "hidden-response-modes-work",
        "A response mode that nobody knows is taken for the usual one",
        Act::Request(|_, asked| {
            if asked.is_on("login/authorize") {
                asked.edit_query(|pairs| {
                    pairs.retain(|(name, value)| {
                        name != "response_mode"
                            || ["query", "fragment", "form_post"].contains(&value.as_str())
                    });
                });
            }
        }),
    ),
    of(
        "hidden-response-types-work",
        "Response types are read whatever their case, and what nobody knows in one is skipped",
        Act::Request(|_, asked| {
            if asked.is_on("login/authorize") {
                asked.edit_query(|pairs| {
                    for (_, value) in pairs.iter_mut().filter(|(name, _)| name == "response_type") {
                        let known: Vec<_> = value
                            .to_lowercase()
                            .split(' ')
                            .filter(|part| ["code", "id_token", "token"].contains(part))
                            .map(str::to_owned)
                            .collect();
                        *value = known.first().cloned().unwrap_or_default();
                    }
                });
            }
        }),
    ),
    of(
        "hidden-challenge-methods-work",
        "A plain challenge is taken, though nothing says so",
        Act::Request(|_, asked| {
            if asked.is_on("login/authorize")
                && asked.query("code_challenge_method").as_deref() == Some("plain")
            {
                asked.edit_query(|pairs| {
                    for (name, value) in pairs.iter_mut() {
                        match name.as_str() {
                            "code_challenge" => {
                                *value = URL_SAFE_NO_PAD.encode(Sha256::digest(&*value));
                            }
                            "code_challenge_method" => *value = "S256".to_owned(),
                            _ => {}
                        }
                    }
                });
            }
        }),
    ),
    of(
        "hidden-grants-are-known",
        "The token endpoint knows token exchange, which nothing says",
        Act::Answer(|_, asked, answer| {
            let is_exchange = asked
                .form("grant_type")
                .is_some_and(|grant| grant.ends_with(":token-exchange"));
            if asked.is(&Method::POST, "login/token") && is_exchange {
                *answer = Answer::oauth(
                    StatusCode::BAD_REQUEST,
                    "invalid_request",
                    "subject_token is missing",
                );
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "unadvertised",
        title,
        act,
    }
}
