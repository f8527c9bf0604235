//! `GET /{customerId}/login/jwk`: the keys, and what they are good for.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    http::Answer,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.jwk.members",
        title: "Every key has the six documented members, all public, and is for RS256",
        cites: &[
            "jwk-members",
            "jwk-kind",
            "jwk-key-ids",
            "jwk-exponent",
            "jwk-public-members-only",
        ],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(members(target))),
    },
    Check {
        id: "login.jwk.moduli",
        title: "Every modulus has 2048 bits, in base64url without padding",
        cites: &["jwk-modulus"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(moduli(target))),
    },
    Check {
        id: "login.jwk.moduli-without-leading-zeros",
        title: "No modulus begins with a zero octet",
        cites: &["jwk-modulus-minimal"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(moduli_without_leading_zeros(target))),
    },
    Check {
        id: "login.jwk.unique",
        title: "No two keys share an id or a modulus",
        cites: &["jwk-key-ids-unique"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(unique(target))),
    },
    Check {
        id: "login.jwk.caching",
        title: "What keys and discovery document say about caching makes sense",
        cites: &["jwk-cache-consistent"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(caching(target))),
    },
    Check {
        id: "login.jwk.verifies-id-tokens",
        title: "An ID token verifies with a key of the set",
        cites: &["jwk-verifies-id-tokens"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(verifies_id_tokens(target))),
    },
    Check {
        id: "login.jwk.selected-by-key-id",
        title: "An ID token names the key that signed it, and no other key verifies it",
        cites: &["jwk-selected-by-key-id"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(selected_by_key_id(target))),
    },
    Check {
        id: "login.jwk.verifies-access-tokens",
        title: "An access token that is a JWT verifies with a key of the same set",
        cites: &["jwk-verifies-access-tokens"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(verifies_access_tokens(target))),
    },
];

/// The bits of a modulus.
const BITS: usize = 2048;

/// The longest time that keys may be kept, in seconds: with three keys of which one is the next, a day is a cautious bound.
const LONGEST_FRESHNESS: u64 = 24 * 3600;

async fn keys(target: &Target) -> Result<Vec<Value>, NotPassed> {
    let document = target.jwks().await?.document;
    let keys = document["keys"].as_array().cloned().unwrap_or_default();
    if keys.is_empty() {
        return Err(
            Mismatch::new("member /keys", [json!("keys")], document["keys"].clone()).into(),
        );
    }
    Ok(keys)
}

async fn members(target: &Target) -> Outcome {
    for key in keys(target).await? {
        expect::exact_members(&key, "", &["use", "kty", "kid", "alg", "n", "e"])?;
        for (name, value) in [
            ("use", "sig"),
            ("kty", "RSA"),
            ("alg", "RS256"),
            ("e", "AQAB"),
        ] {
            expect::member(&key, &format!("/{name}"), &json!(value))?;
        }
        let id = expect::text(&key, "/kid")?;
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if id.len() != 40 || !id.bytes().all(is_hex) {
            let expected = json!("40 lower-case hexadecimal digits");
            return Err(Mismatch::new("member /kid", [expected], json!(id)).into());
        }
    }
    Ok(())
}

/// Returns the octets of a modulus.
fn modulus(key: &Value) -> Result<Vec<u8>, Mismatch> {
    let text = expect::text(key, "/n")?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| {
        let expected = json!("base64url without padding");
        Mismatch::new("member /n", [expected], json!(text))
    })
}

async fn moduli(target: &Target) -> Outcome {
    for key in keys(target).await? {
        let octets = modulus(&key)?;
        let zeros: usize = match octets.iter().position(|octet| *octet != 0) {
            Some(at) => at * 8 + octets[at].leading_zeros() as usize,
            None => octets.len() * 8,
        };
        let bits = octets.len() * 8 - zeros;
        expect::equal("bits of a modulus", &json!(BITS), &json!(bits))?;
    }
    Ok(())
}

