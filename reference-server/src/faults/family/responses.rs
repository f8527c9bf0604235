//! Faults of the answers that come back to the client: their state, their place, and what they bring.

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, step};
use crate::login::response_type::ResponseType;

use super::authorize::into_the_query;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "responses",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "state-is-lost",
        "The state does not come back",
        Act::Request(|_, asked| step::remove(asked, "state")),
    ),
    of(
        "errors-lose-the-state",
        "An error comes back without the state",
        Act::Answer(|_, asked, answer| {
            if step::is_one(asked) && jwt::handed_out(answer, "error").is_some() {
                answer.edit_parameters(|pairs| pairs.retain(|(name, _)| name != "state"));
            }
        }),
    ),
    of(
        "errors-bring-a-code",
        "An error comes back with a code beside it",
        Act::Answer(|app, asked, answer| {
            if step::is_one(asked) && jwt::handed_out(answer, "error").is_some() {
                let code = app.ids().code();
                answer.edit_parameters(|pairs| pairs.push(("code".to_owned(), code)));
            }
        }),
    ),
    of(
        "state-is-decoded-twice",
        "Percent signs in the state are decoded once too often",
        Act::Request(|_, asked| {
            step::change(asked, "state", |text| {
                percent_encoding::percent_decode_str(text)
                    .decode_utf8_lossy()
                    .into_owned()
            });
        }),
    ),
    of(
        "state-is-cut",
        "A state longer than 255 characters is cut",
        Act::Request(|_, asked| {
            step::change(asked, "state", |text| text.chars().take(255).collect());
        }),
    ),
    of(
        "state-comes-of-nothing",
        "A request without a state gets one all the same",
        Act::Request(|_, asked| step::default(asked, "state", "none")),
    ),
    of(
        "state-is-required",
        "A request without a state is refused",
        Act::Request(|_, asked| refuse_without(asked, "state")),
    ),
    of(
        "nonce-is-required-for-a-code",
        "A request of a code without a nonce is refused",
        Act::Request(|_, asked| {
            if step::response_type(asked) == Some(ResponseType::CODE) {
                refuse_without(asked, "nonce");
            }
        }),
    ),
    of(
        "nonce-is-not-needed",
        "An ID token comes through the browser without a nonce",
        Act::Request(|_, asked| {
            if step::response_type(asked).is_some_and(ResponseType::has_id_token) {
                step::default(asked, "nonce", "none");
            }
        }),
    ),
    of(
        "response-mode-is-ignored",
        "The response mode is ignored",
        Act::Request(|_, asked| step::remove(asked, "response_mode")),
    ),
    of(
        "unknown-response-modes-are-ignored",
        "A response mode that nobody knows is ignored",
        Act::Request(|_, asked| {
            let mode = step::parameter(asked, "response_mode").unwrap_or_default();
            if !["", "query", "fragment", "form_post"].contains(&mode.as_str()) {
                step::remove(asked, "response_mode");
            }
        }),
    ),
    of(
        "codes-come-in-the-fragment",
        "A code comes in the fragment unless another mode is asked for",
        Act::Request(|_, asked| {
            if step::response_type(asked) == Some(ResponseType::CODE) {
                step::default(asked, "response_mode", "fragment");
            }
        }),
    ),
    of(
        "tokens-come-in-the-query",
        "Tokens come in the query",
        Act::Answer(|_, asked, answer| {
            if step::is_one(asked) && brings_a_token(answer) {
                into_the_query(answer);
            }
        }),
    ),
    of(
        "tokens-come-in-the-query-when-asked-for",
        "Tokens come in the query when the query is asked for",
        Act::Around(|_, asked, desk| Box::pin(in_the_query_when_asked_for(asked, desk))),
    ),
    of(
        "form-post-does-not-escape",
        "The page that posts an answer writes it without escaping",
        Act::Answer(|_, asked, answer| {
            if step::parameter(asked, "response_mode").as_deref() == Some("form_post")
                && let Some(state) = step::parameter(asked, "state")
                && let Some(shown) = jwt::handed_out(answer, "state")
            {
                answer.edit_text(|page| page.replace(&shown, &state));
            }
        }),
    ),
    of(
        "tokens-of-redirects-have-no-lifetime",
        "An access token that comes by redirect does not say for how long it works",
        Act::Answer(|_, asked, answer| {
            if step::is_one(asked) {
                answer.edit_parameters(|pairs| pairs.retain(|(name, _)| name != "expires_in"));
            }
        }),
    ),
    of(
        "redirects-bring-refresh-tokens",
        "A refresh token comes by redirect, beside the access token",
        Act::Answer(|app, asked, answer| {
            if step::is_one(asked) && jwt::handed_out(answer, "access_token").is_some() {
                let token = app.ids().token().reveal().to_owned();
                answer.edit_parameters(|pairs| pairs.push(("refresh_token".to_owned(), token)));
            }
        }),
    ),
    of(
        "codes-bring-their-tokens",
        "An access token comes by redirect beside a code that was asked for alone",
        Act::Answer(|app, asked, answer| {
            if step::response_type(asked) == Some(ResponseType::CODE)
                && jwt::handed_out(answer, "code").is_some()
            {
                let token = app.ids().token().reveal().to_owned();
                answer.edit_parameters(|pairs| pairs.push(("access_token".to_owned(), token)));
            }
        }),
    ),
    of(
        "hybrid-codes-are-dead",
        "A code that comes beside a token cannot be exchanged",
        Act::Answer(|app, asked, answer| {
            if step::is_one(asked)
                && brings_a_token(answer)
                && let Some(code) = jwt::handed_out(answer, "code")
            {
                app.store().codes().use_up(&code, app.clock().now());
            }
        }),
    ),
    of(
        "hybrid-answers-lack-the-code",
        "What is asked for as a code and tokens brings the tokens alone",
        Act::Answer(|_, asked, answer| {
            if step::is_one(asked) && brings_a_token(answer) {
                answer.edit_parameters(|pairs| pairs.retain(|(name, _)| name != "code"));
            }
        }),
    ),
    of(
        "code-hash-is-of-another-text",
        "`c_hash` is that of another text than the code",
        Act::IdToken(|app, _, claims| {
            if claims.contains_key("c_hash") {
                let other = app.ids().code();
                claims.insert("c_hash".to_owned(), other.into());
            }
        }),
    ),
];

fn refuse_without(asked: &mut Asked, name: &str) {
    if step::is_one(asked) && step::parameter(asked, name).is_none() {
        step::refuse(asked);
    }
}

fn brings_a_token(answer: &Answer) -> bool {
    ["access_token", "id_token"]
        .iter()
        .any(|name| jwt::handed_out(answer, name).is_some())
}

async fn in_the_query_when_asked_for(mut asked: Asked, desk: Desk<'_>) -> Answer {
    let is_wanted = step::parameter(&asked, "response_mode").as_deref() == Some("query")
        && step::response_type(&asked).is_some_and(ResponseType::is_implicit);
    if !is_wanted {
        return desk.ask(asked).await;
    }
    step::remove(&mut asked, "response_mode");
    let mut answer = desk.ask(asked).await;
    into_the_query(&mut answer);
    answer
}
