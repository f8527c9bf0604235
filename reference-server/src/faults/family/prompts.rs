//! Faults of `prompt`, `max_age` and the way to the login page.

use http::StatusCode;

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, step};

use super::authorize::recode;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "prompts",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "silent-requests-show-the-page",
        "With `prompt=none` and nobody signed in the login page is shown",
        Act::Request(|_, asked| prompt(asked, "none", "")),
    ),
    of(
        "silent-requests-ask-for-a-password",
        "With `prompt=none` the login page is shown even to somebody who is signed in",
        Act::Request(|_, asked| prompt(asked, "none", "login")),
    ),
    of(
        "login-required-has-another-name",
        "The error of nobody signed in is `access_denied`",
        Act::Answer(|_, asked, answer| recode(asked, answer, "login_required", "access_denied")),
    ),
    of(
        "prompt-login-is-ignored",
        "`prompt=login` does not ask somebody who is signed in",
        Act::Request(|_, asked| prompt(asked, "login", "")),
    ),
    of(
        "prompt-create-is-a-sign-in",
        "`prompt=create` shows the page to sign in",
        Act::Request(|_, asked| prompt(asked, "create", "login")),
    ),
    of(
        "prompt-none-wins",
        "`prompt=none` beside another value is taken for `none`",
        Act::Request(|_, asked| {
            step::change(asked, "prompt", |text| {
                let is_none = text.split(' ').any(|value| value == "none");
                if is_none { "none" } else { text }.to_owned()
            });
        }),
    ),
    of(
        "unknown-prompts-are-ignored",
        "A value of `prompt` that nobody knows is ignored",
        Act::Request(|_, asked| {
            step::change(asked, "prompt", |text| {
                let is_known = |value: &&str| ["none", "login", "create"].contains(value);
                text.split(' ')
                    .filter(is_known)
                    .collect::<Vec<_>>()
                    .join(" ")
            });
        }),
    ),
    of(
        "sessions-are-not-used-again",
        "Somebody who is signed in is asked again by every request",
        Act::Request(|_, asked| {
            if step::is_first(asked) {
                step::default(asked, "max_age", "0");
            }
        }),
    ),
    of(
        "max-age-is-ignored",
        "`max_age` is ignored",
        Act::Request(|_, asked| step::remove(asked, "max_age")),
    ),
    of(
        "max-age-of-nothing-is-ignored",
        "`max_age=0` is taken for no `max_age`",
        Act::Request(|_, asked| {
            step::change(asked, "max_age", |text| {
                if text == "0" { "" } else { text }.to_owned()
            });
        }),
    ),
    of(
        "max-age-is-always-over",
        "Every `max_age` asks for a sign-in, however young the last one is",
        Act::Request(|_, asked| {
            if step::parameter(asked, "max_age").is_some() {
                step::set(asked, "max_age", "0");
            }
        }),
    ),
    of(
        "max-age-counts-minutes",
        "`max_age` is taken for minutes",
        Act::Request(|_, asked| {
            step::change(asked, "max_age", |text| match text.parse::<u32>() {
                Ok(seconds) => (u64::from(seconds) * 60).to_string(),
                Err(_) => text.to_owned(),
            });
        }),
    ),
    of(
        "unreadable-max-age-is-ignored",
        "A `max_age` that is no number is ignored",
        Act::Request(|_, asked| {
            step::change(asked, "max_age", |text| {
                let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
                if is_number { text } else { "" }.to_owned()
            });
        }),
    ),
    of(
        "auth-time-is-of-yesterday",
        "`auth_time` is a day behind",
        Act::IdToken(|_, _, claims| {
            if let Some(time) = claims.get("auth_time").and_then(serde_json::Value::as_u64) {
                claims.insert("auth_time".to_owned(), time.saturating_sub(86_400).into());
            }
        }),
    ),
    of(
        "login-page-is-always-ours",
        "The login page that the login policy names is ignored",
        Act::Answer(|app, asked, answer| {
            if is_way_to_the_login_page(asked, answer) {
                let own = format!(
                    "{}/{}/auth-ui/login",
                    app.settings().public_url,
                    asked
                        .customer()
                        .map(|id| id.to_string())
                        .unwrap_or_default()
                );
                let query = answer
                    .location()
                    .and_then(|url| url.query().map(str::to_owned));
                *answer = Answer::redirect(&format!("{own}?{}", query.unwrap_or_default()));
            }
        }),
    ),
    of(
        "login-page-comes-by-303",
        "The way to the login page has status 303",
        Act::Answer(|_, asked, answer| {
            if is_way_to_the_login_page(asked, answer) {
                answer.status = StatusCode::SEE_OTHER;
            }
        }),
    ),
    of(
        "login-page-forgets-the-state",
        "The state of the request is lost on the way to the login page",
        Act::Answer(|_, asked, answer| forget(asked, answer, "state")),
    ),
    of(
        "login-page-forgets-the-hint",
        "The `login_hint` of the request is lost on the way to the login page",
        Act::Answer(|_, asked, answer| forget(asked, answer, "login_hint")),
    ),
];

/// Puts one prompt in the place of another.
fn prompt(asked: &mut Asked, before: &str, after: &str) {
    step::change(asked, "prompt", |text| {
        if text.trim() == before { after } else { text }.to_owned()
    });
}

fn is_way_to_the_login_page(asked: &Asked, answer: &Answer) -> bool {
    let is_settled = ["code", "error", "access_token", "id_token"]
        .iter()
        .any(|name| jwt::handed_out(answer, name).is_some());
    step::is_first(asked) && answer.location().is_some() && !is_settled
}

fn forget(asked: &Asked, answer: &mut Answer, name: &str) {
    if is_way_to_the_login_page(asked, answer) {
        answer.edit_parameters(|pairs| pairs.retain(|(known, _)| known != name));
    }
}
