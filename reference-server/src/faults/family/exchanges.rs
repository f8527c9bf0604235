//! Faults of what the token endpoint makes of a request.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, minted};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "queries-count-at-the-token-endpoint",
        "Parameters in the query of the address count at the token endpoint",
        Act::Request(|_, asked| {
            if is(asked) {
                take_query(asked);
            }
        }),
    ),
    of(
        "tokens-are-had-by-get",
        "The token endpoint takes a query by GET for a form",
        Act::Request(|_, asked| {
            if asked.is(&Method::GET, TOKEN) {
                asked.method = Method::POST;
                asked.headers.insert(
                    CONTENT_TYPE,
                    HeaderValue::from_static("application/x-www-form-urlencoded"),
                );
                take_query(asked);
            }
        }),
    ),
    of(
        "first-of-repeated-parameters-counts",
        "Of a parameter that comes twice the token endpoint takes the first",
        Act::Request(|_, asked| {
            if is(asked) && is_form(asked) {
                asked.edit_form(|pairs| {
                    let mut seen = std::collections::BTreeSet::new();
                    pairs.retain(|(name, _)| seen.insert(name.clone()));
                });
            }
        }),
    ),
    of(
        "parameters-have-to-be-known",
        "The token endpoint refuses parameters that it does not know",
        Act::Around(|_, asked, behind| {
            Box::pin(async move {
                let known = [
                    "grant_type",
                    "code",
                    "redirect_uri",
                    "code_verifier",
                    "client_id",
                    "client_secret",
                    "refresh_token",
                    "scope",
                    "username",
                    "password",
                ];
                let mut copy = asked.clone();
                let mut is_known = true;
                if is(&asked) && is_form(&asked) {
                    copy.edit_form(|pairs| {
                        is_known = pairs.iter().all(|(name, _)| known.contains(&name.as_str()));
                    });
                }
                match is_known {
                    true => behind.ask(asked).await,
                    false => Answer::oauth(
                        StatusCode::BAD_REQUEST,
                        "invalid_request",
                        "unknown parameter",
                    ),
                }
            })
        }),
    ),
    of(
        "unknown-grants-are-invalid-grants",
        "A grant type that is missing or unknown is called an invalid grant",
        Act::Answer(|_, asked, answer| {
            let is_known = ["authorization_code", "refresh_token", "client_credentials"]
                .iter()
                .any(|grant| asked.is_grant(grant));
            if is(asked) && !is_known && answer.status == StatusCode::BAD_REQUEST {
                answer.replace("error", "invalid_grant");
            }
        }),
    ),
    of(
        "wrong-redirect-uris-are-invalid-requests",
        "A redirect URI that is not that of the code makes the request invalid, and a missing one the grant",
        Act::Answer(|_, asked, answer| {
            let description = answer.member("error_description").unwrap_or_default();
            if asked.is_grant("authorization_code") && description.contains("redirect_uri") {
                let is_missing = answer.member("error").as_deref() == Some("invalid_request");
                answer.replace(
                    "error",
                    if is_missing {
                        "invalid_grant"
                    } else {
                        "invalid_request"
                    },
                );
            }
        }),
    ),
    of(
        "second-exchange-ends-refresh-tokens-alone",
        "A second use of a code ends the refresh token of the first, but not its access token",
        Act::Answer(|app, asked, answer| {
            let token = jwt::handed_out(answer, "access_token")
                .filter(|_| asked.is_grant("authorization_code"));
            let Some(token) = token else {
                return;
            };
            let grant = app.store().tokens().find(&token, app.clock().now());
            if let Some((grant, authorization)) = grant
                .as_ref()
                .and_then(|grant| Some((grant, grant.authorization()?)))
            {
                minted::add(app, &token, &minted::detached(authorization), grant.scope());
            }
        }),
    ),
];

const TOKEN: &str = "login/token";

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "exchanges",
        title,
        act,
    }
}

fn is(asked: &Asked) -> bool {
    asked.is(&Method::POST, TOKEN)
}

/// Tells whether the body is a form in the usual encoding.
fn is_form(asked: &Asked) -> bool {
    let kind = asked
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Puts what the query says into the form.
fn take_query(asked: &mut Asked) {
    let mut given = Vec::new();
    asked.edit_query(|pairs| given = std::mem::take(pairs));
    asked.edit_form(|pairs| pairs.extend(given));
}
