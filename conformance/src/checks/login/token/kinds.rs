//! What one kind of token does not open.

use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::{ALL_SCOPES, Visit},
    expect,
    target::Target,
    verdict::{During as _, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "login.token.kinds.users-configure-nothing",
    title: "None of the tokens of a sign-in opens the configuration, whatever was asked for",
    cites: &["bearer-holder-irrelevant", "bearer-rejected-status"],
    effects: Effects::Reads,
    needs: &[Need::LoginClient, Need::User],
    run: Run::Function(|target| Box::pin(users_configure_nothing(target))),
}];

async fn users_configure_nothing(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let tokens = visit
        .tokens_of(&format!("{ALL_SCOPES} *:** *:config/**"))
        .await?;
    if tokens.scope().iter().any(|scope| scope.contains(':')) {
        let reason = "the token policy of the described client allows API scopes";
        return Err(Skip::because(reason).into());
    }
    for (what, token) in [
        ("the access token", tokens.access()?),
        ("the refresh token", tokens.refresh()?),
        ("the ID token", tokens.id()?),
    ] {
        for collection in ["clients", "loginPolicies", "tokenPolicies"] {
            let path = format!("config/{collection}");
            let answer = target.bearer(&token).get(&path).await?;
            expect::refusal(&answer, &[401, 403]).during(&format!("{what}, GET of {path}"))?;
        }
    }
    Ok(())
}
