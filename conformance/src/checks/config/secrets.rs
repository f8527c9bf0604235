//! Secrets of clients: never shown, and reset at once.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    http::Answer,
    secret::Credentials,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.secrets.never-shown",
        title: "Neither a list nor a client that is read shows a secret, in any member or encoding",
        cites: &["secret-not-in-list", "secret-not-in-client"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(never_shown(target))),
    },
    Check {
        id: "config.secrets.not-shown-by-a-modification",
        title: "The answer to a modification shows no secret",
        cites: &["secret-not-in-modification"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(not_shown_by_a_modification(target))),
    },
    Check {
        id: "config.secrets.reset-takes-effect-at-once",
        title: "Right after a reset the new secret works and every older one does not",
        cites: &[
            "secret-reset-new-works",
            "secret-reset-old-stops",
            "secret-reset-generates",
            "secret-reset-configuration-client",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(reset_takes_effect_at_once(target))),
    },
    Check {
        id: "config.secrets.form-of-a-reset",
        title: "A reset without a body answers 201 with a long base64url secret and nothing else",
        cites: &[
            "secret-reset-status",
            "secret-reset-needs-no-body",
            "secret-reset-form",
            "secret-reset-alphabet",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(form_of_a_reset(target))),
    },
    Check {
        id: "config.secrets.one-method-resets",
        title: "A secret is reset below its client, with one of the two documented methods",
        cites: &["secret-reset-operation"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(one_method_resets(target))),
    },
    Check {
        id: "config.secrets.reading-one-later",
        title: "A secret can be read later from every client, or from none",
        cites: &["secret-retrieval"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(reading_one_later(target))),
    },
    Check {
        id: "config.secrets.at-creation",
        title: "The answer that makes a confidential client shows its secret every time, or never",
        cites: &["secret-at-creation"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(at_creation(target))),
    },
];

const SCOPE: &str = ".:config/clients";

async fn never_shown(target: &Target) -> Outcome {
    let client = target
        .make_configuration_client(&[SCOPE])
        .await?
        .credentials;
    let administrator = target.administrator();
    let token = target.token(&client, SCOPE).await?;
    for path in [
        "config/clients".to_owned(),
        format!("config/clients/{}", client.id),
    ] {
        for caller in [&administrator, &target.bearer(&token)] {
            let answer = caller.get(&path).await?;
            expect::status(&answer, &[200]).during(&path)?;
            shows_no_secret(&answer, client.secret.expose()).during(&path)?;
        }
    }
    Ok(())
}

async fn not_shown_by_a_modification(target: &Target) -> Outcome {
    let client = target.make_configuration_client(&[SCOPE]).await?;
    let change = json!({
        "name": target.name("changed"),
        "type": "confidential",
        "tokenPolicy": client.token_policy,
    });
    let answer = target
        .administrator()
        .put(format!("config/clients/{}", client.credentials.id), change)
        .await?;
    expect::status(&answer, &[200])?;
    Ok(shows_no_secret(
        &answer,
        client.credentials.secret.expose(),
    )?)
}

/// Requires that an answer has no member called after a secret, and the value nowhere: plain, reversed or in base64.
fn shows_no_secret(answer: &Answer, secret: &str) -> Result<(), Mismatch> {
    if let Some(name) = secret_member(&answer.json()?) {
        return Err(Mismatch::new(
            "members",
            [json!("none that holds a secret")],
            json!(name),
        ));
    }
    let reversed: String = secret.chars().rev().collect();
    let forms = [
        ("the secret", secret.to_owned()),
        ("the secret, reversed", reversed),
        ("the secret in base64", STANDARD_NO_PAD.encode(secret)),
        ("the secret in base64url", URL_SAFE_NO_PAD.encode(secret)),
    ];
    let headers = answer
        .headers
        .values()
        .filter_map(|value| value.to_str().ok());
    let wire: Vec<String> = headers.map(str::to_owned).chain([answer.text()]).collect();
    match forms
        .iter()
        .find(|(_, form)| wire.iter().any(|text| text.contains(form.as_str())))
    {
        Some((name, _)) => Err(Mismatch::new("answer", [json!("no secret")], json!(name))),
        None => Ok(()),
    }
}

fn secret_member(value: &Value) -> Option<String> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let telling = ["secret", "password", "hash"]
                .iter()
                .any(|word| name.to_lowercase().contains(word));
            if telling {
                Some(name.clone())
            } else {
                secret_member(value)
            }
        }),
        Value::Array(elements) => elements.iter().find_map(secret_member),
        _ => None,
    }
}

async fn reset_takes_effect_at_once(target: &Target) -> Outcome {
    let first = target
        .make_configuration_client(&[SCOPE])
        .await?
        .credentials;
    works(target, &first, true)
        .await
        .during("the first secret")?;
    let mut older = vec![first];
    for _ in 0..3 {
        let id = older[0].id.clone();
        let (_, answer) = target.reset(&id).await?;
        let body = answer.json()?;
        let next = Credentials::new(id, expect::text(&body, "/secret")?);
        if older.contains(&next) {
            return Err(Mismatch::new(
                "the new secret",
                [json!("another one")],
                json!("an older one"),
            )
            .into());
        }
        works(target, &next, true).await.during("the new secret")?;
        for old in &older {
            works(target, old, false).await.during("an older secret")?;
        }
        older.push(next);
    }
    Ok(())
}

