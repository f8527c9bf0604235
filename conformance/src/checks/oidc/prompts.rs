//! Whether the user is asked, and how fresh a sign-in is.

use serde_json::json;

use super::refused::{Refused, has_error};
use crate::{
    browser::Authorized,
    check::{Check, Effects, Need, Run},
    expect,
    relying_party::AuthorizationRequest,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.prompts.none-while-signed-out",
        title: "`prompt=none` without a session comes back with an error",
        cites: &["oidc-prompt-none-signed-out"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(none_while_signed_out(target))),
    },
    Check {
        id: "oidc.prompts.none-while-signed-in",
        title: "`prompt=none` with a session shows no page",
        cites: &["oidc-prompt-none-signed-in"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(none_while_signed_in(target))),
    },
    Check {
        id: "oidc.prompts.none-stands-alone",
        title: "`prompt=none` with another value is an error",
        cites: &["oidc-prompt-none-alone"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(none_stands_alone(target))),
    },
    Check {
        id: "oidc.prompts.login-asks-again",
        title: "`prompt=login` asks a user who is signed in",
        cites: &["oidc-prompt-login"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(login_asks_again(target))),
    },
    Check {
        id: "oidc.prompts.exceeded-max-age-asks-again",
        title: "`max_age=0` asks a user who is signed in",
        cites: &["oidc-max-age-exceeded"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(exceeded_max_age_asks_again(target))),
    },
    Check {
        id: "oidc.prompts.max-age-brings-auth-time",
        title: "With `max_age` the ID token says when the user signed in",
        cites: &["oidc-max-age-auth-time"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(max_age_brings_auth_time(target))),
    },
];

/// What an issuer may say that has to show a page and must not (OpenID Connect Core section 3.1.2.6).
const PAGE_WANTED: [&str; 4] = [
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
];

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

async fn none_while_signed_out(target: &Target) -> Outcome {
    let request = request(target).await?.with("prompt", "none");
    let redirect = target.browser().authorize(&request).await?.redirect()?;
    has_error(&redirect, &PAGE_WANTED, &request)
}

async fn none_while_signed_in(target: &Target) -> Outcome {
    let request = request(target).await?;
    let mut browser = target.browser();
    browser.sign_in(&request).await?.code()?;
    let silent = request.with("prompt", "none");
    let redirect = browser.authorize(&silent).await?.redirect()?;
    match redirect.error() {
        Some(_) => has_error(&redirect, &PAGE_WANTED, &silent),
        None => Ok(redirect.code().map(drop)?),
    }
}

async fn none_stands_alone(target: &Target) -> Outcome {
    let request = request(target).await?;
    let mut browser = target.browser();
    browser.sign_in(&request).await?.code()?;
    let mixed = request.with("prompt", "none login");
    Refused::expect(&mut browser, &mixed)
        .await?
        .because_of(&["invalid_request"], &mixed)
}

async fn login_asks_again(target: &Target) -> Outcome {
    asks_again(target, "prompt", "login").await
}

async fn exceeded_max_age_asks_again(target: &Target) -> Outcome {
    asks_again(target, "max_age", "0").await
}

async fn asks_again(target: &Target, name: &str, value: &str) -> Outcome {
    let request = request(target).await?;
    let mut browser = target.browser();
    browser.sign_in(&request).await?.code()?;
    let again = request.with(name, value);
    match browser.authorize(&again).await? {
        Authorized::Page(page) => {
            expect::status(&page.answer, &[200])?;
            Ok(())
        }
        // Whoever cannot ask again must say so.
        Authorized::Redirect(redirect) => has_error(&redirect, &["login_required"], &again),
    }
    .during("a user who is signed in")
}

async fn max_age_brings_auth_time(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let age = 600;
    let request = request(target).await?.with("max_age", age.to_string());
    let code = target.browser().sign_in(&request).await?.code()?;
    let tokens = target.exchange(&client, &request, &code).await?;
    let claims = target.jwks().await?.verify(&tokens.id()?)?.claims;
    let signed_in = expect::integer(&claims, "/auth_time")?;
    let now = target.now().await.as_second();
    if (now - age - LEEWAY..=now + LEEWAY).contains(&signed_in) {
        return Ok(());
    }
    let expected = [json!(format!(
        "a time of the last {age} seconds before {now}"
    ))];
    Err(Mismatch::new("member /auth_time", expected, json!(signed_in)).into())
}

async fn request(target: &Target) -> Result<AuthorizationRequest, NotPassed> {
    let client = target.any_login_client()?;
    Ok(target.authorization_request(&client, &target.endpoints().await?))
}
