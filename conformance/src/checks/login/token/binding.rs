//! What a code is bound to: the redirect URI and the client of its authorization request.

use serde_json::json;

use super::no_tokens;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::{form::Form, visit::Visit},
    expect,
    http::Request,
    relying_party::{Kind, LoginClient, Tokens},
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.redirect-uri.must-be-the-same",
        title: "Without the very redirect URI of the authorization request a code gives nothing",
        cites: &["code-redirect-uri-same", "code-redirect-uri-required"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(must_be_the_same(target))),
    },
    Check {
        id: "login.token.redirect-uri.refusals",
        title: "Another redirect URI makes the grant invalid, none at all the request",
        cites: &["code-redirect-uri-differs", "code-redirect-uri-missing"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(refusals(target))),
    },
    Check {
        id: "login.token.code.bound-to-its-client",
        title: "A client cannot exchange the code of another, whatever it knows beside",
        cites: &["code-bound-to-client"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(bound_to_its_client(target))),
    },
    Check {
        id: "login.token.code.not-for-configuration-clients",
        title: "A configuration client cannot exchange the code of a login client",
        cites: &["code-client-not-allowed"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(not_for_configuration_clients(target))),
    },
];

async fn must_be_the_same(target: &Target) -> Outcome {
    let described = target.any_login_client()?.redirect_uri;
    let other = "https://client.example.test/other";
    let members = json!({ "redirectURIs": [described, other] });
    let client = target.make_login_client(members).await?;
    let mut visit = Visit::of(target, client).await?;
    let form = visit.exchange().await?;
    let nearly = [
        ("another URI of the client", other.to_owned()),
        ("a slash more", format!("{described}/")),
        ("a query more", format!("{described}?a=b")),
        ("other capitals", described.to_uppercase()),
        ("an empty one", String::new()),
    ];
    for (what, uri) in nearly {
        let answer = visit.send(&form.clone().with("redirect_uri", &uri)).await?;
        no_tokens(&answer).during(what)?;
    }
    let answer = visit.send(&form.without("redirect_uri")).await?;
    no_tokens(&answer).during("none at all")?;
    // The client is one that gets tokens when nothing is wrong.
    let right = visit.exchange().await?;
    Tokens::read(visit.send(&right).await?).during("the right one")?;
    Ok(())
}

async fn refusals(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let differs = visit
        .exchange()
        .await?
        .with("redirect_uri", "https://client.example.test/elsewhere");
    let answer = visit.send(&differs).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant"]).during("another redirect URI")?;
    let without = visit.exchange().await?.without("redirect_uri");
    let answer = visit.send(&without).await?;
    expect::oauth_error(&answer, &[400], &["invalid_request"]).during("no redirect URI")?;
    Ok(())
}

async fn bound_to_its_client(target: &Target) -> Outcome {
    let owner = target.any_login_client()?;
    let mut visit = Visit::of(target, owner.clone()).await?;
    for thief in others(target).await? {
        let form = visit.exchange().await?;
        let answer = target
            .post_as(&thief, &visit.endpoints.token, &form.pairs())
            .await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant"])
            .during(&format!("a {} client with another's code", thief.kind))?;
    }
    // The other way round: what belongs to one of them is not the described client's.
    let thief = owner;
    for owner in others(target).await? {
        visit = visit.with(owner);
        let form: Form = visit.exchange().await?;
        let answer = target
            .post_as(&thief, &visit.endpoints.token, &form.pairs())
            .await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant"])
            .during("the described client with another's code")?;
    }
    Ok(())
}

/// Makes a login client of either kind, with the redirect URI and the policies of the described one.
pub(in crate::checks) async fn others(target: &Target) -> Result<[LoginClient; 2], NotPassed> {
    let of = |kind: Kind| target.make_login_client(json!({ "type": kind.as_str() }));
    Ok([of(Kind::Public).await?, of(Kind::Confidential).await?])
}

async fn not_for_configuration_clients(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit.exchange().await?;
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    let answer = target
        .basic(target.configuration_client()?)
        .send(request)
        .await?;
    expect::oauth_error(&answer, &[400], &["unauthorized_client", "invalid_grant"])?;
    Ok(())
}
