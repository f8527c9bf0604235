//! Faults of the authorization endpoint: which parameters it takes, and how its answers travel.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use http::{Method, StatusCode};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, step};
use crate::login::response_type::ResponseType;
use crate::store::{Client, LoginPolicy, ResponseType as Part};

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "authorize",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "authorize-takes-get-alone",
        "The authorization endpoint takes no request by POST",
        Act::Request(|_, asked| {
            if asked.is(&Method::POST, "login/authorize") {
                asked.method = Method::PUT;
            }
        }),
    ),
    of(
        "unknown-customers-are-bad-requests",
        "The authorization endpoint answers 400 for a customer that nobody is",
        Act::Answer(|_, asked, answer| {
            if step::is_first(asked) && answer.status == StatusCode::NOT_FOUND {
                answer.status = StatusCode::BAD_REQUEST;
            }
        }),
    ),
    of(
        "descriptions-are-quoted",
        "The description of an error stands in quotation marks",
        Act::Answer(|_, _, answer| {
            answer.edit_parameters(|pairs| {
                for (name, value) in pairs {
                    if name == "error_description" {
                        *value = format!("\"{value}\"");
                    }
                }
            });
        }),
    ),
    of(
        "missing-client-id-is-guessed",
        "A request without a client is taken for one of the client that lists the redirect URI",
        Act::Request(|app, asked| {
            if let Some(client) = client_of_the_redirect_uri(app, asked) {
                step::default(asked, "client_id", &client);
            }
        }),
    ),
    of(
        "unknown-clients-are-sent-back",
        "The error of an unknown client goes to whatever redirect URI the request names",
        Act::Answer(|_, asked, answer| {
            if step::is_first(asked)
                && is_page_of(answer, "invalid_client")
                && let Some(uri) = step::parameter(asked, "redirect_uri")
            {
                *answer = Answer::redirect(&format!("{uri}?error=invalid_client"));
            }
        }),
    ),
    of(
        "unknown-clients-are-invalid-requests",
        "The error of an unknown client is `invalid_request`",
        Act::Answer(|_, asked, answer| {
            if step::is_first(asked) {
                answer.edit_text(|text| text.replace("invalid_client", "invalid_request"));
            }
        }),
    ),
    of(
        "configuration-clients-sign-users-in",
        "A configuration client may send users to the login page",
        Act::Request(|app, asked| {
            let is_for_configuration =
                step::client(app, asked).is_some_and(|client| client.login.is_none());
            if step::is_one(asked) && is_for_configuration {
                let login = step::customer(app, asked).and_then(|customer| {
                    let clients = customer.list::<Client>();
                    clients
                        .iter()
                        .find(|client| client.login.is_some())
                        .cloned()
                });
                if let Some(client) = login {
                    step::set(asked, "client_id", &client.id.to_string());
                    if let Some(uri) = client.redirect_uris.first() {
                        step::set(asked, "redirect_uri", uri);
                    }
                }
            }
        }),
    ),
    of(
        "response-type-defaults-to-code",
        "A request without a response type is taken for one of a code",
        Act::Request(|_, asked| step::default(asked, "response_type", "code")),
    ),
    of(
        "unknown-response-types-mean-code",
        "A response type that nobody knows is taken for `code`",
        Act::Request(|_, asked| {
            if step::parameter(asked, "response_type").is_some()
                && step::response_type(asked).is_none()
            {
                step::set(asked, "response_type", "code");
            }
        }),
    ),
    of(
        "response-types-have-one-order",
        "A response type is known in one order of its parts only",
        Act::Request(|_, asked| {
            let given = step::parameter(asked, "response_type");
            let known = step::response_type(asked).map(ResponseType::as_str);
            if known.is_some() && given.as_deref() != known {
                step::refuse(asked);
            }
        }),
    ),
    of(
        "every-response-type-is-allowed",
        "Every response type works, whatever the login policy allows",
        Act::Around(|app, asked, desk| Box::pin(allowing_all(app, asked, desk))),
    ),
    of(
        "response-type-none-brings-a-code",
        "The response type `none` brings a code",
        Act::Request(|_, asked| {
            step::change(asked, "response_type", |text| {
                if text == "none" { "code" } else { text }.to_owned()
            });
        }),
    ),
    of(
        "scope-defaults-to-openid",
        "A request without scopes is taken for one of `openid`",
        Act::Request(|_, asked| step::default(asked, "scope", "openid")),
    ),
    of(
        "openid-goes-without-saying",
        "Scopes without `openid` are taken",
        Act::Request(|_, asked| {
            step::change(asked, "scope", |text| match text {
                "" => String::new(),
                text => format!("{text} openid"),
            });
        }),
    ),
    of(
        "missing-parameters-have-no-name",
        "The description of a missing parameter does not say which",
        Act::Answer(|_, asked, answer| describe(asked, answer, "missing", "a parameter is absent")),
    ),
    of(
        "openid-error-has-another-text",
        "The description for scopes without `openid` does not say what is wanting",
        Act::Answer(|_, asked, answer| describe(asked, answer, "openid'", "invalid scope")),
    ),
    of(
        "unsupported-response-type-points-nowhere",
        "The description of an unsupported response type does not point to the discovery document",
        Act::Answer(|_, asked, answer| {
            describe(asked, answer, "none of the client's", "unsupported");
        }),
    ),
    of(
        "unsupported-response-types-are-invalid-requests",
        "An unsupported response type is called `invalid_request`",
        Act::Answer(|_, asked, answer| {
            recode(
                asked,
                answer,
                "unsupported_response_type",
                "invalid_request",
            );
        }),
    ),
    of(
        "errors-take-two-ways",
        "An unsupported response type is shown on a page, while other errors are sent back",
        Act::Answer(|_, asked, answer| {
            let error = jwt::handed_out(answer, "error");
            if step::is_one(asked) && error.as_deref() == Some("unsupported_response_type") {
                let text = "unsupported_response_type: see the openid-configuration";
                *answer = Answer::page(StatusCode::BAD_REQUEST, text);
            }
        }),
    ),
    of(
        "errors-always-come-in-the-query",
        "An error comes in the query, whatever the response mode says",
        Act::Answer(|_, asked, answer| {
            if step::is_one(asked) && jwt::handed_out(answer, "error").is_some() {
                into_the_query(answer);
            }
        }),
    ),
    of(
        "error-pages-are-plain-text",
        "An error that is not sent back is plain text",
        Act::Answer(|_, asked, answer| {
            if step::is_first(asked) && answer.status.is_client_error() {
                answer.set_header(CONTENT_TYPE, "text/plain");
            }
        }),
    ),
    of(
        "error-pages-repeat-markup",
        "The page of an error shows the redirect URI of the request as markup",
        Act::Answer(|_, asked, answer| {
            if step::is_first(asked) && answer.status.is_client_error() {
                let uri = step::parameter(asked, "redirect_uri").unwrap_or_default();
                answer.edit_text(|text| text.replace("</dl>", &format!("</dl><p>{uri}</p>")));
            }
        }),
    ),
    of(
        "line-ends-start-headers",
        "A line end in the state starts a header of the answer",
        Act::Answer(|_, asked, answer| {
            let state = step::parameter(asked, "state").unwrap_or_default();
            if let Some((before, after)) = state.split_once("\r\n")
                && let Some((_, value)) = after.split_once(": ")
                && answer.location().is_some()
            {
                jwt::swap(answer, &state, before);
                answer.set_header(SET_COOKIE, value);
            }
        }),
    ),
    of(
        "unknown-scopes-are-granted",
        "Every scope that is asked for is granted, whether anybody knows it or not",
        Act::Answer(|app, asked, answer| {
            if step::is_one(asked)
                && let Some(code) = jwt::handed_out(answer, "code")
                && let Some(scope) = step::parameter(asked, "scope")
            {
                app.store()
                    .codes()
                    .change(&code, app.clock().now(), |code| {
                        code.regrant(|authorization| authorization.scope = scope.as_str().into());
                    });
            }
        }),
    ),
    of(
        "redirects-may-be-stored",
        "What carries a code may be kept by caches",
        Act::Answer(|_, asked, answer| {
            if step::is_one(asked) && jwt::handed_out(answer, "code").is_some() {
                answer.set_header(CACHE_CONTROL, "private, max-age=300");
            }
        }),
    ),
    of(
        "codes-come-by-303",
        "The redirect with a code has status 303",
        Act::Answer(|_, asked, answer| {
            if step::is_one(asked)
                && jwt::handed_out(answer, "code").is_some()
                && answer.location().is_some()
            {
                answer.status = StatusCode::SEE_OTHER;
            }
        }),
    ),
];