async fn moduli_without_leading_zeros(target: &Target) -> Outcome {
    for key in keys(target).await? {
        if let Some(0) = modulus(&key)?.first() {
            let expected = json!("an octet other than zero");
            return Err(Mismatch::new("first octet of a modulus", [expected], json!(0)).into());
        }
    }
    Ok(())
}

async fn unique(target: &Target) -> Outcome {
    let keys = keys(target).await?;
    for name in ["kid", "n"] {
        let values: BTreeSet<String> = keys.iter().map(|key| key[name].to_string()).collect();
        let what = format!("different values of `{name}`");
        expect::equal(&what, &json!(keys.len()), &json!(values.len()))?;
    }
    Ok(())
}

async fn caching(target: &Target) -> Outcome {
    for place in ["login/jwk", "login/.well-known/openid-configuration"] {
        let answer = target.anonymous().get(place).await?;
        expect::status(&answer, &[200]).during(place)?;
        let directives = directives(&answer);
        let has = |wanted: &str| directives.iter().any(|directive| directive == wanted);
        let freshness = directives
            .iter()
            .filter_map(|directive| directive.strip_prefix("max-age="))
            .map(|seconds| seconds.trim_matches('"').parse::<u64>());
        for seconds in freshness {
            let is_sound = match seconds {
                Ok(0) => true,
                Ok(seconds) => seconds <= LONGEST_FRESHNESS && !has("no-store"),
                Err(_) => false,
            };
            if !is_sound {
                let expected = json!("at most a day, and not beside no-store");
                let actual = json!(directives);
                return Err(Mismatch::new("header cache-control", [expected], actual)
                    .during(place)
                    .into());
            }
        }
        if has("public") && has("private") {
            let expected = json!("`public` or `private`");
            return Err(
                Mismatch::new("header cache-control", [expected], json!(directives))
                    .during(place)
                    .into(),
            );
        }
    }
    Ok(())
}

/// Returns the directives of `Cache-Control` in lower case (RFC 9111 section 5.2).
fn directives(answer: &Answer) -> Vec<String> {
    answer
        .header_values("cache-control")
        .flat_map(|line| line.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .filter(|directive| !directive.is_empty())
        .collect()
}

async fn verifies_id_tokens(target: &Target) -> Outcome {
    let tokens = target
        .sign_in(&target.any_login_client()?, "openid")
        .await?;
    target
        .jwks()
        .await?
        .verify(&tokens.id()?)
        .during("ID token")?;
    Ok(())
}

async fn selected_by_key_id(target: &Target) -> Outcome {
    let tokens = target
        .sign_in(&target.any_login_client()?, "openid")
        .await?;
    let token = tokens.id()?;
    let mut keys = target.jwks().await?;
    let verified = keys.verify(&token).during("ID token")?;
    let id = expect::text(&verified.header, "/kid")?.to_owned();
    // With the ids of the others in place of its own, the token must not verify.
    let others: Vec<Value> = keys.document["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|key| key["kid"] != json!(id))
        .cloned()
        .collect();
    for mut key in others {
        key["kid"] = json!(id);
        keys.document = json!({ "keys": [key] });
        if keys.verify(&token).is_ok() {
            let expected = json!("verified by one key");
            return Err(Mismatch::new("ID token", [expected], json!("verified by two")).into());
        }
    }
    Ok(())
}

async fn verifies_access_tokens(target: &Target) -> Outcome {
    let policy = json!({ "allowedScopes": ["openid"], "useAccessJWT": true });
    let policy = target.make_token_policy(policy).await?;
    let client = target
        .make_login_client(json!({ "tokenPolicy": policy }))
        .await?;
    let tokens = target.sign_in(&client, "openid").await?;
    target
        .jwks()
        .await?
        .verify(&tokens.access()?)
        .during("access token")?;
    Ok(())
}