async fn works(target: &Target, client: &Credentials, expected: bool) -> Outcome {
    let answer = target.request_token(client, SCOPE).await?;
    let statuses: &[u16] = if expected { &[200] } else { &[400, 401] };
    expect::status(&answer, statuses)?;
    Ok(())
}

async fn form_of_a_reset(target: &Target) -> Outcome {
    let client = target
        .make_configuration_client(&[SCOPE])
        .await?
        .credentials;
    let (_, answer) = target.reset(&client.id).await?;
    expect::status(&answer, &[201])?;
    let body = answer.json()?;
    expect::exact_members(&body, "", &["secret"])?;
    Ok(long_base64url(expect::text(&body, "/secret")?)?)
}

/// At least half as long as the sample of 86 characters; the secret itself stays out of the mismatch.
fn long_base64url(secret: &str) -> Result<(), Mismatch> {
    let strange: Vec<char> = secret
        .chars()
        .filter(|letter| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')))
        .collect();
    expect::equal(
        "characters of the secret outside base64url",
        &json!([]),
        &json!(strange),
    )?;
    if secret.len() >= 43 {
        return Ok(());
    }
    Err(Mismatch::new(
        "length of the secret",
        [json!("43 or more")],
        json!(secret.len()),
    ))
}

async fn one_method_resets(target: &Target) -> Outcome {
    let client = target
        .make_configuration_client(&[SCOPE])
        .await?
        .credentials;
    let (method, answer) = target.reset(&client.id).await?;
    expect::status(&answer, &[200, 201])?;
    Ok(target.reading("secret-reset-method", method)?)
}

async fn reading_one_later(target: &Target) -> Outcome {
    let client = target
        .make_configuration_client(&[SCOPE])
        .await?
        .credentials;
    let login = login_client(target, "confidential").await?;
    for (id, secret) in [
        (client.id.as_str(), Some(client.secret.expose())),
        (login.as_str(), None),
    ] {
        let answer = target
            .administrator()
            .get(format!("config/clients/{id}/secret"))
            .await?;
        if expect::status(&answer, &[200, 405])? == 405 {
            target.reading("secret-retrieval", "refused")?;
            continue;
        }
        let body = answer.json()?;
        let shown = expect::text(&body, "/secret")?;
        if secret.is_some_and(|secret| secret != shown) {
            return Err(Mismatch::new(
                "the secret that is read",
                [json!("the one in force")],
                json!("another"),
            )
            .into());
        }
        target.reading("secret-retrieval", "readable")?;
    }
    Ok(())
}

async fn login_client(target: &Target, kind: &str) -> Result<String, NotPassed> {
    let client = target
        .make_client(login_members(target, kind).await?)
        .await?;
    Ok(expect::text(&client, "/id")?.to_owned())
}

async fn login_members(target: &Target, kind: &str) -> Result<Value, NotPassed> {
    Ok(json!({
        "name": target.name(kind),
        "type": kind,
        "redirectURIs": ["https://client.example.test/callback"],
        "loginPolicy": target.make_login_policy(json!({})).await?,
        "tokenPolicy": target.make_token_policy(json!({})).await?,
    }))
}

async fn at_creation(target: &Target) -> Outcome {
    let token_policy = target.make_token_policy(json!({})).await?;
    let configuration = json!({ "type": "confidential", "tokenPolicy": token_policy });
    for members in [configuration, login_members(target, "confidential").await?] {
        let client = target.make_client(members).await?;
        let answer = if client.get("secret").is_some() {
            expect::text(&client, "/secret")?;
            "yes"
        } else {
            "no"
        };
        target.reading("secret-at-creation", answer)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    #[test]
    fn a_secret_is_found_under_any_name_and_in_base64() {
        let secret = "u8Rk-2ZxQm5TfVb1NcYd7Lh0GwPj3EoSa9KiXrUtC4q";
        let answer = |body: Value| Answer::new(200, HeaderMap::new(), body.to_string());
        assert!(shows_no_secret(&answer(json!({"id": "i", "name": "n"})), secret).is_ok());
        for leak in [
            json!({"clientSecret": null}),
            json!({"name": secret}),
            json!({"name": STANDARD_NO_PAD.encode(secret)}),
            json!({"_embedded": {"clients": [{"oldSecret": "x"}]}}),
        ] {
            let mismatch = shows_no_secret(&answer(leak.clone()), secret).expect_err("a leak");
            assert!(!mismatch.actual.to_string().contains(secret), "{leak}");
        }
    }

    #[test]
    fn a_short_secret_is_a_mismatch() {
        assert!(long_base64url(&"aB-_".repeat(22)).is_ok());
        assert!(long_base64url("demo-secret").is_err());
        assert!(long_base64url(&"a+/=".repeat(22)).is_err());
    }
}
