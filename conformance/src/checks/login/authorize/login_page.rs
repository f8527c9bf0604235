//! The way from the authorization endpoint to the login page.

use serde_json::json;
use url::Url;

use crate::checks::device::Device;
use crate::{
    browser::Browser,
    check::{Check, Effects, Need, Run},
    expect,
    http::Answer,
    relying_party::AuthorizationRequest,
    target::Target,
    verdict::{Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.login-page-of-the-policy",
        title: "Somebody who is not signed in is sent to the login page that the client's policy names",
        cites: &["authorize-to-login-page"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(page_of_the_policy(target))),
    },
    Check {
        id: "login.authorize.redirect-to-the-login-page",
        title: "The way to the login page is a redirect with the status 302",
        cites: &["authorize-to-login-page-status"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(status(target))),
    },
    Check {
        id: "login.authorize.login-page-knows-the-request",
        title: "The address of the login page carries the parameters of the request",
        cites: &["authorize-login-page-carries-request"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(carries_the_request(target))),
    },
    Check {
        id: "login.authorize.new-accounts-at-the-page-of-the-policy",
        title: "With `prompt=create`, too, the browser is sent to the login page that the client's policy names",
        cites: &["authorize-prompt-create-elsewhere"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(new_accounts_elsewhere(target))),
    },
];

/// A page that no target serves: only whether a browser would be sent there is looked at.
const ELSEWHERE: &str = "https://login.example.test/bakery/sign-in?theme=rye";

async fn page_of_the_policy(target: &Target) -> Outcome {
    sent_elsewhere(target, None).await
}

async fn new_accounts_elsewhere(target: &Target) -> Outcome {
    sent_elsewhere(target, Some("create")).await
}

/// Requires that a client whose policy names a page of its own has its users sent there.
async fn sent_elsewhere(target: &Target, prompt: Option<&str>) -> Outcome {
    let policy = target
        .make_login_policy(json!({ "loginURL": ELSEWHERE }))
        .await?;
    let client = target
        .make_login_client(json!({ "loginPolicy": policy }))
        .await?;
    let mut device = Device::new(target, client).await?;
    let request = match prompt {
        Some(prompt) => device.request().with("prompt", prompt),
        None => device.request(),
    };
    let answer = first(&mut device.browser, &request).await?;
    let location = answer.location().unwrap_or_default();
    let is_there = Url::parse(location).is_ok_and(|url| {
        let theme = url
            .query_pairs()
            .any(|(name, value)| name == "theme" && value == "rye");
        url.host_str() == Some("login.example.test") && url.path() == "/bakery/sign-in" && theme
    });
    if is_there {
        return Ok(());
    }
    Err(Mismatch::new("header location", [json!(ELSEWHERE)], json!(location)).into())
}

async fn status(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let answer = first(&mut device.browser, &request).await?;
    expect::status(&answer, &[302])?;
    Ok(())
}

async fn carries_the_request(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let request = device
        .request()
        .with("state", "a b&c=d+é%")
        .with("login_hint", "somebody@example.com");
    let answer = first(&mut device.browser, &request).await?;
    let base = Url::parse(request.endpoint()).ok();
    let location = base.and_then(|base| base.join(answer.location()?).ok());
    let carried: Vec<(String, String)> = location
        .iter()
        .flat_map(Url::query_pairs)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    for pair in request.pairs() {
        if !carried.contains(pair) {
            let what = format!("parameter {} of the login page", pair.0);
            let came = carried.iter().find(|(name, _)| *name == pair.0);
            let actual = json!(came.map(|(_, value)| value));
            return Err(Mismatch::new(what, [json!(pair.1)], actual).into());
        }
    }
    Ok(())
}

/// Returns the first answer to a request, which has to be a redirect.
async fn first(
    browser: &mut Browser<'_>,
    request: &AuthorizationRequest,
) -> Result<Answer, NotPassed> {
    let answer = browser.get(request.url()).await?;
    if answer.location().is_some() {
        return Ok(answer);
    }
    let expected = json!("a redirect to the login page");
    let actual = json!({ "status": answer.status() });
    Err(Mismatch::new("answer", [expected], actual).into())
}
