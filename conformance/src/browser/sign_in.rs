//! The way from an authorization request to the redirect URI.

use serde_json::json;

use super::{
    Authorized, Browser, Page, Redirect,
    recipe::{Progress, seen},
};
use crate::{
    relying_party::AuthorizationRequest,
    verdict::{Broken, During as _, Mismatch, NotPassed, Skip},
};

/// How many pages a sign-in may have.
const PAGES: usize = 10;

/// Says why nobody was signed in.
#[derive(Debug)]
pub(crate) enum SignInError {
    /// The target did not answer, or wrongly.
    NotPassed(NotPassed),
    /// What the description says does not lead to the redirect URI.
    Described {
        /// The field that has to change.
        field: &'static str,
        /// What was seen.
        told: String,
    },
}

impl From<NotPassed> for SignInError {
    fn from(not_passed: NotPassed) -> Self {
        Self::NotPassed(not_passed)
    }
}

impl From<SignInError> for NotPassed {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::NotPassed(not_passed) => not_passed,
            SignInError::Described { field, told } => {
                Broken::Prerequisite(format!("sign-in: `{field}`: {told}")).into()
            }
        }
    }
}

/// Signs the described user in.
pub(super) async fn sign_in(
    browser: &mut Browser<'_>,
    request: &AuthorizationRequest,
) -> Result<Redirect, SignInError> {
    let login = &browser.target.session().login;
    let recipe = login.recipe.clone();
    let user = login.user.clone();
    if user.is_none() && login.cookie.is_none() {
        let reason = "it needs somebody to sign in again and again: describe `user`";
        return Err(NotPassed::from(Skip::because(reason)).into());
    }
    let mut landed = browser.authorize(request).await.during("sign-in")?;
    let mut progress = Progress::default();
    for _ in 0..PAGES {
        let page = match landed {
            Authorized::Redirect(redirect) => return Ok(redirect),
            Authorized::Page(page) => page,
        };
        if page.answer.status() >= 400 && !progress.is_begun() {
            return Err(NotPassed::from(refused(&page)).into());
        }
        let Some(user) = &user else {
            let reason = "the cookie handed over as `sign-in.cookie-env` does not do here: the target asks to sign in";
            return Err(NotPassed::from(Skip::because(reason)).into());
        };
        if page.answer.status() >= 400 {
            let told = format!(
                "it is refused: is the name right, and the password? {}",
                seen(&page)
            );
            let field = "user";
            return Err(SignInError::Described { field, told });
        }
        let next =
            recipe
                .next(&page, user, &mut progress)
                .map_err(|told| SignInError::Described {
                    field: if progress.is_begun() {
                        "user"
                    } else {
                        "sign-in"
                    },
                    told,
                })?;
        landed = browser
            .go(next, request.redirect_uri())
            .await
            .during("sign-in")?;
    }
    match landed {
        Authorized::Redirect(redirect) => Ok(redirect),
        Authorized::Page(page) => Err(SignInError::Described {
            field: "sign-in",
            told: format!("{PAGES} pages, and no end; {}", seen(&page)),
        }),
    }
}

fn refused(page: &Page) -> Mismatch {
    let text: String = page.text().chars().take(200).collect();
    Mismatch::new(
        "sign-in",
        [json!(
            "a page to sign in with, or a redirect to the redirect URI"
        )],
        json!({ "status": page.answer.status(), "page": page.title(), "text": text }),
    )
}
