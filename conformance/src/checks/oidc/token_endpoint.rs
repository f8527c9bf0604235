//! The token endpoint: answers, errors, forms.

use serde_json::json;

use super::granted::{Granted, refreshable};
use crate::{
    check::{Check, Effects, Need, Run},
    checks::form::Form,
    expect,
    http::{Answer, Request},
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.token-endpoint.members-of-the-answer",
        title: "Tokens come as JSON with the members that they must have",
        cites: &["oidc-token-response"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(members_of_the_answer(target))),
    },
    Check {
        id: "oidc.token-endpoint.tokens-are-not-cached",
        title: "An answer with tokens says that it must not be stored",
        cites: &["oidc-token-not-cached"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(tokens_are_not_cached(target))),
    },
    Check {
        id: "oidc.token-endpoint.refreshed-tokens-are-not-cached",
        title: "An answer with refreshed tokens says that it must not be stored",
        cites: &["oidc-token-not-cached"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(refreshed_tokens_are_not_cached(target))),
    },
    Check {
        id: "oidc.token-endpoint.form-of-errors",
        title: "A refusal is JSON with a code of the permitted characters",
        cites: &["oidc-token-error-form"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(form_of_errors(target))),
    },
    Check {
        id: "oidc.token-endpoint.unknown-grant-type",
        title: "A grant type that nobody knows is refused as such",
        cites: &["oidc-token-grant-type"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(unknown_grant_type(target))),
    },
    Check {
        id: "oidc.token-endpoint.missing-grant-type",
        title: "A request without a grant type is refused",
        cites: &["oidc-token-grant-type"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(missing_grant_type(target))),
    },
    Check {
        id: "oidc.token-endpoint.forms-alone",
        title: "Neither GET nor a query leads to tokens",
        cites: &["oidc-token-form-alone"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(forms_alone(target))),
    },
    Check {
        id: "oidc.token-endpoint.unknown-parameters-do-no-harm",
        title: "A parameter that nobody knows is ignored",
        cites: &["oidc-token-unknown-parameters"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unknown_parameters_do_no_harm(target))),
    },
    Check {
        id: "oidc.token-endpoint.repeated-parameter",
        title: "A request that gives a parameter twice is refused",
        cites: &["oidc-token-repeated-parameter"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(repeated_parameter(target))),
    },
];

async fn members_of_the_answer(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let answer = granted.send(target, &granted.form()).await?;
    expect::status(&answer, &[200])?;
    expect::media_type(&answer, "application/json")?;
    let body = answer.json()?;
    expect::text(&body, "/access_token")?;
    expect::text(&body, "/id_token")?;
    let kind = expect::text(&body, "/token_type")?;
    if !kind.eq_ignore_ascii_case("bearer") {
        return Err(Mismatch::new("member /token_type", [json!("Bearer")], json!(kind)).into());
    }
    if body.get("expires_in").is_some() && expect::integer(&body, "/expires_in")? <= 0 {
        let expected = [json!("seconds to come")];
        return Err(
            Mismatch::new("member /expires_in", expected, body["expires_in"].clone()).into(),
        );
    }
    for optional in ["scope", "refresh_token"] {
        if body.get(optional).is_some() {
            expect::text(&body, &format!("/{optional}"))?;
        }
    }
    Ok(())
}

async fn tokens_are_not_cached(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let tokens = granted.exchange(target).await?;
    expect::no_store(&tokens.answer)?;
    Ok(())
}

async fn refreshed_tokens_are_not_cached(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let (_, token) = refreshable(target, &client, "openid").await?;
    let form = Form::of_refresh(&token);
    let answer = target.request_tokens(&client, &form.pairs()).await?;
    expect::status(&answer, &[200])?;
    expect::no_store(&answer)?;
    Ok(())
}

async fn form_of_errors(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let form = Form::of_refresh(&Secret::new("proofhouse-no-such-token"));
    let answer = target.request_tokens(&client, &form.pairs()).await?;
    expect::status(&answer, &[400, 401])?;
    expect::media_type(&answer, "application/json")?;
    let body = answer.json()?;
    for member in ["error", "error_description"] {
        if member == "error" || body.get(member).is_some() {
            let text = expect::text(&body, &format!("/{member}"))?;
            let is_permitted =
                |byte: u8| matches!(byte, 0x20..=0x7e) && !matches!(byte, b'"' | b'\\');
            if text.is_empty() || !text.bytes().all(is_permitted) {
                let expected = [json!(
                    "printable ASCII without quotation marks and backslashes"
                )];
                let what = format!("member /{member}");
                return Err(Mismatch::new(what, expected, json!(text)).into());
            }
        }
    }
    Ok(())
}

async fn unknown_grant_type(target: &Target) -> Outcome {
    let form = Form::default().with("grant_type", "proofhouse");
    let answer = from_any_client(target, &form).await?;
    expect::oauth_error(&answer, &[400], &["unsupported_grant_type"])?;
    Ok(())
}

async fn missing_grant_type(target: &Target) -> Outcome {
    let form = Form::default().with("code", "x");
    let answer = from_any_client(target, &form).await?;
    expect::oauth_error(
        &answer,
        &[400],
        &["invalid_request", "unsupported_grant_type"],
    )?;
    Ok(())
}

async fn from_any_client(target: &Target, form: &Form) -> Result<Answer, NotPassed> {
    let client = target.any_login_client()?;
    target.request_tokens(&client, &form.pairs()).await
}

async fn forms_alone(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let form = granted.form().with("client_id", &granted.client.id);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form.pairs())
        .finish();
    let endpoint = target.endpoints().await?.token;
    let address = format!("{endpoint}?{query}");
    let caller = match granted.client.credentials() {
        Some(credentials) => target.basic(&credentials),
        None => target.anonymous(),
    };
    for (request, action) in [
        (Request::get(&address), "GET with everything in the query"),
        (
            Request::post(&address).form(&[]),
            "POST with everything in the query",
        ),
    ] {
        let answer = caller.send(request).await?;
        if (200..300).contains(&answer.status()) {
            let expected = [json!(400), json!(405)];
            return Err(Mismatch::new("status", expected, json!(answer.status()))
                .during(action)
                .into());
        }
    }
    Ok(())
}

async fn unknown_parameters_do_no_harm(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let form = granted.form().with("proofhouse_unknown", "x y&z");
    let answer = granted.send(target, &form).await?;
    expect::status(&answer, &[200])?;
    Ok(())
}

async fn repeated_parameter(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    for name in ["code", "redirect_uri", "grant_type"] {
        let granted = Granted::to(target, client.clone()).await?;
        let form = granted.form();
        let same = form.pairs().into_iter().find(|(given, _)| *given == name);
        let same = same.map(|(_, value)| value.to_owned()).unwrap_or_default();
        let answer = granted.send(target, &form.again(name, same)).await?;
        expect::oauth_error(&answer, &[400], &["invalid_request"]).during(name)?;
    }
    Ok(())
}
