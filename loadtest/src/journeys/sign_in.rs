//! A user signs in through the hosted pages: authorization code with PKCE (RFC 6749, section 4.1; RFC 7636).
//!
//! Each visit is a browser of its own, with cookies of its own, so that nobody is signed in already. Redirects are seen one at a
//! time; nothing is sent to the redirect URI, and passwords go to nobody but the target.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderValue, header};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{
    form::{self, Filled},
    refresh::as_client,
    tokens,
};
use crate::{
    load::word,
    visit::{Missed, Visit},
    wallet::Grant,
    wire::{Answer, Request, Wrong, answer::demand},
};

/// The authorization request, and further redirects.
pub(super) const AUTHORIZE: &str = "authorize";
/// The page with the form.
pub(super) const PAGE: &str = "login-page";
/// The form.
pub(super) const FORM: &str = "login-form";
/// The exchange of the code.
pub(super) const CODE: &str = "code";

/// How many redirects lead from the form to the redirect URI at most.
const REDIRECTS: usize = 5;

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    let load = visit.load();
    let grant = sign_in(visit).await?;
    load.wallet.put(grant);
    Ok(())
}

/// Where an answer leads.
enum Landing {
    /// To a page of the target.
    Page(Url),
    /// To the redirect URI, with this code.
    Code(String),
}

/// Signs the user in and returns the tokens.
pub(crate) async fn sign_in(visit: &mut Visit<'_>) -> Result<Grant, Missed> {
    let load = visit.load();
    let (Some(client), Some(user)) = (&load.target.login, &load.target.user) else {
        return Err(Missed);
    };
    let chance = visit.chance();
    let (state, nonce) = (word(chance), word(chance));
    let verifier = word(chance) + &word(chance);
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", &client.id),
            ("redirect_uri", &client.redirect_uri),
            ("scope", "openid email"),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let mut browser = Browser {
        cookies: BTreeMap::new(),
        redirect_uri: client.redirect_uri.clone(),
        state,
    };

    let request = Request::get(format!("{}?{query}", load.place.authorize));
    let landed = visit
        .send(AUTHORIZE, request, |answer| {
            browser.landing(answer, &load.target.url)
        })
        .await?;
    let Landing::Page(page) = landed else {
        // Nobody is signed in in a new browser, so nobody has asked for a password yet.
        return Err(Missed);
    };
    let request = browser.dress(Request::get(page.as_str()));
    let Filled { action, pairs } = visit
        .send(PAGE, request, |answer| {
            answer.expect_status(200)?;
            browser.keep(answer);
            let html = std::str::from_utf8(&answer.body).map_err(|_| Wrong::new("not UTF-8"))?;
            let filled = form::fill(html, &page, user)
                .ok_or_else(|| Wrong::new("the page has no form with a password"))?;
            demand(
                is_within(&filled.action, &load.target.url),
                "the form leads elsewhere",
            )?;
            Ok(filled)
        })
        .await?;
    let mut request = browser.dress(Request::form(action, pairs));
    if let Ok(origin) = HeaderValue::try_from(page.origin().ascii_serialization()) {
        request = request.with(header::ORIGIN, origin);
    }
    let mut landed = visit
        .send(FORM, request, |answer| {
            browser.landing(answer, &load.target.url)
        })
        .await?;
    for _ in 0..REDIRECTS {
        let Landing::Page(next) = &landed else {
            break;
        };
        let request = browser.dress(Request::get(next.as_str()));
        landed = visit
            .send(AUTHORIZE, request, |answer| {
                browser.landing(answer, &load.target.url)
            })
            .await?;
    }
    let Landing::Code(code) = landed else {
        return Err(Missed);
    };
    let at = visit.now();
    load.invariants.code(FORM, &code, at);
    let request = as_client(
        visit,
        &[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &client.redirect_uri),
            ("code_verifier", &verifier),
        ],
    );
    visit
        .send(CODE, request, |answer| {
            tokens::read(load, CODE, answer, Some(&nonce), at)
        })
        .await
}

/// A browser that has just been opened.
struct Browser {
    cookies: BTreeMap<String, String>,
    redirect_uri: String,
    state: String,
}

impl Browser {
    /// Keeps the cookies of an answer, and sees where it leads.
    fn landing(&mut self, answer: &Answer, target: &str) -> Result<Landing, Wrong> {
        demand(matches!(answer.status, 302 | 303), "no redirect")?;
        self.keep(answer);
        let location = answer
            .text(&header::LOCATION)
            .ok_or_else(|| Wrong::new("a redirect without Location"))?;
        let is_back = |rest: &str| rest.starts_with('?');
        if let Some(query) = location
            .strip_prefix(&self.redirect_uri)
            .filter(|rest| is_back(rest))
        {
            return self.code(query.trim_start_matches('?'));
        }
        let elsewhere = || Wrong::new("a redirect to elsewhere");
        let url = Url::parse(target)
            .and_then(|base| base.join(location))
            .map_err(|_| elsewhere())?;
        demand(is_within(url.as_str(), target), "a redirect to elsewhere")?;
        Ok(Landing::Page(url))
    }

    fn code(&self, query: &str) -> Result<Landing, Wrong> {
        let value = |wanted: &str| {
            form_urlencoded::parse(query.as_bytes())
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.into_owned())
        };
        if value("error").is_some() {
            return Err(Wrong::new("the redirect URI gets an error"));
        }
        demand(
            value("state").as_ref() == Some(&self.state),
            "state is not that of the request",
        )?;
        value("code")
            .filter(|code| !code.is_empty())
            .map(Landing::Code)
            .ok_or_else(|| Wrong::new("the redirect URI gets no code"))
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let Some((name, value)) = cookie
                .to_str()
                .ok()
                .and_then(|text| text.split(';').next().and_then(|pair| pair.split_once('=')))
            else {
                continue;
            };
            self.cookies
                .insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }

    /// Sends the cookies along.
    fn dress(&self, request: Request) -> Request {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        match HeaderValue::try_from(cookies.join("; ")) {
            Ok(mut value) if !cookies.is_empty() => {
                value.set_sensitive(true);
                request.with(header::COOKIE, value)
            }
            _ => request,
        }
    }
}

/// Tells whether an address is of the target's origin.
fn is_within(address: &str, target: &str) -> bool {
    match (Url::parse(address), Url::parse(target)) {
        (Ok(address), Ok(target)) => address.origin() == target.origin(),
        _ => false,
    }
}
