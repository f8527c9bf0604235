//! The way from an authorization request to the redirect URI.

use serde_json::json;

use super::{
    Authorized, Browser, Redirect,
    recipe::{Progress, seen},
};
use crate::{
    relying_party::AuthorizationRequest,
    verdict::{Broken, During as _, Mismatch, NotPassed, Skip},
};

/// How many pages a sign-in may have.
const PAGES: usize = 10;

/// Signs the described user in.
pub(super) async fn sign_in(
    browser: &mut Browser<'_>,
    request: &AuthorizationRequest,
) -> Result<Redirect, NotPassed> {
    let login = &browser.target.session().login;
    let recipe = login.recipe.clone();
    let user = login.user.clone();
    if user.is_none() && login.cookie.is_none() {
        let reason = "it needs somebody to sign in again and again: describe `user`";
        return Err(Skip::because(reason).into());
    }
    let mut landed = browser.authorize(request).await.during("sign-in")?;
    let mut progress = Progress::default();
    for _ in 0..PAGES {
        let page = match landed {
            Authorized::Redirect(redirect) => return Ok(redirect),
            Authorized::Page(page) => page,
        };
        if page.answer.status() >= 400 {
            return Err(refused(&page).into());
        }
        let Some(user) = &user else {
            let reason = "the session handed over as `sign-in.cookie-env` does not do here: the target asks to sign in";
            return Err(Skip::because(reason).into());
        };
        let next = recipe.next(&page, user, &mut progress);
        let next = next.map_err(Broken::Prerequisite)?;
        landed = browser
            .go(next, request.redirect_uri())
            .await
            .during("sign-in")?;
    }
    match landed {
        Authorized::Redirect(redirect) => Ok(redirect),
        Authorized::Page(page) => {
            let told = format!("{PAGES} pages of sign-in, and no end: {}", seen(&page));
            Err(Broken::Prerequisite(told).into())
        }
    }
}

fn refused(page: &super::Page) -> Mismatch {
    let text: String = page.text().chars().take(200).collect();
    Mismatch::new(
        "sign-in",
        [json!(
            "a page to sign in with, or a redirect to the redirect URI"
        )],
        json!({ "status": page.answer.status(), "page": page.title(), "text": text }),
    )
}
