//! Faults of the signatures of ID tokens, and of what their headers say.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::jwt;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "id-token-is-not-signed",
        "An ID token is not signed, and says so",
        Act::Answer(|_, _, answer| {
            jwt::rewrite(answer, "id_token", |token| {
                let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
                format!("{header}.{}.", payload(token))
            });
        }),
    ),
    of(
        "signature-is-broken",
        "The signature of an ID token does not verify",
        Act::Answer(|_, _, answer| {
            jwt::rewrite(answer, "id_token", |token| {
                let (signed, signature) = token.rsplit_once('.').unwrap_or_default();
                let reversed: String = signature
                    .chars()
                    .take(340)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .rev()
                    .collect();
                format!("{signed}.{reversed}{}", &signature[reversed.len()..])
            });
        }),
    ),
    of(
        "signature-is-of-another-payload",
        "An ID token is changed after it was signed",
        Act::Answer(|_, _, answer| {
            jwt::rewrite(answer, "id_token", |token| {
                let mut claims = jwt::claims(token).unwrap_or_default();
                claims.insert("late".to_owned(), json!(true));
                let (before, signature) = token.rsplit_once('.').unwrap_or_default();
                let header = before.split('.').next().unwrap_or_default();
                format!(
                    "{header}.{}.{signature}",
                    URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string())
                )
            });
        }),
    ),
    of(
        "id-token-is-signed-with-hs256",
        "An ID token is signed with HS256 and the client's id",
        Act::Answer(|_, _, answer| {
            jwt::rewrite(answer, "id_token", |token| {
                let claims = jwt::claims(token).unwrap_or_default();
                let key = claims
                    .get("azp")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
                let signed = format!("{header}.{}", payload(token));
                let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
                let signature = hmac::sign(&key, signed.as_bytes());
                format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
            });
        }),
    ),
    of(
        "signing-key-is-the-previous-one",
        "The previous key signs under the name of the current one",
        Act::Around(|app, asked, behind| {
            Box::pin(async move {
                let answer = behind.ask(asked.clone()).await;
                signed_again(app, &asked, answer, 0, |_| {}).await
            })
        }),
    ),
    of(
        "key-id-is-missing",
        "The header of an ID token does not name the key",
        Act::Around(|app, asked, behind| {
            Box::pin(async move {
                let answer = behind.ask(asked.clone()).await;
                signed_again(app, &asked, answer, 1, |header| {
                    if let Value::Object(members) = header {
                        members.remove("kid");
                    }
                })
                .await
            })
        }),
    ),
    of(
        "key-id-is-unknown",
        "The header of an ID token names a key that is not in the set",
        Act::Around(|app, asked, behind| {
            Box::pin(async move {
                let answer = behind.ask(asked.clone()).await;
                signed_again(app, &asked, answer, 1, |header| {
                    header["kid"] = json!("current");
                })
                .await
            })
        }),
    ),
    of(
        "type-of-id-tokens-is-missing",
        "The header of an ID token has no type",
        Act::Around(|app, asked, behind| {
            Box::pin(async move {
                let answer = behind.ask(asked.clone()).await;
                signed_again(app, &asked, answer, 1, |header| {
                    if let Value::Object(members) = header {
                        members.remove("typ");
                    }
                })
                .await
            })
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "signatures",
        title,
        act,
    }
}

fn payload(token: &str) -> &str {
    token.split('.').nth(1).unwrap_or_default()
}

/// Signs the ID token of an answer again, with another header or by another key of the ring.
async fn signed_again(
    app: &App,
    asked: &Asked,
    mut answer: Answer,
    place: usize,
    change: fn(&mut Value),
) -> Answer {
    let Some(before) = jwt::handed_out(&answer, "id_token") else {
        return answer;
    };
    let header = before
        .split('.')
        .next()
        .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let customer = app.customer_of(&asked.uri);
    if let (Some(mut header), Some(claims), Some(customer)) =
        (header, jwt::claims(&before), customer)
    {
        change(&mut header);
        let signed = app
            .signer()
            .sign_under(customer.keys(), place, &header, &claims)
            .await;
        if let Ok(after) = signed {
            jwt::swap(&mut answer, &before, &after);
        }
    }
    answer
}
