//! Who may revoke a token.

use crate::{
    check::{Check, Effects, Need, Run},
    checks::login::introspect::active,
    expect,
    http::Request,
    relying_party::Kind,
    secret::Credentials,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.revoke.callers.secret-needed",
        title: "A confidential client cannot revoke without its secret, nor with a wrong one",
        cites: &["revoke-no-credentials", "revoke-wrong-secret"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(secret_needed(target))),
    },
    Check {
        id: "login.revoke.callers.refusal-has-no-effect",
        title: "A token stays in force when its revocation was refused",
        cites: &["revoke-refused-keeps-token"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(refusal_has_no_effect(target))),
    },
];

const PATH: &str = "login/token/revoke";

async fn secret_needed(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    let named = [("token", token.expose()), ("client_id", &client.id)];
    let request = Request::post(PATH).form(&named);
    let answer = target.anonymous().send(request).await?;
    expect::oauth_error(&answer, &[401], &["invalid_client"]).during("the id alone")?;
    let wrong = Credentials::new(&client.id, "not-the-secret");
    let request = Request::post(PATH).form(&named[..1]);
    let answer = target.basic(&wrong).send(request).await?;
    expect::oauth_error(&answer, &[401], &["invalid_client"]).during("a wrong secret")?;
    Ok(())
}

async fn refusal_has_no_effect(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let tokens = target.sign_in(&client, "openid").await?;
    let wrong = Credentials::new(&client.id, "not-the-secret");
    for (what, token) in [
        ("the access token", tokens.access()?),
        ("the refresh token", tokens.refresh()?),
    ] {
        let request = Request::post(PATH).form(&[("token", token.expose())]);
        let unnamed = target.anonymous().send(request.clone()).await?;
        expect::status(&unnamed, &[400, 401]).during("nobody's revocation")?;
        let refused = target.basic(&wrong).send(request).await?;
        expect::status(&refused, &[400, 401]).during("with a wrong secret")?;
        active(target, &client, &token).await.during(what)?;
    }
    Ok(())
}
