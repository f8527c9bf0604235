//! ID tokens (OpenID Connect Core section 2).

use serde_json::{Value, json};

use super::granted::{Granted, SignedIn, signed_in};
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    relying_party::id_token,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.id-tokens.signature",
        title: "The signature verifies with the published key that the header names",
        cites: &["oidc-id-token-signature"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(signature(target))),
    },
    Check {
        id: "oidc.id-tokens.key-is-named",
        title: "The header names the key where the key set has several",
        cites: &["oidc-id-token-kid"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(key_is_named(target))),
    },
    Check {
        id: "oidc.id-tokens.issuer",
        title: "`iss` is the issuer",
        cites: &["oidc-id-token-issuer"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(issuer(target))),
    },
    Check {
        id: "oidc.id-tokens.audience",
        title: "`aud` contains the client, and `azp` is the client",
        cites: &["oidc-id-token-audience"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(audience(target))),
    },
    Check {
        id: "oidc.id-tokens.times",
        title: "`iat` is now, and `exp` is to come",
        cites: &["oidc-id-token-times"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(times(target))),
    },
    Check {
        id: "oidc.id-tokens.subject",
        title: "`sub` is a short text that names the same user each time",
        cites: &["oidc-id-token-subject"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(subject(target))),
    },
    Check {
        id: "oidc.id-tokens.nonce",
        title: "`nonce` is that of the request",
        cites: &["oidc-id-token-nonce"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nonce(target))),
    },
    Check {
        id: "oidc.id-tokens.access-token-hash",
        title: "`at_hash` is that of the access token",
        cites: &["oidc-id-token-access-token-hash"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(access_token_hash(target))),
    },
];

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

async fn signature(target: &Target) -> Outcome {
    let header = signed_in(target).await?.id_token.header;
    let endpoints = target.endpoints().await?;
    let algorithms = endpoints.document["id_token_signing_alg_values_supported"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    expect::one_of("alg of the header", &algorithms, &header["alg"])?;
    Ok(())
}

async fn key_is_named(target: &Target) -> Outcome {
    let keys = target.jwks().await?;
    let several = keys.document["keys"]
        .as_array()
        .is_some_and(|keys| keys.len() > 1);
    let header = signed_in(target).await?.id_token.header;
    if several {
        expect::text(&header, "/kid").during("header")?;
    }
    Ok(())
}

async fn issuer(target: &Target) -> Outcome {
    let claims = signed_in(target).await?.id_token.claims;
    let issuer = json!(target.session().issuer);
    expect::member(&claims, "/iss", &issuer)?;
    Ok(())
}

async fn audience(target: &Target) -> Outcome {
    let SignedIn {
        granted, id_token, ..
    } = signed_in(target).await?;
    let client = json!(granted.client.id);
    let audience = expect::present(&id_token.claims, "/aud")?;
    let is_in = match audience {
        Value::Array(several) => several.contains(&client),
        only => *only == client,
    };
    if !is_in {
        let expected = [client.clone(), json!([client])];
        return Err(Mismatch::new("member /aud", expected, audience.clone()).into());
    }
    if id_token.claims.get("azp").is_some() {
        expect::member(&id_token.claims, "/azp", &client)?;
    }
    Ok(())
}

async fn times(target: &Target) -> Outcome {
    let claims = signed_in(target).await?.id_token.claims;
    let now = target.now().await.as_second();
    let issued = expect::integer(&claims, "/iat")?;
    if (issued - now).abs() > LEEWAY {
        let expected = [json!(format!("about {now}"))];
        return Err(Mismatch::new("member /iat", expected, json!(issued)).into());
    }
    let expires = expect::integer(&claims, "/exp")?;
    if expires <= now.max(issued) {
        let expected = [json!(format!("later than {now}"))];
        return Err(Mismatch::new("member /exp", expected, json!(expires)).into());
    }
    Ok(())
}

async fn subject(target: &Target) -> Outcome {
    let first = signed_in(target).await?.id_token.claims;
    let subject = expect::text(&first, "/sub")?;
    if subject.is_empty() || subject.len() > 255 || !subject.is_ascii() {
        let expected = [json!("1 to 255 ASCII characters")];
        return Err(Mismatch::new("member /sub", expected, json!(subject)).into());
    }
    let second = signed_in(target).await?.id_token.claims;
    expect::member(&second, "/sub", &json!(subject)).during("second sign-in")?;
    Ok(())
}

async fn nonce(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    for nonce in [
        "n",
        "with space & = + # ? / % ; ' < > \" and %20",
        "\u{e4}\u{6f22}",
    ] {
        let request = target
            .authorization_request(&client, &endpoints)
            .with("nonce", nonce);
        let granted = Granted::by(target, client.clone(), request).await?;
        let tokens = granted.exchange(target).await?;
        let claims = target.jwks().await?.verify(&tokens.id()?)?.claims;
        expect::member(&claims, "/nonce", &json!(nonce))?;
    }
    Ok(())
}

async fn access_token_hash(target: &Target) -> Outcome {
    let SignedIn {
        tokens, id_token, ..
    } = signed_in(target).await?;
    id_token::hash_of(&id_token, "at_hash", tokens.access()?.expose(), true)?;
    Ok(())
}
