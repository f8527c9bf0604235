//! Faults of whom userinfo lets in, and of how it refuses.

use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde_json::json;

use super::userinfo::USERINFO;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, minted};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "userinfo-refuses-every-token",
        "Userinfo refuses every token",
        Act::Request(|app, asked| {
            if is(asked) && asked.bearer().is_some() {
                asked.set_bearer(app.ids().token().reveal());
            }
        }),
    ),
    of(
        "userinfo-takes-no-post",
        "Userinfo refuses POST",
        Act::Around(|_, asked, behind| {
            Box::pin(async move {
                if asked.is(&Method::POST, USERINFO) {
                    return Answer::oauth(
                        StatusCode::METHOD_NOT_ALLOWED,
                        "invalid_request",
                        "only GET",
                    );
                }
                behind.ask(asked).await
            })
        }),
    ),
    of(
        "userinfo-takes-tokens-in-the-query",
        "Userinfo takes an access token from the query of the address",
        Act::Request(|_, asked| {
            if let Some(token) = asked.query("access_token").filter(|_| is(asked)) {
                asked.set_bearer(&token);
            }
        }),
    ),
    of(
        "userinfo-answers-clients",
        "Userinfo answers a client that has authenticated as it answers a user",
        Act::Around(|app, asked, behind| {
            Box::pin(async move {
                let client = asked.credentials().map(|(id, _)| id).or_else(|| {
                    let grant = app
                        .store()
                        .tokens()
                        .find(asked.bearer()?, app.clock().now())?;
                    grant
                        .authorization()
                        .is_none()
                        .then(|| grant.client().to_string())
                });
                match client.filter(|_| is(&asked)) {
                    Some(client) => Answer::json(
                        StatusCode::OK,
                        &json!({ "sub": client, "global_sub": client }),
                    ),
                    None => behind.ask(asked).await,
                }
            })
        }),
    ),
    of(
        "userinfo-answers-nobody",
        "Userinfo answers a request without a token with an empty object",
        Act::Answer(|_, asked, answer| {
            if is(asked) && !asked.headers.contains_key(AUTHORIZATION) && asked.customer().is_some()
            {
                *answer = Answer::json(StatusCode::OK, &json!({ "sub": "", "global_sub": "" }));
            }
        }),
    ),
    of(
        "userinfo-refuses-with-403",
        "Userinfo refuses a wrong token with 403",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::UNAUTHORIZED {
                answer.status = StatusCode::FORBIDDEN;
            }
        }),
    ),
    of(
        "userinfo-does-not-challenge",
        "Userinfo refuses without a challenge",
        Act::Answer(|_, asked, answer| {
            if is(asked) {
                answer.headers.remove(WWW_AUTHENTICATE);
            }
        }),
    ),
    of(
        "userinfo-challenges-for-basic",
        "Userinfo asks for a client's secret where it needs a token",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.headers.contains_key(WWW_AUTHENTICATE) {
                answer.set_header(WWW_AUTHENTICATE, "Basic realm=\"userinfo\"");
            }
        }),
    ),
    of(
        "challenge-says-nothing",
        "The challenge of userinfo does not say that the token was wrong",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.headers.contains_key(WWW_AUTHENTICATE) {
                answer.set_header(WWW_AUTHENTICATE, "Bearer");
            }
        }),
    ),
    of(
        "no-token-is-an-invalid-token",
        "Userinfo calls a token invalid where none came",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::UNAUTHORIZED && asked.bearer().is_none() {
                answer.set_header(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
                answer.replace("error", "invalid_token");
            }
        }),
    ),
    of(
        "userinfo-refuses-like-the-configuration",
        "Userinfo refuses in the form of the configuration operations",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status.is_client_error() {
                answer.edit(|body| *body = json!({ "errors": "Unauthorized" }));
            }
        }),
    ),
    of(
        "userinfo-takes-tokens-of-any-customer",
        "A token opens userinfo under the id of every customer",
        Act::Request(|app, asked| {
            let grant = asked
                .bearer()
                .and_then(|token| app.store().tokens().find(token, app.clock().now()));
            if let Some(grant) = grant.filter(|_| is(asked))
                && let Ok(uri) = format!("/{}/{USERINFO}", grant.customer()).parse()
            {
                asked.set_uri(uri);
            }
        }),
    ),
    of(
        "userinfo-of-nobodys-customer",
        "Userinfo says under a customer id that nobody has that it has no user",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::NOT_FOUND {
                *answer = Answer::json(StatusCode::OK, &json!({ "sub": "", "global_sub": "" }));
            }
        }),
    ),
    of(
        "id-tokens-open-userinfo",
        "An ID token opens userinfo",
        Act::Request(|app, asked| {
            let token = asked.bearer().filter(|token| {
                is(asked) && jwt::claims(token).is_some_and(|claims| claims.contains_key("azp"))
            });
            let opened = token.and_then(|token| minted::believed(app, asked, token));
            if let Some(authorization) = opened {
                asked.set_bearer(&minted::access_token(app, &authorization, "openid"));
            }
        }),
    ),
    of(
        "refresh-tokens-open-userinfo",
        "A refresh token opens userinfo",
        Act::Request(|app, asked| {
            let now = app.clock().now();
            let token = asked
                .bearer()
                .and_then(|token| app.store().refresh_tokens().find(token, now));
            if let Some(token) = token.filter(|_| is(asked)) {
                asked.set_bearer(&minted::access_token(app, &token.authorization, "openid"));
            }
        }),
    ),
    of(
        "only-the-beginning-of-a-token-counts",
        "Access tokens are known by their first forty characters",
        Act::Around(|app, mut asked, behind| {
            Box::pin(async move {
                let now = app.clock().now();
                // All JWTs begin alike.
                let beginning = |token: &str| {
                    let begin = token.get(..40).filter(|_| !token.contains('.'))?;
                    Some(format!("{begin:-<64}"))
                };
                let known = |token: &str| {
                    beginning(token).filter(|token| app.store().tokens().find(token, now).is_some())
                };
                if let Some(token) = asked.bearer().and_then(known) {
                    asked.set_bearer(&token);
                }
                if let Some(token) = asked.form("token").as_deref().and_then(known) {
                    asked.set_form("token", token);
                }
                let answer = behind.ask(asked).await;
                if let Some(token) = jwt::handed_out(&answer, "access_token") {
                    let found = app.store().tokens().find_with_end(&token, now);
                    if let (Some((grant, end)), Some(begin)) = (found, beginning(&token)) {
                        app.store().tokens().add(&begin, grant, now, end);
                    }
                }
                answer
            })
        }),
    ),
    of(
        "userinfo-does-not-hear-of-revocations",
        "A revoked access token goes on opening userinfo",
        Act::Around(|app, mut asked, behind| {
            Box::pin(async move {
                let shadow = asked.bearer().map(minted::shadow).filter(|_| is(&asked));
                let now = app.clock().now();
                if let Some(shadow) =
                    shadow.filter(|shadow| app.store().tokens().find(shadow, now).is_some())
                {
                    asked.set_bearer(&shadow);
                }
                let answer = behind.ask(asked).await;
                minted::add_shadows(app, &answer);
                answer
            })
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "userinfo_refusals",
        title,
        act,
    }
}

fn is(asked: &Asked) -> bool {
    asked.is(&Method::GET, USERINFO) || asked.is(&Method::POST, USERINFO)
}
