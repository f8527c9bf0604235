//! What a revocation ends.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{
        form::Form,
        login::introspect::{active, inactive},
        visit::Visit,
    },
    expect,
    http::Request,
    relying_party::Kind,
    target::{Target, session::ADMINISTRATIVE_SCOPES},
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.revoke.access-token.opens-nothing",
        title: "A revoked access token of a public client opens userinfo no longer",
        cites: &[
            "revoke-operation",
            "revoke-access-token",
            "revoke-public-by-id",
        ],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(opens_nothing(target, Kind::Public))),
    },
    Check {
        id: "login.revoke.access-token.of-confidential-client",
        title: "A confidential client revokes with its secret in the header",
        cites: &["revoke-confidential-basic", "revoke-access-token"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(opens_nothing(target, Kind::Confidential))),
    },
    Check {
        id: "login.revoke.refresh-token.cannot-be-exchanged",
        title: "A revoked refresh token gives no tokens",
        cites: &["revoke-refresh-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(cannot_be_exchanged(target))),
    },
    Check {
        id: "login.revoke.access-token.everywhere-at-once",
        title: "Right after the answer, introspection and userinfo know of the revocation",
        cites: &["revoke-at-once", "revoke-status-ok"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(access_token_everywhere(target))),
    },
    Check {
        id: "login.revoke.refresh-token.everywhere-at-once",
        title: "Right after the answer, introspection and the token endpoint know of the revocation",
        cites: &["revoke-at-once", "revoke-status-ok"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(refresh_token_everywhere(target))),
    },
    Check {
        id: "login.revoke.administrative-token.configures-nothing",
        title: "A revoked token for the configuration is rejected there at once",
        cites: &["revoke-administrative-token"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(configures_nothing(target))),
    },
];

async fn opens_nothing(target: &Target, kind: Kind) -> Outcome {
    let client = target.login_client(kind)?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    let before = target.userinfo(&token).await?;
    expect::status(&before, &[200]).during("userinfo before")?;
    let answer = target.revoke(&client, &token).await?;
    expect::status(&answer, &[200, 204]).during("revocation")?;
    let after = target.userinfo(&token).await?;
    expect::status(&after, &[401]).during("userinfo afterwards")?;
    Ok(())
}

async fn cannot_be_exchanged(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    let answer = target.revoke(&visit.client, &token).await?;
    expect::status(&answer, &[200, 204]).during("revocation")?;
    let after = visit.send(&Form::of_refresh(&token)).await?;
    expect::oauth_error(&after, &[400], &["invalid_grant"]).during("exchange afterwards")?;
    Ok(())
}

async fn access_token_everywhere(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    active(target, &client, &token).await?;
    let answer = target.revoke(&client, &token).await?;
    expect::status(&answer, &[200]).during("revocation")?;
    inactive(target, &client, &token).await?;
    let after = target.userinfo(&token).await?;
    expect::status(&after, &[401]).during("userinfo")?;
    Ok(())
}

async fn refresh_token_everywhere(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    active(target, &visit.client, &token).await?;
    let answer = target.revoke(&visit.client, &token).await?;
    expect::status(&answer, &[200]).during("revocation")?;
    inactive(target, &visit.client, &token).await?;
    let after = visit.send(&Form::of_refresh(&token)).await?;
    expect::oauth_error(&after, &[400], &["invalid_grant"]).during("exchange")?;
    Ok(())
}

async fn configures_nothing(target: &Target) -> Outcome {
    let client = target.configuration_client()?;
    let token = target.token(client, ADMINISTRATIVE_SCOPES).await?;
    let other = target.token(client, ADMINISTRATIVE_SCOPES).await?;
    let before = target.bearer(&token).get("config/clients").await?;
    expect::status(&before, &[200]).during("the list of clients before")?;
    let request = Request::post("login/token/revoke").form(&[("token", token.expose())]);
    let answer = target.basic(client).send(request).await?;
    expect::status(&answer, &[200]).during("revocation")?;
    for collection in ["clients", "loginPolicies", "tokenPolicies"] {
        let path = format!("config/{collection}");
        let after = target.bearer(&token).get(&path).await?;
        expect::status(&after, &[401, 403]).during(&format!("GET of {path} afterwards"))?;
        let beside = target.bearer(&other).get(&path).await?;
        expect::equal(
            "status with another token of the client",
            &json!(200),
            &json!(beside.status()),
        )?;
    }
    Ok(())
}
