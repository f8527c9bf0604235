//! Where an authorization request ends for a user who signs in if asked to.

use crate::{
    browser::{Authorized, Browser},
    relying_party::AuthorizationRequest,
    verdict::{Broken, NotPassed},
};

/// Sends a request, and signs in if a page with a form comes. Unlike [`Browser::sign_in`] it takes an error on a page for an answer.
pub(super) async fn reached(
    browser: &mut Browser<'_>,
    request: &AuthorizationRequest,
) -> Result<Authorized, NotPassed> {
    let landed = browser.authorize(request).await?;
    let Authorized::Page(page) = &landed else {
        return Ok(landed);
    };
    if page.answer.status() >= 400 || page.forms().is_empty() {
        return Ok(landed);
    }
    match browser.sign_in(request).await {
        Ok(redirect) => Ok(Authorized::Redirect(redirect)),
        // A page with an error follows, or the form was none to sign in with.
        Err(NotPassed::Broken(Broken::Prerequisite(_))) => Ok(landed),
        Err(other) => Err(other),
    }
}
