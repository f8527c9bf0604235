//! Who may introspect a token, and how.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{login::token::challenges, visit::Visit},
    expect,
    http::{Answer, Request},
    relying_party::Kind,
    secret::{Credentials, Secret},
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.introspect.callers.strangers-learn-nothing",
        title: "Who does not authenticate as a client learns nothing about a token in force",
        cites: &["introspect-without-credentials-refused"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(strangers_learn_nothing(target))),
    },
    Check {
        id: "login.introspect.callers.refusals",
        title: "No credentials, a wrong secret and a public client are invalid clients, with a challenge",
        cites: &[
            "introspect-no-credentials",
            "introspect-wrong-secret",
            "introspect-challenge",
        ],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(refusals(target))),
    },
    Check {
        id: "login.introspect.callers.public-client",
        title: "A public client cannot introspect its own token, by its id or with an empty secret",
        cites: &["introspect-public-client-refused"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(public_client(target))),
    },
    Check {
        id: "login.introspect.callers.deleted-client",
        title: "A client that was deleted cannot introspect any more",
        cites: &["introspect-deleted-client"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(deleted_client(target))),
    },
    Check {
        id: "login.introspect.callers.malformed-requests",
        title: "Introspection without a token is malformed, and by GET not allowed",
        cites: &["introspect-token-missing", "introspect-only-by-post"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient],
        run: Run::Function(|target| Box::pin(malformed_requests(target))),
    },
    Check {
        id: "login.introspect.callers.nothing-is-cached",
        title: "Nobody may keep what introspection tells",
        cites: &["introspect-not-cached"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nothing_is_cached(target))),
    },
];

const PATH: &str = "login/token/introspect";

async fn strangers_learn_nothing(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    let request = Request::post(PATH).form(&[("token", token.expose())]);
    let wrong = Credentials::new(&client.id, "not-the-secret");
    let nobody = Credentials::new("nobody", "nothing");
    let answers = [
        (
            "no credentials",
            target.anonymous().send(request.clone()).await?,
        ),
        (
            "the token itself",
            target.bearer(&token).send(request.clone()).await?,
        ),
        (
            "a wrong secret",
            target.basic(&wrong).send(request.clone()).await?,
        ),
        (
            "an unknown client",
            target.basic(&nobody).send(request).await?,
        ),
    ];
    for (what, answer) in answers {
        told_nothing(&answer).during(what)?;
    }
    Ok(())
}

fn told_nothing(answer: &Answer) -> Result<(), Mismatch> {
    expect::status(answer, &[400, 401, 403])?;
    let Ok(body) = answer.json() else {
        return Ok(());
    };
    for place in ["/active", "/sub", "/scope", "/exp"] {
        expect::absent(&body, place)?;
    }
    Ok(())
}

async fn refusals(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    let request = Request::post(PATH).form(&[("token", token.expose())]);
    let wrong = Credentials::new(&client.id, "not-the-secret");
    let answers = [
        (
            "no credentials",
            target.anonymous().send(request.clone()).await?,
        ),
        ("a wrong secret", target.basic(&wrong).send(request).await?),
    ];
    for (what, answer) in answers {
        expect::oauth_error(&answer, &[401], &["invalid_client"]).during(what)?;
        challenges(&answer).during(what)?;
    }
    Ok(())
}

async fn public_client(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Public)?).await?;
    let token = visit.tokens_of("openid").await?.access()?;
    let id = visit.client.id.clone();
    let by_id = Request::post(PATH).form(&[("token", token.expose()), ("client_id", &id)]);
    let answer = target.anonymous().send(by_id).await?;
    expect::oauth_error(&answer, &[401], &["invalid_client"]).during("the id alone")?;
    let request = Request::post(PATH).form(&[("token", token.expose())]);
    let answer = target
        .basic(&Credentials::new(id, ""))
        .send(request)
        .await?;
    expect::oauth_error(&answer, &[401], &["invalid_client"]).during("an empty secret")?;
    Ok(())
}

async fn deleted_client(target: &Target) -> Outcome {
    let members = json!({ "type": "confidential" });
    let client = target.make_login_client(members).await?;
    let token = Secret::new("made-up");
    let before = target.introspect(&client, &token).await?;
    expect::status(&before, &[200]).during("before")?;
    let path = format!("config/clients/{}", client.id);
    let deleted = target.administrator().delete(path).await?;
    expect::status(&deleted, &[200, 204]).during("deletion")?;
    let after = target.introspect(&client, &token).await?;
    expect::oauth_error(&after, &[401], &["invalid_client"]).during("after the deletion")?;
    Ok(())
}

async fn malformed_requests(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let visit = Visit::of(target, client).await?;
    let credentials = visit.credentials()?;
    let caller = target.basic(&credentials);
    let without = caller.send(Request::post(PATH).form(&[("a", "b")])).await?;
    expect::oauth_error(&without, &[400], &["invalid_request"]).during("no token")?;
    let got = caller.get(format!("{PATH}?token=made-up")).await?;
    expect::status(&got, &[405]).during("GET")?;
    Ok(())
}

async fn nothing_is_cached(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    for (what, token) in [
        ("a token in force", token),
        ("an unknown token", Secret::new("made-up")),
    ] {
        let answer = target.introspect(&client, &token).await?;
        expect::status(&answer, &[200])?;
        expect::no_store(&answer).during(what)?;
    }
    Ok(())
}
