//! How claims are asked for.

use serde_json::json;

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::{login::token::others, visit::Visit},
    expect,
    http::Request,
    target::Target,
    verdict::{During as _, Outcome, Skip},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "profiles.userinfo.requests.get-with-bearer",
        title: "GET with the access token in the header answers with the user, without any parameter",
        cites: &[
            "userinfo-operation",
            "userinfo-bearer",
            "userinfo-no-parameters",
            "userinfo-subject",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(get_with_bearer(target))),
    },
    Check {
        id: "profiles.userinfo.requests.own-user-only",
        title: "No parameter makes the answer speak of anybody else",
        cites: &["userinfo-own-user-only", "userinfo-no-parameters"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(own_user_only(target))),
    },
    Check {
        id: "profiles.userinfo.requests.token-in-the-header-alone",
        title: "A token in the query of the address is none",
        cites: &["userinfo-bearer"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(token_in_the_header_alone(target))),
    },
    Check {
        id: "profiles.userinfo.requests.post-as-get",
        title: "POST with the access token in the header is answered as GET is, in JSON",
        cites: &["userinfo-by-post", "userinfo-json"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(post_as_get(target))),
    },
    Check {
        id: "profiles.userinfo.requests.same-subject",
        title: "The subject is that of the ID token, for every client and after a refresh",
        cites: &["userinfo-subject-same"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(same_subject(target))),
    },
];

const PATH: &str = "profiles/oidc/userinfo";

async fn get_with_bearer(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let tokens = target.sign_in(&client, "openid").await?;
    let answer = target.bearer(&tokens.access()?).get(PATH).await?;
    expect::status(&answer, &[200])?;
    let claims = answer.json()?;
    expect::text(&claims, "/sub")?;
    expect::text(&claims, "/global_sub")?;
    Ok(())
}

async fn own_user_only(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let tokens = target.sign_in(&client, "openid").await?;
    let plain = claims(target, &tokens).await?;
    for query in [
        "sub=0f5f5b1e-5a0c-4b0b-9a06-1c2d3e4f5a6b",
        "uuid=0f5f5b1e-5a0c-4b0b-9a06-1c2d3e4f5a6b&id=1",
        "scope=openid%20email%20profile%20address%20phone",
        "schema=openid&email=somebody@example.test",
    ] {
        let path = format!("{PATH}?{query}");
        let answer = target.bearer(&tokens.access()?).get(path).await?;
        expect::status(&answer, &[200]).during(query)?;
        expect::equal(&format!("claims with {query}"), &plain, &answer.json()?)?;
    }
    Ok(())
}

async fn token_in_the_header_alone(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    let path = format!("{PATH}?access_token={}", token.expose());
    let answer = target.anonymous().get(path).await?;
    expect::status(&answer, &[400, 401])?;
    Ok(())
}

async fn post_as_get(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let token = visit.granted("openid email").await?.access()?;
    let got = target.bearer(&token).get(PATH).await?;
    expect::status(&got, &[200]).during("GET")?;
    expect::media_type(&got, "application/json").during("GET")?;
    for (what, request) in [
        ("POST without a body", Request::post(PATH)),
        ("POST with an empty form", Request::post(PATH).form(&[])),
    ] {
        let posted = target.bearer(&token).send(request).await?;
        expect::status(&posted, &[200]).during(what)?;
        expect::media_type(&posted, "application/json").during(what)?;
        expect::equal(&format!("claims by {what}"), &got.json()?, &posted.json()?)?;
    }
    Ok(())
}

async fn same_subject(target: &Target) -> Outcome {
    let [public, confidential] = others(target).await?;
    for client in [public, confidential] {
        let tokens = target.sign_in(&client, "openid").await?;
        let of_id_token = target.verify(&client, &tokens.id()?, None).await?;
        let subject = expect::present(&of_id_token, "/sub")?;
        let of_userinfo = claims(target, &tokens).await?;
        expect::member(&of_userinfo, "/sub", subject).during("userinfo")?;
        let refreshed = target.refresh(&client, &tokens.refresh()?).await?;
        let later = claims(target, &refreshed).await?;
        expect::member(&later, "/sub", subject).during("userinfo after a refresh")?;
        if of_id_token.get("global_sub").is_none() {
            return Err(Skip::because("the ID token has no `global_sub`").into());
        }
        let global = json!([of_userinfo["global_sub"], later["global_sub"]]);
        let expected = json!([of_id_token["global_sub"], of_id_token["global_sub"]]);
        expect::equal("global_sub of userinfo", &expected, &global)?;
    }
    Ok(())
}
