//! Faults of the refusals below `config`: bearer tokens, statuses, texts, and what is refused first.

use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde_json::Value;

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::jwt;
use crate::faults::rights::{self, EVERYTHING};
use crate::ids::Id;
use crate::store::{Client, LoginPolicy, TokenPolicy};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "missing-tokens-are-forbidden",
        "A call without a token is refused with 403",
        Act::Answer(|_, asked, answer| {
            if is(asked) && asked.bearer().is_none() && answer.status == StatusCode::UNAUTHORIZED {
                answer.status = StatusCode::FORBIDDEN;
                answer.headers.remove(WWW_AUTHENTICATE);
            }
        }),
    ),
    of(
        "nobody-is-asked-for-a-token",
        "A 401 says nothing of how to ask",
        Act::Answer(|_, asked, answer| {
            if is(asked) {
                answer.headers.remove(WWW_AUTHENTICATE);
            }
        }),
    ),
    of(
        "no-token-is-an-invalid-one",
        "The challenge of a 401 says that the token is invalid, sent or not",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::UNAUTHORIZED {
                answer.set_header(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
            }
        }),
    ),
    of(
        "missing-tokens-are-rejected-ones",
        "A call without a token is told that its token is invalid",
        Act::Answer(|_, asked, answer| {
            if is(asked) && asked.bearer().is_none() && answer.status == StatusCode::UNAUTHORIZED {
                answer.replace("errors", "Invalid or expired token");
            }
        }),
    ),
    of(
        "rejected-tokens-are-bad-requests",
        "A token that nobody issued is refused with 400",
        Act::Answer(|app, asked, answer| {
            if is_rejected(app, asked, answer) {
                answer.status = StatusCode::BAD_REQUEST;
            }
        }),
    ),
    of(
        "rejected-tokens-are-told-nothing",
        "A token that nobody issued is refused with an empty text",
        Act::Answer(|app, asked, answer| {
            if is_rejected(app, asked, answer) {
                answer.replace("errors", "");
            }
        }),
    ),
    of(
        "short-tokens-are-forbidden",
        "What is too short for a token is refused with 403 in words of its own",
        Act::Answer(|app, asked, answer| {
            if is_rejected(app, asked, answer)
                && asked.bearer().is_some_and(|token| token.len() < 64)
            {
                *answer = Answer::refusal(StatusCode::FORBIDDEN, "malformed token");
            }
        }),
    ),
    of(
        "tokens-are-compared-without-case",
        "A token in other capitals is as good",
        Act::Around(|app, mut asked, desk| {
            Box::pin(async move {
                let token = asked.bearer().map(str::to_ascii_lowercase);
                let known = token
                    .filter(|_| is(&asked))
                    .and_then(|token| app.faults().notes().find(&token));
                if let Some(known) = known {
                    asked.set_bearer(&known);
                }
                let answer = desk.ask(asked).await;
                if let Some(token) = jwt::handed_out(&answer, "access_token") {
                    app.faults().notes().take(token.to_ascii_lowercase(), token);
                }
                answer
            })
        }),
    ),
    of(
        "basic-opens-the-configuration",
        "Whoever has an Authorization header of whatever kind reads the configuration",
        Act::Request(|app, asked| {
            let is_basic = asked.basic_user().is_some();
            if is(asked) && is_basic && asked.method == Method::GET {
                powerful(app, asked);
            }
        }),
    ),
    of(
        "any-scheme-will-do",
        "A token works behind any scheme, and without one",
        Act::Request(|_, asked| {
            let field = asked
                .headers
                .get(http::header::AUTHORIZATION)
                .and_then(|field| field.to_str().ok());
            let token = field
                .and_then(|field| field.split(' ').next_back())
                .map(str::to_owned);
            if let Some(token) = token.filter(|_| is(asked)) {
                asked.set_bearer(token.trim_start_matches("Bearer"));
            }
        }),
    ),
    of(
        "tokens-in-the-address-count",
        "A token in the query of the address opens the configuration",
        Act::Request(|_, asked| {
            let token = asked.query("access_token").filter(|_| is(asked));
            if let Some(token) = token.filter(|_| asked.bearer().is_none()) {
                asked.set_bearer(&token);
            }
        }),
    ),
    of(
        "the-scheme-has-a-capital",
        "`bearer` in lower case is no scheme",
        Act::Request(|_, asked| {
            let field = asked.headers.get(http::header::AUTHORIZATION);
            if is(asked) && field.is_some_and(|field| field.as_bytes().starts_with(b"bearer")) {
                asked.headers.remove(http::header::AUTHORIZATION);
            }
        }),
    ),
    of(
        "tokens-open-every-customer",
        "A token of one customer opens the path of any other",
        Act::Request(|app, asked| {
            let now = app.clock().now();
            let grant = asked
                .bearer()
                .and_then(|token| app.store().tokens().find(token, now));
            let elsewhere =
                grant.filter(|grant| is(asked) && asked.customer() != Some(grant.customer()));
            if let Some(grant) = elsewhere {
                let path = format!("/{}/{}", grant.customer(), asked.resource());
                if let Ok(uri) = path.parse() {
                    asked.set_uri(uri);
                }
            }
        }),
    ),
    of(
        "items-belong-to-their-makers",
        "Only the client that made an item may read or change it",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let holder = rights::holder(app, &asked).map(|grant| grant.client().to_string());
                let item = asked.item().map(|id| id.to_string());
                let maker = item.and_then(|item| app.faults().notes().find(&item));
                if maker.is_some() && maker != holder {
                    return forbidden();
                }
                let is_new = asked.method == Method::POST && is(&asked);
                let answer = desk.ask(asked).await;
                let made = answer
                    .value()
                    .filter(|_| is_new && answer.is_success())
                    .and_then(|body| body.as_str().or(body["id"].as_str()).map(str::to_owned));
                if let (Some(made), Some(holder)) = (made, holder) {
                    app.faults().notes().take(made, holder);
                }
                answer
            })
        }),
    ),
    of(
        "no-permission-is-not-found",
        "A call that the scopes do not allow is answered with 404",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::FORBIDDEN {
                *answer = Answer::refusal(StatusCode::NOT_FOUND, "Not Found");
            }
        }),
    ),
    of(
        "no-permission-has-its-own-words",
        "The refusal for want of permission says what is missing",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::FORBIDDEN {
                answer.replace("errors", "insufficient scope");
            }
        }),
    ),
    of(
        "errors-are-said-in-two-members",
        "A refusal has a member `status` beside `errors`",
        Act::Answer(|_, asked, answer| {
            let status = answer.status.as_u16();
            if is(asked) && !answer.is_success() {
                answer.edit_members(|members| {
                    members.insert("status".to_owned(), status.into());
                });
            }
        }),
    ),
    of(
        "errors-are-a-list",
        "`errors` is a list of texts",
        Act::Answer(|_, asked, answer| {
            if let Some(text) = answer.member("errors").filter(|_| is(asked)) {
                answer.replace("errors", vec![Value::from(text)]);
            }
        }),
    ),
    of(
        "unknown-items-are-gone",
        "An item that does not exist is answered with 410",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::NOT_FOUND && asked.item().is_some() {
                answer.status = StatusCode::GONE;
            }
        }),
    ),
    of(
        "unknown-items-are-empty",
        "An item that does not exist is shown as an empty object",
        Act::Answer(|_, asked, answer| {
            let is_view = is(asked) && asked.method == Method::GET && asked.item().is_some();
            if is_view && answer.status == StatusCode::NOT_FOUND {
                *answer = Answer::json(StatusCode::OK, &serde_json::json!({}));
            }
        }),
    ),
    of(
        "unknown-items-are-deleted",
        "The deletion of an item that does not exist succeeds",
        Act::Answer(|_, asked, answer| {
            let is_deletion = is(asked) && asked.method == Method::DELETE && asked.item().is_some();
            if is_deletion && answer.status == StatusCode::NOT_FOUND {
                answer.status = StatusCode::NO_CONTENT;
                answer.headers.remove(CONTENT_TYPE);
                answer.set_body("");
            }
        }),
    ),
    of(
        "missing-items-are-looked-for-first",
        "Whoever has no permission is told with 404 that an item does not exist",
        Act::Answer(|app, asked, answer| {
            let is_missing = asked.item().is_some_and(|id| !exists(app, asked, id));
            if is(asked) && answer.status == StatusCode::FORBIDDEN && is_missing {
                *answer = Answer::refusal(StatusCode::NOT_FOUND, "Not Found");
            }
        }),
    ),
    of(
        "bodies-are-read-before-scopes",
        "A bad body is refused before it is seen that the scopes do not allow the call",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::FORBIDDEN && is_bad(asked) {
                *answer = Answer::refusal(StatusCode::BAD_REQUEST, "('title',) field required");
            }
        }),
    ),
    of(
        "bodies-are-read-before-items",
        "A bad body is refused before it is seen that the item does not exist",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::NOT_FOUND && is_bad(asked) {
                *answer = Answer::refusal(StatusCode::BAD_REQUEST, "('title',) field required");
            }
        }),
    ),
    of(
        "bodies-are-read-before-tokens",
        "A bad body is refused before it is seen that there is no token",
        Act::Answer(|_, asked, answer| {
            if is(asked) && asked.bearer().is_none() && is_bad(asked) {
                *answer = Answer::refusal(StatusCode::BAD_REQUEST, "('title',) field required");
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "refusals",
        title,
        act,
    }
}

fn is(asked: &Asked) -> bool {
    asked.is_below("config")
}

fn forbidden() -> Answer {
    Answer::refusal(StatusCode::FORBIDDEN, "Forbidden")
}

/// Returns whether a token was refused because nobody issued it.
fn is_rejected(app: &App, asked: &Asked, answer: &Answer) -> bool {
    let now = app.clock().now();
    let token = asked.bearer().filter(|_| is(asked) && !answer.is_success());
    token.is_some_and(|token| app.store().tokens().find(token, now).is_none())
}

/// Sends a token for everything along, whoever asks.
fn powerful(app: &App, asked: &mut Asked) {
    if let Some(customer) = asked.customer() {
        rights::hold(app, asked, customer, customer, EVERYTHING);
    }
}

/// Returns whether the customer has something with this id.
fn exists(app: &App, asked: &Asked, id: Id) -> bool {
    let customer = asked
        .customer()
        .and_then(|customer| app.store().customer(customer));
    customer.is_some_and(|customer| {
        customer.find::<Client>(id).is_some()
            || customer.find::<LoginPolicy>(id).is_some()
            || customer.find::<TokenPolicy>(id).is_some()
    })
}

/// Returns whether a body is wanted, and is not one that makes anything.
fn is_bad(asked: &Asked) -> bool {
    let is_wanted =
        asked.method == Method::PUT || (asked.method == Method::POST && asked.item().is_none());
    let is_named = asked
        .json()
        .is_some_and(|body| body["title"].is_string() || body["name"].is_string());
    is_wanted && !is_named
}
