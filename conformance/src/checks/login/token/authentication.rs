//! How a client shows who it is when it exchanges a code.

use super::no_tokens;
use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    checks::{form::Form, visit::Visit},
    expect,
    http::{Answer, Request},
    relying_party::{Kind, Tokens},
    secret::Credentials,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.authentication.secret-needed",
        title: "Without its secret a confidential client gets nothing for a code",
        cites: &["code-secret-needed"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(secret_needed(target))),
    },
    Check {
        id: "login.token.authentication.wrong-secret",
        title: "A wrong secret is invalid_client with a challenge, in the header and in the form",
        cites: &["code-wrong-secret", "token-errors-challenge"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(wrong_secret(target))),
    },
    Check {
        id: "login.token.authentication.wrong-secret-keeps-the-code",
        title: "Whoever guesses at a secret does not use the code up",
        cites: &["code-wrong-secret-keeps-code"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(wrong_secret_keeps_the_code(target))),
    },
    Check {
        id: "login.token.authentication.bearer-has-no-effect",
        title: "A bearer token in the header, good or made up, changes nothing about an exchange",
        cites: &["code-bearer-ignored"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(bearer_has_no_effect(target))),
    },
    Check {
        id: "login.token.authentication.two-at-once",
        title: "A secret in the header and one in the form at once make the request invalid",
        cites: &["token-two-client-authentications"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(two_at_once(target))),
    },
    Check {
        id: "login.token.authentication.id-beside-the-header",
        title: "The id of the client may stand in the form beside its Basic credentials, and that of another may not",
        cites: &["token-client-id-beside-basic"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(id_beside_the_header(target))),
    },
    Check {
        id: "login.token.authentication.encoded-credentials",
        title: "Basic credentials are taken form-encoded, as the standard has them",
        cites: &["token-basic-form-encoded"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(encoded_credentials(target))),
    },
];

async fn secret_needed(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let id = visit.client.id.clone();
    let endpoint = visit.endpoints.token.clone();
    let form = visit.exchange().await?;
    let named = form.clone().with("client_id", &id);
    let empty = named.clone().with("client_secret", "");
    for (what, form) in [
        ("nothing", &form),
        ("the id alone", &named),
        ("an empty secret in the form", &empty),
    ] {
        let request = Request::post(&endpoint).form(&form.pairs());
        let answer = target.anonymous().send(request).await?;
        no_tokens(&answer).during(what)?;
    }
    let request = Request::post(&endpoint).form(&form.pairs());
    let answer = target
        .basic(&Credentials::new(id, ""))
        .send(request)
        .await?;
    no_tokens(&answer).during("an empty secret in the header")?;
    Ok(())
}

async fn wrong_secret(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let right = visit.credentials()?;
    let wrong = Credentials::new(&right.id, format!("{}A", right.secret.expose()));
    let form = visit.exchange().await?;
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    let answer = target.basic(&wrong).send(request).await?;
    expect::oauth_error(&answer, &[401], &["invalid_client"]).during("in the header")?;
    challenges(&answer)?;
    let form = visit
        .exchange()
        .await?
        .with("client_id", &wrong.id)
        .with("client_secret", wrong.secret.expose());
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    let answer = target.anonymous().send(request).await?;
    expect::oauth_error(&answer, &[401], &["invalid_client"]).during("in the form")?;
    Ok(())
}

/// Requires a challenge to authenticate with Basic; the scheme's name is in any case (RFC 9110 section 11.1).
pub(in crate::checks::login) fn challenges(answer: &Answer) -> Result<(), Mismatch> {
    let header = answer.header("www-authenticate");
    let scheme = header.and_then(|header| header.split(' ').next());
    if scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic")) {
        return Ok(());
    }
    Err(Mismatch::new(
        "header www-authenticate",
        ["Basic ...".into()],
        header.into(),
    ))
}

async fn wrong_secret_keeps_the_code(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let form = visit.exchange().await?;
    let wrong = Credentials::new(&visit.client.id, "not-the-secret");
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    let answer = target.basic(&wrong).send(request).await?;
    expect::status(&answer, &[400, 401]).during("with a wrong secret")?;
    Tokens::read(visit.send(&form).await?).during("with the right one, afterwards")?;
    Ok(())
}

async fn bearer_has_no_effect(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Public)?).await?;
    let good = visit.tokens_of("openid").await?.access()?;
    for (what, token) in [
        ("a made-up token", "made-up".to_owned()),
        ("a token of the user", good.expose().to_owned()),
    ] {
        let form = visit.exchange().await?.with("client_id", &visit.client.id);
        let request = Request::post(&visit.endpoints.token)
            .header("authorization", format!("Bearer {token}"))
            .form(&form.pairs());
        Tokens::read(target.anonymous().send(request).await?).during(what)?;
    }
    Ok(())
}

async fn two_at_once(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let credentials = visit.credentials()?;
    let form = visit
        .exchange()
        .await?
        .with("client_id", &credentials.id)
        .with("client_secret", credentials.secret.expose());
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    let answer = target.basic(&credentials).send(request).await?;
    expect::oauth_error(&answer, &[400], &["invalid_request"])?;
    let form = Form::default()
        .with("token", "made-up")
        .with("client_id", &credentials.id)
        .with("client_secret", credentials.secret.expose());
    let request = Request::post("login/token/introspect").form(&form.pairs());
    let answer = target.basic(&credentials).send(request).await?;
    expect::oauth_error(&answer, &[400], &["invalid_request"]).during("introspection")?;
    Ok(())
}

async fn id_beside_the_header(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let credentials = visit.credentials()?;
    let other = chance::id().to_string();
    for (id, is_own) in [(&other, false), (&credentials.id, true)] {
        let form = visit.exchange().await?.with("client_id", id);
        let request = Request::post(&visit.endpoints.token).form(&form.pairs());
        let answer = target.basic(&credentials).send(request).await?;
        if is_own {
            Tokens::read(answer).during("the client's own id")?;
        } else {
            no_tokens(&answer).during("another id")?;
        }
    }
    Ok(())
}

async fn encoded_credentials(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let credentials = visit.credentials()?;
    // Any octet may be encoded (RFC 3986, section 2.1), and so a decoder is needed for ids and secrets without special characters.
    let whole = |text: &str| {
        let octets = text.bytes().map(|octet| format!("%{octet:02X}"));
        octets.collect::<String>()
    };
    let secret = whole(credentials.secret.expose());
    target.conceal(&secret);
    let encoded = Credentials::new(whole(&credentials.id), secret);
    let form = visit.exchange().await?;
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    let answer = target.basic(&encoded).send(request).await?;
    Tokens::read(answer)?;
    Ok(())
}