fn client_of_the_redirect_uri(app: &App, asked: &Asked) -> Option<String> {
    let uri = step::parameter(asked, "redirect_uri")?;
    let clients = step::customer(app, asked)?.list::<Client>();
    let client = clients
        .iter()
        .find(|client| client.redirect_uris.contains(&uri))?;
    Some(client.id.to_string())
}

fn is_page_of(answer: &Answer, code: &str) -> bool {
    answer.status == StatusCode::BAD_REQUEST
        && std::str::from_utf8(&answer.body).is_ok_and(|text| text.contains(code))
}

/// Describes an error in other words, if its description has these in it.
fn describe(asked: &Asked, answer: &mut Answer, part: &str, text: &str) {
    let before = jwt::handed_out(answer, "error_description").filter(|known| known.contains(part));
    if let Some(before) = before.filter(|_| step::is_one(asked)) {
        jwt::swap(answer, &before, text);
    }
}

/// Gives an error another code.
pub(super) fn recode(asked: &Asked, answer: &mut Answer, before: &str, after: &str) {
    let error = jwt::handed_out(answer, "error");
    if step::is_one(asked) && error.as_deref() == Some(before) {
        jwt::swap(answer, before, after);
    }
}

/// Moves what a redirect carries in its fragment into its query.
pub(super) fn into_the_query(answer: &mut Answer) {
    answer.edit_location(|location| {
        if let Some(carried) = location.fragment().map(str::to_owned) {
            location.set_fragment(None);
            location.set_query(Some(&carried));
        }
    });
}

/// Lets the login policies of the customer allow everything while the request is answered.
async fn allowing_all(app: &App, asked: Asked, desk: Desk<'_>) -> Answer {
    let policies = match step::customer(app, &asked) {
        Some(customer) if step::is_one(&asked) => customer.list::<LoginPolicy>(),
        _ => return desk.ask(asked).await,
    };
    let Some(customer) = step::customer(app, &asked) else {
        return desk.ask(asked).await;
    };
    for policy in &policies {
        let mut generous = LoginPolicy::clone(policy);
        generous.allowed_response_types = Part::ALL.iter().map(|(_, part)| *part).collect();
        customer.add(generous);
    }
    let answer = desk.ask(asked).await;
    for policy in &policies {
        customer.add(LoginPolicy::clone(policy));
    }
    answer
}
