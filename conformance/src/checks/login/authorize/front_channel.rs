//! What a browser carries back to the client beyond a code: claims in ID tokens, nothing at all, errors.

use serde_json::{Value, json};

use super::response_types::{ask, signed_in, under};
use crate::{
    browser::Channel,
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

const NEEDS: &[Need] = &[Need::ConfigurationClient, Need::LoginClient, Need::User];

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.id-token-alone-holds-claims",
        title: "An ID token that comes without an access token holds the claims of the scopes",
        cites: &["authorize-id-token-alone-claims"],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(alone(target))),
    },
    Check {
        id: "login.authorize.id-token-beside-a-code-holds-none",
        title: "An ID token beside a code holds no claims that userinfo tells",
        cites: &["authorize-id-token-beside-code-claims"],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(beside_a_code(target))),
    },
    Check {
        id: "login.authorize.none-adds-nothing",
        title: "`none` without a state leaves the redirect URI as it is",
        cites: &["authorize-none-adds-nothing"],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(none_adds_nothing(target))),
    },
    Check {
        id: "login.authorize.none-waits-for-the-policy",
        title: "`none` is refused where the login policy allows codes alone",
        cites: &["authorize-none-not-allowed"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(none_waits_for_the_policy(target))),
    },
    Check {
        id: "login.authorize.errors-of-tokens-in-the-fragment",
        title: "Where a token was asked for in the query, the error comes in the fragment",
        cites: &["authorize-error-not-in-query"],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(errors_of_tokens(target))),
    },
];

/// Returns the claims of the ID token that comes for a response type, and those that userinfo tells of the user for the same
/// scopes.
async fn both(target: &Target, response_type: &str) -> Result<(Value, Value), NotPassed> {
    let mut device = signed_in(target).await?;
    let scope = "openid profile email";
    let request = device
        .request()
        .with("response_type", response_type)
        .scope(scope);
    let redirect = device.passed(&request).await.during(response_type)?;
    let token = redirect.secret("id_token")?;
    let nonce = request.value("nonce");
    let held = target.verify(&device.client, &token, nonce).await?;
    let tokens = device.tokens(scope).await?;
    let told = target.userinfo(&tokens.access()?).await?.json()?;
    Ok((held, told))
}

/// Returns the names of what userinfo tells that is no claim of every ID token.
fn further(told: &Value) -> Result<Vec<&str>, Skip> {
    let members = told.as_object().into_iter().flatten();
    let names: Vec<&str> = members
        .map(|(name, _)| name.as_str())
        .filter(|name| !matches!(*name, "sub" | "global_sub" | "updated_at"))
        .collect();
    if names.is_empty() {
        return Err(Skip::because("userinfo tells nothing of the user"));
    }
    Ok(names)
}

async fn alone(target: &Target) -> Outcome {
    let (held, told) = both(target, "id_token").await?;
    for name in further(&told)? {
        expect::member(&held, &format!("/{name}"), &told[name]).during("ID token")?;
    }
    Ok(())
}

async fn beside_a_code(target: &Target) -> Outcome {
    let (held, told) = both(target, "code id_token").await?;
    for name in further(&told)? {
        expect::absent(&held, &format!("/{name}")).during("ID token")?;
    }
    Ok(())
}

async fn none_adds_nothing(target: &Target) -> Outcome {
    let mut device = signed_in(target).await?;
    for mode in ["query", "fragment"] {
        let request = device
            .request()
            .with("response_type", "none")
            .with("response_mode", mode)
            .without("state");
        let redirect = device.passed(&request).await.during(mode)?;
        let expected = json!(device.client.redirect_uri);
        expect::equal("header location", &expected, &json!(redirect.location)).during(mode)?;
    }
    Ok(())
}

async fn none_waits_for_the_policy(target: &Target) -> Outcome {
    let mut device: Device<'_> = under(target, &["code"]).await?;
    let request = device.request().with("response_type", "none");
    let errors = ["unsupported_response_type", "unauthorized_client"];
    device.refused_with(&request, &errors).await?;
    Ok(())
}

async fn errors_of_tokens(target: &Target) -> Outcome {
    let mut device = signed_in(target).await?;
    // What is allowed works, so that an error comes for the mode alone.
    ask(&mut device, "token").await?;
    for response_type in ["token", "id_token"] {
        let request = device
            .request()
            .with("response_type", response_type)
            .with("response_mode", "query");
        let refusal = device.refused(&request).await.during(response_type)?;
        // A page is as good: nothing reaches the client.
        if let Some(redirect) = refusal.redirect
            && redirect.channel != Channel::Fragment
        {
            let expected = json!(Channel::Fragment.as_str());
            let actual = json!(redirect.channel.as_str());
            let mismatch = Mismatch::new("place of the error", [expected], actual);
            return Err(mismatch.during(response_type).into());
        }
    }
    Ok(())
}
