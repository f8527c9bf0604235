//! `/{customerId}/auth-ui/logout`: signing out on one browser.

use askama::Template;
use axum::response::Response;
use http::{StatusCode, header};

use super::cookie;
use super::html::{self, FormAction, STYLE};
use super::locale::{Locale, Strings};
use super::visitor::Visitor;
use crate::error::PageError;
use crate::login::authorize::{Reply, ResponseMode};

#[derive(Template)]
#[template(path = "logout.html")]
struct Page {
    t: &'static Strings,
}

/// Signs the browser out, and sends it to the client, or says that it is done.
///
/// Tokens work until they expire. Whoever is not signed in is signed out already.
pub(crate) async fn logout(visitor: Visitor) -> Result<Response, PageError> {
    let client = visitor.client()?;
    let back = visitor.parameter("redirect_uri")?;
    let state = visitor.parameter("state")?;
    if let Some(uri) = back
        && !client.redirect_uris.iter().any(|known| known == uri)
    {
        return Err(visitor.refused("invalid_redirect_uri", "invalid redirect_uri"));
    }
    if let Some(device) = visitor.device() {
        let now = visitor.app().clock().now();
        visitor.customer().sessions().unbind(device, now);
    }
    let answer = match back {
        Some(uri) => send_back(uri, state),
        None => page(visitor.locale()),
    };
    Ok(forget(&visitor, answer))
}

/// Sends a browser to an address that the client has registered, with the state.
pub(crate) fn send_back(uri: &str, state: Option<&str>) -> Response {
    let reply = Reply {
        redirect_uri: uri.to_owned(),
        mode: ResponseMode::Query,
        state: state.map(str::to_owned),
        locale: Locale::default(),
    };
    reply.send(Vec::new())
}

/// Takes the cookie of the session off a browser along with an answer.
pub(crate) fn forget(visitor: &Visitor, mut answer: Response) -> Response {
    let settings = visitor.app().settings();
    answer.headers_mut().append(
        header::SET_COOKIE,
        cookie::forget_device(settings, visitor.customer().id()),
    );
    answer
}

fn page(locale: Locale) -> Response {
    let t = locale.strings();
    html::page(StatusCode::OK, &Page { t }, FormAction::Nowhere)
}
