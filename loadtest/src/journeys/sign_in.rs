//! A user signs in through the hosted pages: authorization code with PKCE (RFC 6749, section 4.1; RFC 7636).
//!
//! Each visit is a browser of its own, with cookies of its own, so that nobody is signed in already. Redirects are seen one at a
//! time; nothing is sent to the redirect URI, and passwords go to nobody but the target.

use super::{
    browser::{Browser, Landing},
    code::{AUTHORIZE, Asking},
    hosted_page::HostedPage,
};
use crate::{
    visit::{Missed, Visit},
    wallet::Grant,
    wire::Request,
};

/// Where users sign in.
pub(super) const PAGE: HostedPage = HostedPage {
    page: "login-page",
    form: "login-form",
};

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    let load = visit.load();
    let grant = sign_in(visit).await?;
    load.wallet.put(grant);
    Ok(())
}

/// Signs the user in and returns the tokens.
pub(crate) async fn sign_in(visit: &mut Visit<'_>) -> Result<Grant, Missed> {
    let load = visit.load();
    let Some(user) = &load.target.user else {
        return Err(Missed);
    };
    let asking = Asking::new(visit)?;
    let mut browser = Browser::of(&asking);
    let request = Request::get(format!("{}?{}", load.place.authorize, asking.query));
    let landed = visit
        .send(AUTHORIZE, request, |answer| {
            browser.landing(answer, &load.target.url)
        })
        .await?;
    let Landing::Page(page) = landed else {
        // Nobody is signed in in a new browser, so nobody has asked for a password yet.
        return Err(Missed);
    };
    PAGE.pass(visit, asking, browser, (&page, user)).await
}
