//! Faults of Proof Key for Code Exchange: challenges that prove nothing, and verifiers that nobody looks at.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, step};
use crate::store::{Code, CodeState};

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "pkce",
        title,
        act,
    }
}

/// The sample of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(super) const FAULTS: &[Fault] = &[
    of(
        "challenge-is-not-needed",
        "A public client needs no challenge, and then no verifier",
        Act::Request(|app, asked| {
            let is_public = step::client(app, asked).is_some_and(|client| client.secret.is_none());
            if step::is_one(asked)
                && is_public
                && step::parameter(asked, "code_challenge").is_none()
            {
                step::set(asked, "code_challenge", CHALLENGE);
                step::set(asked, "code_challenge_method", "S256");
            }
            if is_exchange(asked) && asked.form("code_verifier").is_none() {
                set_verifier(asked, VERIFIER);
            }
        }),
    ),
    of(
        "plain-challenges-are-taken",
        "The challenge method `plain` is taken",
        Act::Request(|_, asked| {
            if step::parameter(asked, "code_challenge_method").as_deref() == Some("plain") {
                take_for_plain(asked);
            }
        }),
    ),
    of(
        "challenges-are-plain-by-default",
        "A challenge without a method is taken for `plain`",
        Act::Request(|_, asked| {
            let has_method = step::parameter(asked, "code_challenge_method").is_some();
            if !has_method && step::parameter(asked, "code_challenge").is_some() {
                take_for_plain(asked);
            }
        }),
    ),
    of(
        "unknown-challenge-methods-mean-s256",
        "A challenge method that nobody knows is taken for `S256`",
        Act::Request(|_, asked| {
            if let Some(method) = step::parameter(asked, "code_challenge_method")
                && !["S256", "SHA256", "plain"].contains(&method.as_str())
            {
                step::set(asked, "code_challenge_method", "S256");
            }
        }),
    ),
    of(
        "challenge-form-is-not-looked-at",
        "A challenge that no digest can be is taken",
        Act::Request(|_, asked| {
            if let Some(challenge) = step::parameter(asked, "code_challenge")
                && step::parameter(asked, "code_challenge_method").as_deref() == Some("S256")
                && URL_SAFE_NO_PAD
                    .decode(challenge)
                    .map_or(0, |digest| digest.len())
                    != 32
            {
                step::set(asked, "code_challenge", CHALLENGE);
            }
        }),
    ),
    of(
        "challenges-come-back",
        "The redirect with a code carries the challenge",
        Act::Answer(|_, asked, answer| {
            if let Some(challenge) = step::parameter(asked, "code_challenge")
                && jwt::handed_out(answer, "code").is_some()
            {
                answer
                    .edit_parameters(|pairs| pairs.push(("code_challenge".to_owned(), challenge)));
            }
        }),
    ),
    of(
        "clients-with-a-secret-may-not-use-challenges",
        "A confidential client that sends a challenge is refused",
        Act::Request(|app, asked| {
            let has_secret = step::client(app, asked).is_some_and(|client| client.secret.is_some());
            if has_secret && step::parameter(asked, "code_challenge").is_some() {
                step::refuse(asked);
            }
        }),
    ),
    of(
        "clients-with-a-secret-need-challenges",
        "A confidential client that sends no challenge is refused",
        Act::Request(|app, asked| {
            let has_secret = step::client(app, asked).is_some_and(|client| client.secret.is_some());
            if has_secret
                && step::is_one(asked)
                && step::parameter(asked, "code_challenge").is_none()
            {
                step::refuse(asked);
            }
        }),
    ),
    of(
        "verifiers-are-not-looked-at",
        "Any verifier exchanges the code",
        Act::Request(|app, asked| {
            if is_exchange(asked) && asked.form("code_verifier").is_some() {
                forget_challenge(app, asked);
            }
        }),
    ),
    of(
        "verifiers-are-not-needed",
        "A code that was requested with a challenge is exchanged without a verifier",
        Act::Request(|app, asked| {
            if is_exchange(asked) && asked.form("code_verifier").unwrap_or_default().is_empty() {
                forget_challenge(app, asked);
            }
        }),
    ),
    of(
        "challenges-are-verifiers",
        "The challenge itself exchanges the code",
        Act::Request(|app, asked| {
            let verifier = asked.form("code_verifier").unwrap_or_default();
            let is_challenge = waiting(app, asked)
                .and_then(|code| code.challenge.clone())
                .is_some_and(|challenge| challenge.reads(&verifier));
            if is_challenge {
                forget_challenge(app, asked);
            }
        }),
    ),
    of(
        "verifiers-without-a-challenge-are-ignored",
        "A verifier for a code that was requested without a challenge is ignored",
        Act::Request(|app, asked| {
            if waiting(app, asked).is_some_and(|code| code.challenge.is_none()) {
                drop_verifier(asked);
            }
        }),
    ),
    of(
        "verifiers-lose-their-case",
        "A verifier is hashed in lower case",
        Act::Request(|_, asked| {
            if is_exchange(asked)
                && let Some(verifier) = asked.form("code_verifier")
            {
                set_verifier(asked, &verifier.to_ascii_lowercase());
            }
        }),
    ),
];

pub(super) fn is_exchange(asked: &Asked) -> bool {
    asked.is(&Method::POST, "login/token")
        && asked.form("grant_type").as_deref() == Some("authorization_code")
}

/// Returns the code that is about to be exchanged, if it waits for that.
pub(super) fn waiting(app: &App, asked: &Asked) -> Option<std::sync::Arc<Code>> {
    let text = asked.form("code").filter(|_| is_exchange(asked))?;
    match app.store().codes().find(&text, app.clock().now())? {
        CodeState::Waiting(code) => Some(code),
        CodeState::Used(_) => None,
    }
}

/// Makes a challenge one that the challenge itself meets.
fn take_for_plain(asked: &mut Asked) {
    if let Some(verifier) = step::parameter(asked, "code_challenge") {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        step::set(asked, "code_challenge", &digest);
        step::set(asked, "code_challenge_method", "S256");
    }
}

fn forget_challenge(app: &App, asked: &mut Asked) {
    if let Some(text) = asked.form("code") {
        app.store()
            .codes()
            .change(&text, app.clock().now(), |code| code.challenge = None);
        drop_verifier(asked);
    }
}

fn drop_verifier(asked: &mut Asked) {
    asked.edit_form(|pairs| pairs.retain(|(name, _)| name != "code_verifier"));
}

fn set_verifier(asked: &mut Asked, verifier: &str) {
    drop_verifier(asked);
    asked.edit_form(|pairs| pairs.push(("code_verifier".to_owned(), verifier.to_owned())));
}
