//! Parameters that come back unchanged, do no harm, are empty, or come twice.

use serde_json::json;

use crate::checks::device::Device;
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    relying_party::AuthorizationRequest,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.state-of-any-characters",
        title: "The state comes back unchanged, whatever is in it",
        cites: &["authorize-state-returned"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(state_of_any_characters(target))),
    },
    Check {
        id: "login.authorize.state-and-nonce-left-out",
        title: "A request without state and nonce gets a code",
        cites: &["authorize-state-optional"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(without_state_and_nonce(target))),
    },
    Check {
        id: "login.authorize.no-state-of-its-own",
        title: "A request without a state is answered without one",
        cites: &["authorize-state-only-when-sent"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(no_state_of_its_own(target))),
    },
    Check {
        id: "login.authorize.languages-are-wishes",
        title: "Language tags that are unknown or none at all cause no error",
        cites: &["authorize-ui-locales-never-error"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(languages_are_wishes(target))),
    },
    Check {
        id: "login.authorize.listed-parameters-do-no-harm",
        title: "The listed parameters `login_hint` and `display` cause no error",
        cites: &[
            "authorize-login-hint-accepted",
            "authorize-display-accepted",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(listed_do_no_harm(target))),
    },
    Check {
        id: "login.authorize.further-parameters-do-no-harm",
        title: "Unknown parameters and `acr_values` cause no error",
        cites: &[
            "authorize-unknown-parameter-ignored",
            "authorize-acr-values-accepted",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(further_do_no_harm(target))),
    },
    Check {
        id: "login.authorize.empty-means-left-out",
        title: "A parameter without a value counts as left out, be it required or not",
        cites: &["authorize-empty-parameter"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(empty_means_left_out(target))),
    },
    Check {
        id: "login.authorize.nothing-comes-twice",
        title: "A parameter that comes twice is refused, with equal values, too",
        cites: &["authorize-repeated-parameter"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(nothing_comes_twice(target))),
    },
    Check {
        id: "login.authorize.client-and-redirect-uri-once",
        title: "A second redirect URI or client id never leads anywhere",
        cites: &["authorize-redirect-uri-match-exact"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(second_redirect_uri(target))),
    },
    Check {
        id: "login.authorize.resource-is-an-absolute-uri",
        title: "A resource that is no absolute URI, or has a fragment, is refused",
        cites: &["authorize-resource-form"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(resource_is_an_absolute_uri(target))),
    },
];

async fn state_of_any_characters(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let long = "x".repeat(1000);
    for state in [
        "a b",
        "a+b",
        "a%20b%2525",
        "a&code=b=c",
        "a#b?c",
        "\"'<>\\`{}|^",
        "grüße, 世界 🥖",
        "a;b,c:d@e/f",
        "{\"json\": [1, true]}",
        &long,
    ] {
        let request = device.request().with("state", state);
        let redirect = device.passed(&request).await?;
        expect::equal("state", &json!(state), &json!(redirect.parameter("state")))?;
        let count = redirect
            .parameters
            .iter()
            .filter(|(name, _)| name == "code")
            .count();
        expect::equal("number of codes", &json!(1), &json!(count))?;
    }
    Ok(())
}

async fn resource_is_an_absolute_uri(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    for resource in [
        "bread",
        "/bread/rye",
        "//api.example.test/bread",
        "https://api.example.test/bread#rye",
        "https://api.example.test/rye bread",
    ] {
        let request = device.request().with("resource", resource);
        let refused = device.refused_with(&request, &["invalid_target"]).await;
        refused.during(&format!("resource=`{resource}`"))?;
    }
    Ok(())
}

async fn without_state_and_nonce(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let request = device.request().without("state").without("nonce");
    let code = device.passed(&request).await?.code()?;
    target.exchange(&device.client, &request, &code).await?;
    Ok(())
}

async fn no_state_of_its_own(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    for request in [
        device.request().without("state"),
        device.request().with("state", ""),
    ] {
        let redirect = device.passed(&request).await?;
        if let Some(state) = redirect
            .parameter("state")
            .filter(|state| !state.is_empty())
        {
            return Err(Mismatch::new("state", [json!("absent")], json!(state)).into());
        }
    }
    Ok(())
}

async fn languages_are_wishes(target: &Target) -> Outcome {
    let long = "de ".repeat(60);
    for locales in [
        "tlh",
        "xx-YY zz",
        "not a tag!!",
        "-",
        "de-",
        "*",
        "en-US-x-private",
        &long,
    ] {
        harmless(target, |request| request.with("ui_locales", locales))
            .await
            .during(&format!("ui_locales={locales}"))?;
    }
    Ok(())
}

async fn listed_do_no_harm(target: &Target) -> Outcome {
    for hint in ["mira.lind@example.com", "+49 30 901820", "\"><b>"] {
        harmless(target, |request| request.with("login_hint", hint)).await?;
    }
    for display in ["page", "popup", "touch", "wap"] {
        harmless(target, |request| request.with("display", display)).await?;
    }
    Ok(())
}

async fn further_do_no_harm(target: &Target) -> Outcome {
    for (name, value) in [
        ("audience", "https://api.example.test"),
        ("grant_type", "authorization_code"),
        ("acr_values", "urn:akamai-ic:nist:800-63-3:aal:1"),
        ("x-proofhouse", "\u{1F956}"),
        ("error", "access_denied"),
    ] {
        harmless(target, |request| request.with(name, value))
            .await
            .during(name)?;
    }
    Ok(())
}

async fn empty_means_left_out(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    for name in ["scope", "response_type"] {
        let request = device.request().with(name, "");
        device
            .refused_with(&request, &["invalid_request"])
            .await
            .during(&format!("{name} without a value"))?;
    }
    for name in [
        "prompt",
        "max_age",
        "response_mode",
        "claims",
        "ui_locales",
        "display",
    ] {
        harmless(target, |request| request.with(name, ""))
            .await
            .during(&format!("{name} without a value"))?;
    }
    Ok(())
}

async fn nothing_comes_twice(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    for (name, value) in [
        ("scope", "openid"),
        ("response_type", "code"),
        ("state", "second"),
        ("nonce", "second"),
        ("prompt", "login"),
        ("max_age", "60"),
        ("response_mode", "query"),
    ] {
        let mut request = device.request();
        if request.value(name).is_none() {
            request = request.with(name, value);
        }
        device
            .refused_with(&request.again(name, value), &["invalid_request"])
            .await
            .during(&format!("{name} twice"))?;
    }
    Ok(())
}

async fn second_redirect_uri(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let evil = "https://evil.example.test/take";
    let good = device.client.redirect_uri.clone();
    let request = device.request();
    for request in [
        request.clone().again("redirect_uri", evil),
        request
            .clone()
            .with("redirect_uri", evil)
            .again("redirect_uri", good.as_str()),
    ] {
        let answer = device.browser.get(request.url()).await?;
        if let Some(location) = answer
            .location()
            .filter(|location| location.starts_with(evil))
        {
            let expected = json!("no redirect to an address that is not listed");
            return Err(Mismatch::new("header location", [expected], json!(location)).into());
        }
    }
    Ok(())
}

/// Requires that a request with a change still leads to a page to sign in with.
async fn harmless(
    target: &Target,
    change: impl FnOnce(AuthorizationRequest) -> AuthorizationRequest,
) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let request = change(device.request());
    device.must_ask(&request).await?;
    Ok(())
}
