//! The cookie of a session.

use serde_json::json;

use crate::{
    browser::{Authorized, Browser},
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    target::Target,
    verdict::{Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "auth-ui.cookies.session-is-protected",
        title: "The cookie of a session is out of reach for scripts and other sites, and needs TLS where there is TLS",
        cites: &["session-cookie-protected"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(session_is_protected(target))),
    },
    Check {
        id: "auth-ui.cookies.session-tells-nothing",
        title: "The cookie of a session contains nothing of the user and no token",
        cites: &["session-cookie-opaque"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(session_tells_nothing(target))),
    },
    Check {
        id: "auth-ui.cookies.made-up-session",
        title: "A made-up cookie signs nobody in",
        cites: &["session-cookie-forged"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(made_up_session(target))),
    },
];

async fn session_is_protected(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let is_tls = device.endpoints.authorization.starts_with("https:");
    for name in session_cookies(&mut device).await? {
        let lines = device.browser.jar().lines(&name);
        let Some(line) = lines.last() else { continue };
        let attributes: Vec<String> = line
            .split(';')
            .skip(1)
            .map(|attribute| attribute.trim().to_ascii_lowercase())
            .collect();
        let has = |wanted: &str| attributes.iter().any(|attribute| attribute == wanted);
        let is_same_site = has("samesite=lax") || has("samesite=strict");
        let is_good = has("httponly") && is_same_site && (has("secure") || !is_tls);
        if !is_good {
            let expected = json!(["httponly", "samesite=lax", "secure under TLS"]);
            let what = format!("attributes of the cookie `{name}`");
            return Err(Mismatch::new(what, [expected], json!(attributes)).into());
        }
    }
    Ok(())
}

async fn session_tells_nothing(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let tokens = device.tokens("openid").await?;
    let claims = target.verify(&device.client, &tokens.id()?, None).await?;
    let user = target.session().login.user.clone();
    let mut known = vec![tokens.access()?.expose().to_owned()];
    known.extend(claims["sub"].as_str().map(str::to_owned));
    if let Some(user) = user {
        known.push(user.name);
        known.push(user.password.expose().to_owned());
    }
    for name in session_cookies(&mut device).await? {
        let value = device.browser.jar().value(&name);
        let value = value.as_ref().map_or("", |value| value.expose());
        if known.iter().any(|known| value.contains(known.as_str())) {
            let expected = json!("nothing of the user, and no token");
            let what = format!("cookie `{name}`");
            return Err(Mismatch::new(what, [expected], json!("something of it")).into());
        }
    }
    Ok(())
}

async fn made_up_session(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let names = session_cookies(&mut device).await?;
    let page = device.endpoints.authorization.clone();
    for name in names {
        let value = device.browser.jar().value(&name);
        let value = value.as_ref().map_or("", |value| value.expose()).to_owned();
        let reversed: String = value.chars().rev().collect();
        let mut flipped = value.clone();
        let last = flipped.pop();
        flipped.push(if last == Some('A') { 'B' } else { 'A' });
        let shorter = &value[..value.len().min(value.char_indices().count()) / 2];
        for made_up in [
            reversed.as_str(),
            flipped.as_str(),
            shorter,
            "",
            "null",
            "1",
        ] {
            if made_up == value {
                continue;
            }
            let mut forger = Device::of_anybody(target).await?;
            forger.browser.jar_mut().put(&name, made_up, &page);
            forger.must_be_signed_in(false).await?;
        }
    }
    Ok(())
}

/// Returns the names of the cookies each of which alone keeps the user signed in; there must be one.
async fn session_cookies(device: &mut Device<'_>) -> Result<Vec<String>, NotPassed> {
    let mut found = Vec::new();
    for name in device.browser.jar().names() {
        let mut alone: Browser<'_> = device.target.browser().without_cookies();
        let value = device.browser.jar().value(&name);
        let value = value.as_ref().map_or("", |value| value.expose());
        alone
            .jar_mut()
            .put(&name, value, &device.endpoints.authorization);
        let request = device.request().with("prompt", "none");
        if let Authorized::Redirect(redirect) = alone.authorize(&request).await?
            && redirect.parameter("code").is_some()
        {
            found.push(name);
        }
    }
    let is_there = !found.is_empty();
    expect::equal(
        "a cookie keeps the user signed in",
        &json!(true),
        &json!(is_there),
    )?;
    Ok(found)
}
