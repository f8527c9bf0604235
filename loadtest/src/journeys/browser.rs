//! A browser that has just been opened: it keeps cookies, and sees redirects one at a time.

use std::collections::BTreeMap;

use http::{HeaderValue, header};
use url::Url;

use super::{
    code::Asking,
    form::{self, Filled},
};
use crate::{
    target::User,
    wire::{Answer, Request, Wrong, answer::demand},
};

/// Where an answer leads.
pub(super) enum Landing {
    /// To a page of the target.
    Page(Url),
    /// To the redirect URI, with this code.
    Code(String),
}

/// A browser that has just been opened.
pub(super) struct Browser {
    cookies: BTreeMap<String, String>,
    redirect_uri: String,
    state: String,
}

impl Browser {
    /// Opens one, which waits for the answer to an authorization request.
    pub(super) fn of(asking: &Asking) -> Self {
        Self {
            cookies: BTreeMap::new(),
            redirect_uri: asking.redirect_uri.clone(),
            state: asking.state.clone(),
        }
    }

    /// Fills in the form on a page that was asked for.
    pub(super) fn fill(
        &mut self,
        answer: &Answer,
        page: &Url,
        user: &User,
        target: &str,
    ) -> Result<Filled, Wrong> {
        answer.expect_status(200)?;
        self.keep(answer);
        let html = std::str::from_utf8(&answer.body).map_err(|_| Wrong::new("not UTF-8"))?;
        let filled = form::fill(html, page, user)
            .ok_or_else(|| Wrong::new("the page has no form with a password"))?;
        demand(
            is_within(&filled.action, target),
            "the form leads elsewhere",
        )?;
        Ok(filled)
    }

    /// Returns the request that sends a form from a page.
    pub(super) fn submit(&self, filled: Filled, page: &Url) -> Request {
        let request = self.dress(Request::form(filled.action, filled.pairs));
        match HeaderValue::try_from(page.origin().ascii_serialization()) {
            Ok(origin) => request.with(header::ORIGIN, origin),
            Err(_) => request,
        }
    }

    /// Keeps the cookies of an answer, and sees where it leads.
    pub(super) fn landing(&mut self, answer: &Answer, target: &str) -> Result<Landing, Wrong> {
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
    pub(super) fn dress(&self, request: Request) -> Request {
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
