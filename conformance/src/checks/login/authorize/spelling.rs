//! How a listed redirect URI is spelled in the answer.

use serde_json::json;
use url::Url;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.redirect-uri-spelling-is-kept",
        title: "A listed address is answered at in the spelling that it was listed in",
        cites: &["authorize-redirect-uri-spelling"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(spelling_is_kept(target))),
    },
    Check {
        id: "login.authorize.redirect-uri-beyond-ascii",
        title: "A listed address with other letters than those of ASCII is answered at as browsers write it",
        cites: &["authorize-redirect-uri-beyond-ascii"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(beyond_ascii(target))),
    },
];

async fn spelling_is_kept(target: &Target) -> Outcome {
    let listed = "https://bakery.example.test:443/rye/../done";
    let location = location(target, listed).await?;
    let rest = location.strip_prefix(listed).unwrap_or_default();
    if rest.starts_with('?') {
        return Ok(());
    }
    Err(wrong(&format!("{listed}?..."), &location).into())
}

async fn beyond_ascii(target: &Target) -> Outcome {
    for (listed, spelled) in [
        (
            "https://bäckerei.example.test/zurück",
            "https://xn--bckerei-5wa.example.test/zur%C3%BCck",
        ),
        (
            "https://bakery.example.test/パン?店=1",
            "https://bakery.example.test/%E3%83%91%E3%83%B3?%E5%BA%97=1",
        ),
    ] {
        let location = location(target, listed).await.during(listed)?;
        let arrives = |text: &str| {
            let url = Url::parse(text).ok()?;
            Some((url.host_str()?.to_owned(), url.path().to_owned()))
        };
        let has_code = location.contains("code=");
        if !location.is_ascii() || arrives(&location) != arrives(spelled) || !has_code {
            return Err(wrong(&format!("{spelled} with a code"), &location).into());
        }
    }
    Ok(())
}

/// Lets somebody who is signed in ask for an answer at an address, and returns where the browser is sent.
async fn location(target: &Target, listed: &str) -> Result<String, NotPassed> {
    let client = target
        .make_login_client(json!({ "redirectURIs": [listed] }))
        .await?;
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    device.client = client;
    let request = device.request();
    let answer = device.browser.get(request.url()).await?;
    match answer.location() {
        Some(location) => Ok(location.to_owned()),
        None => {
            let actual = json!({ "status": answer.status() });
            Err(Mismatch::new("answer", [json!("a `Location` of ASCII")], actual).into())
        }
    }
}

fn wrong(expected: &str, location: &str) -> Mismatch {
    // A code is a secret.
    let shown = location.split("code=").next().unwrap_or_default();
    Mismatch::new("header location", [json!(expected)], json!(shown))
}
