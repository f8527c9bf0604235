//! The end of an administrative token.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "config.bearer.good-for-its-lifetime",
    title: "A token works until the lifetime of its policy is over, and is rejected from then on",
    cites: &["bearer-lifetime-of-policy", "bearer-expired-refused"],
    effects: Effects::Creates,
    needs: &[Need::ConfigurationClient, Need::Time { seconds: 130 }],
    run: Run::Function(|target| Box::pin(good_for_its_lifetime(target))),
}];

async fn good_for_its_lifetime(target: &Target) -> Outcome {
    // More than the shortest, so that a target that gives everybody the shortest is noticed.
    let policy = json!({ "accessTokenLifetime": 120, "allowedScopes": [".:config/clients"] });
    let policy = target.make_token_policy(policy).await?;
    let client = target.make_configuration_client(&[]).await?.credentials;
    let change =
        json!({ "name": target.name("client"), "type": "confidential", "tokenPolicy": policy });
    let path = format!("config/clients/{}", client.id);
    let changed = target.administrator().put(path, change).await?;
    expect::status(&changed, &[200]).during("giving the client the policy")?;
    let token = target.token(&client, ".:config/clients").await?;
    let list = async || target.bearer(&token).get("config/clients").await;
    target.pass(100.0).await?;
    expect::status(&list().await?, &[200]).during("a token of 100 s that lives for 120")?;
    target.pass(25.0).await?;
    let answer = list().await?;
    expect::status(&answer, &[401, 403]).during("a token past its lifetime")?;
    Ok(target.reading("rejected-token", answer.status())?)
}
