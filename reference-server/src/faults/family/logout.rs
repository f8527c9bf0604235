//! Faults of signing out: what ends, what should not, and where the browser is sent.

use http::header::{COOKIE, SET_COOKIE};
use http::{Method, StatusCode};

use crate::app::App;
use crate::auth_ui::cookie;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::step;
use crate::ids::Id;
use crate::store::Client;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "logout",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "sign-out-does-nothing",
        "Somebody who signs out stays signed in",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                let is_meant = is_sign_out(&asked);
                if is_meant {
                    asked.headers.remove(COOKIE);
                }
                let mut answer = desk.ask(asked).await;
                if is_meant {
                    answer.headers.remove(SET_COOKIE);
                }
                answer
            })
        }),
    ),
    of(
        "sign-out-forgets-the-cookie-alone",
        "A sign-out takes the cookie from the browser, and the cookie goes on working",
        Act::Request(|_, asked| {
            if is_sign_out(asked) {
                asked.headers.remove(COOKIE);
            }
        }),
    ),
    of(
        "sign-out-ends-all-devices",
        "A sign-out on one browser signs the user out everywhere",
        Act::Request(|app, asked| {
            if is_sign_out(asked) {
                end_the_session(app, asked);
            }
        }),
    ),
    of(
        "sign-out-revokes-tokens",
        "A sign-out revokes the tokens of the session",
        Act::Request(|app, asked| {
            let now = app.clock().now();
            let device = cookie::device(&asked.headers).filter(|_| is_sign_out(asked));
            let session = step::customer(app, asked)
                .zip(device)
                .and_then(|(customer, device)| customer.sessions().of_device(device, now));
            if let Some(session) = session {
                app.store().tokens().revoke_those_of(session.id);
            }
        }),
    ),
    of(
        "sign-out-loses-the-state",
        "The state does not come back after a sign-out",
        Act::Answer(|_, asked, answer| {
            if is_sign_out(asked) {
                answer.edit_parameters(|pairs| pairs.retain(|(name, _)| name != "state"));
            }
        }),
    ),
    of(
        "sign-out-redirects-by-303",
        "The redirect after a sign-out has status 303",
        Act::Answer(|_, asked, answer| {
            if is_sign_out(asked) && answer.status == StatusCode::FOUND {
                answer.status = StatusCode::SEE_OTHER;
            }
        }),
    ),
    of(
        "sign-out-refusals-have-status-200",
        "A refused sign-out has status 200",
        Act::Answer(|_, asked, answer| {
            if is_sign_out(asked) && answer.status.is_client_error() {
                answer.status = StatusCode::OK;
            }
        }),
    ),
    of(
        "sign-out-redirects-anywhere",
        "After a sign-out the browser is sent wherever the request says",
        Act::Answer(|_, asked, answer| {
            let uri = asked.query(back(asked));
            if let Some(uri) = uri.filter(|_| is_sign_out(asked) && answer.status.is_client_error())
            {
                *answer = Answer::redirect(&uri);
            }
        }),
    ),
    of(
        "sign-out-redirects-to-the-right-beginning",
        "After a sign-out the browser is sent wherever begins as a listed address does",
        Act::Answer(|app, asked, answer| {
            let listed = step::customer(app, asked).map(|customer| customer.list::<Client>());
            let mut listed = listed.iter().flatten().flat_map(|client| {
                client
                    .redirect_uris
                    .iter()
                    .chain(&client.post_logout_redirect_uris)
            });
            let uri = asked.query(back(asked)).filter(|_| is_sign_out(asked));
            if let Some(uri) = uri
                && answer.status.is_client_error()
                && listed.any(|listed| uri.starts_with(listed.as_str()))
            {
                *answer = Answer::redirect(&uri);
            }
        }),
    ),
    of(
        "sign-out-redirects-nowhere",
        "A sign-out ends on a page, whatever the request says",
        Act::Request(|_, asked| {
            if asked.is_on("auth-ui/logout") {
                without(asked, "redirect_uri");
            }
        }),
    ),
    of(
        "sign-out-needs-a-session",
        "A sign-out of somebody who is not signed in is refused",
        Act::Around(|_, asked, desk| {
            let is_refused = is_sign_out(&asked) && cookie::device(&asked.headers).is_none();
            Box::pin(async move {
                match is_refused {
                    true => Answer::page(StatusCode::FORBIDDEN, "Nobody is signed in"),
                    false => desk.ask(asked).await,
                }
            })
        }),
    ),
    of(
        "sign-out-says-goodbye",
        "The page after a sign-out does not say that it succeeded",
        Act::Answer(|_, asked, answer| {
            if asked.is_on("auth-ui/logout") && answer.is_success() {
                answer.edit_text(|page| page.replace("Logout Success", "Goodbye"));
            }
        }),
    ),
    of(
        "sign-out-refusals-say-little",
        "The page of a refused sign-out has other words than the documented ones",
        Act::Answer(|_, asked, answer| {
            if asked.is_on("auth-ui/logout") && answer.status.is_client_error() {
                answer.edit_text(|page| {
                    page.replace("Bad request", "Oh")
                        .replace("Something went wrong", "Oh")
                });
            }
        }),
    ),
    of(
        "end-session-takes-get-alone",
        "The end session endpoint takes no request by POST",
        Act::Request(|_, asked| {
            if asked.is(&Method::POST, END_SESSION) {
                asked.method = Method::PUT;
            }
        }),
    ),
    of(
        "end-session-takes-sign-in-addresses",
        "After a sign-out the browser is sent to addresses that are listed for sign-ins",
        Act::Answer(|app, asked, answer| {
            let uri = asked
                .query(back(asked))
                .filter(|_| asked.is_on(END_SESSION));
            if let Some(uri) = uri
                && answer.status.is_client_error()
                && step::client(app, asked)
                    .is_some_and(|client| client.redirect_uris.contains(&uri))
            {
                let state = asked.query("state").unwrap_or_default();
                *answer = Answer::redirect(&format!("{uri}?state={state}"));
            }
        }),
    ),
    of(
        "logout-hint-is-ignored",
        "A sign-out with the id of the session ends on the calling browser alone",
        Act::Request(|_, asked| {
            if asked.is_on(END_SESSION) {
                without(asked, "logout_hint");
            }
        }),
    ),
    of(
        "logout-hint-is-believed",
        "Whoever knows the id of a session ends it",
        Act::Request(|app, asked| {
            let hint = asked.query("logout_hint").as_deref().and_then(Id::parse);
            let hint = hint.filter(|_| asked.is_on(END_SESSION));
            if let Some((customer, session)) = step::customer(app, asked).zip(hint) {
                customer.sessions().end(session, app.clock().now());
            }
        }),
    ),
    of(
        "any-logout-hint-ends-the-session",
        "Every `logout_hint` ends the session on all devices, be it the session's id or not",
        Act::Request(|app, asked| {
            if asked.is_on(END_SESSION)
                && asked
                    .query("logout_hint")
                    .is_some_and(|hint| !hint.is_empty())
            {
                end_the_session(app, asked);
            }
        }),
    ),
    of(
        "id-token-hints-are-verified",
        "A sign-out with an `id_token_hint` that is no ID token is refused",
        Act::Request(|_, asked| {
            if asked.is_on(END_SESSION) && asked.query("id_token_hint").is_some() {
                without(asked, "client_id");
            }
        }),
    ),
    of(
        "forms-end-no-session",
        "Who signs out by a form is refused",
        Act::Request(|_, asked| {
            if asked.is(&Method::POST, "login/end_session") {
                asked.edit_form(Vec::clear);
            }
        }),
    ),
];

const END_SESSION: &str = "login/end_session";

fn is_sign_out(asked: &Asked) -> bool {
    asked.is_on(END_SESSION) || asked.is_on("auth-ui/logout")
}

/// Returns the name of the parameter that says where to go afterwards.
fn back(asked: &Asked) -> &'static str {
    match asked.is_on(END_SESSION) {
        true => "post_logout_redirect_uri",
        false => "redirect_uri",
    }
}

fn without(asked: &mut Asked, name: &str) {
    asked.edit_query(|pairs| pairs.retain(|(known, _)| known != name));
}

/// Ends the session of the calling browser on all devices.
fn end_the_session(app: &App, asked: &Asked) {
    let now = app.clock().now();
    let device = cookie::device(&asked.headers);
    if let Some((customer, device)) = step::customer(app, asked).zip(device)
        && let Some(session) = customer.sessions().of_device(device, now)
    {
        customer.sessions().end(session.id, now);
    }
}
