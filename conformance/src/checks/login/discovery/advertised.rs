//! What the document advertises, tried out.

use serde_json::{Map, Value, json};

use super::{
    document::{advertised, document},
    understood::{Understanding, client_of_all_response_types},
};
use crate::{
    browser::Channel,
    check::{Check, Effects, Need, Run},
    expect,
    http::Request,
    relying_party::{Kind, LoginClient, Pkce},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.discovery.advertised-response-types",
        title: "Every advertised response type is understood under a policy that allows it",
        cites: &["discovery-true"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(response_types(target))),
    },
    Check {
        id: "login.discovery.advertised-response-modes",
        title: "Every advertised response mode is the way that an answer takes",
        cites: &["discovery-true"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(response_modes(target))),
    },
    Check {
        id: "login.discovery.advertised-scopes",
        title: "Every advertised scope can be asked for",
        cites: &["discovery-true"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(scopes(target))),
    },
    Check {
        id: "login.discovery.advertised-claims",
        title: "Every advertised claim can be asked for, in both places",
        cites: &["discovery-true"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(claims(target))),
    },
    Check {
        id: "login.discovery.advertised-challenge-methods",
        title: "Every advertised challenge method is understood",
        cites: &["discovery-true"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(challenge_methods(target))),
    },
    Check {
        id: "login.discovery.advertised-grants",
        title: "Every advertised grant is known at the token endpoint",
        cites: &["discovery-true"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(grants(target))),
    },
    Check {
        id: "login.discovery.advertised-authentication-methods",
        title: "Every advertised way to authenticate is understood at the token endpoint",
        cites: &["discovery-true"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient],
        run: Run::Function(|target| Box::pin(authentication_methods(target))),
    },
    Check {
        id: "login.discovery.advertised-claims-of-tokens",
        title: "The claims of an ID token that the document advertises are in one",
        cites: &["discovery-true"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(claims_of_tokens(target))),
    },
];

async fn response_types(target: &Target) -> Outcome {
    let document = document(target).await?;
    let kinds = advertised(&document, "response_types_supported")?;
    let client = if kinds.iter().all(|kind| *kind == "code") {
        target.any_login_client()?
    } else {
        client_of_all_response_types(target).await?
    };
    let endpoints = target.endpoints().await?;
    for kind in kinds {
        let request = target.authorization_request(&client, &endpoints);
        Understanding::of(target, request.with("response_type", kind))
            .await?
            .require(format!("error of the response type `{kind}`"))?;
    }
    Ok(())
}

async fn response_modes(target: &Target) -> Outcome {
    let document = document(target).await?;
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    for mode in advertised(&document, "response_modes_supported")? {
        let request = target.authorization_request(&client, &endpoints);
        let understanding = Understanding::of(target, request.with("response_mode", mode)).await?;
        understanding.require(format!("error of the response mode `{mode}`"))?;
        let channel = match mode {
            "query" => Channel::Query,
            "fragment" => Channel::Fragment,
            "form_post" => Channel::FormPost,
            // What the others look like is nowhere documented.
            _ => continue,
        };
        // An error may be shown on a page, and then there is no way to judge.
        if let Some(redirect) = understanding.redirect() {
            let (expected, actual) = (format!("{channel:?}"), format!("{:?}", redirect.channel));
            let what = format!("way of the answer with `response_mode={mode}`");
            expect::equal(&what, &json!(expected), &json!(actual))?;
        }
    }
    Ok(())
}

async fn scopes(target: &Target) -> Outcome {
    let document = document(target).await?;
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    for scope in advertised(&document, "scopes_supported")? {
        let wanted = if scope == "openid" {
            scope.to_owned()
        } else {
            format!("openid {scope}")
        };
        let request = target.authorization_request(&client, &endpoints);
        Understanding::of(target, request.scope(&wanted))
            .await?
            .require(format!("error of the scope `{scope}`"))?;
    }
    Ok(())
}

async fn claims(target: &Target) -> Outcome {
    let document = document(target).await?;
    let wanted = wanted(&document)?;
    let client = target.any_login_client()?;
    let request = target.authorization_request(&client, &target.endpoints().await?);
    let request = request.with("claims", wanted);
    Ok(Understanding::of(target, request)
        .await?
        .require("error of a request for every advertised claim".to_owned())?)
}

/// Returns the `claims` parameter that asks for every advertised claim everywhere.
fn wanted(document: &Value) -> Result<String, NotPassed> {
    let claims: Map<String, Value> = advertised(document, "claims_supported")?
        .into_iter()
        .map(|claim| (claim.to_owned(), Value::Null))
        .collect();
    Ok(json!({ "userinfo": claims, "id_token": claims }).to_string())
}

async fn challenge_methods(target: &Target) -> Outcome {
    let document = document(target).await?;
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    for method in advertised(&document, "code_challenge_methods_supported")? {
        let pkce = match method {
            "S256" => Pkce::s256(),
            "SHA256" => Pkce::documented_sha256(),
            "plain" => Pkce::plain(),
            _ => {
                let known = ["S256", "SHA256", "plain"].map(|method| json!(method));
                return Err(Mismatch::new("challenge method", known, json!(method)).into());
            }
        };
        let request = target.authorization_request(&client, &endpoints);
        Understanding::of(target, request.with_pkce(pkce))
            .await?
            .require(format!("error of the challenge method `{method}`"))?;
    }
    Ok(())
}

async fn grants(target: &Target) -> Outcome {
    let document = document(target).await?;
    let client = target.any_login_client()?;
    for grant in advertised(&document, "grant_types_supported")? {
        // It belongs to the authorization endpoint; the token endpoint knows nothing of it (RFC 6749 section 4.2).
        if grant == "implicit" {
            continue;
        }
        let form = [
            ("grant_type", grant),
            ("code", "none"),
            ("refresh_token", "none"),
        ];
        let answer = target.request_tokens(&client, &form).await?;
        if answer.status() == 200 {
            continue;
        }
        let known = [
            "invalid_request",
            "invalid_grant",
            "unauthorized_client",
            "invalid_client",
            "invalid_scope",
        ];
        expect::oauth_error(&answer, &[400, 401], &known)
            .during(&format!("advertised grant `{grant}`"))?;
    }
    Ok(())
}

/// A code that nobody issued tells whether the client was let through to it: then, and only then, it is looked up.
async fn authentication_methods(target: &Target) -> Outcome {
    let document = document(target).await?;
    let client = target.login_client(Kind::Confidential)?;
    for method in advertised(&document, "token_endpoint_auth_methods_supported")? {
        let Some(answer) = exchange_nothing(target, &client, method).await? else {
            continue;
        };
        expect::oauth_error(&answer, &[400], &["invalid_grant"])
            .during(&format!("advertised way to authenticate `{method}`"))?;
    }
    Ok(())
}

/// Presents a code that nobody issued, authenticated in that way; `None` for ways that take more than a secret.
async fn exchange_nothing(
    target: &Target,
    client: &LoginClient,
    method: &str,
) -> Result<Option<crate::http::Answer>, NotPassed> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", "never-issued"),
        ("redirect_uri", &client.redirect_uri),
    ];
    let credentials = client.credentials();
    match (method, &credentials) {
        ("client_secret_basic", _) => target.request_tokens(client, &form).await.map(Some),
        ("client_secret_post", Some(credentials)) => {
            form.push(("client_id", &credentials.id));
            form.push(("client_secret", credentials.secret.expose()));
            let endpoint = target.endpoints().await?.token;
            let request = Request::post(endpoint).form(&form);
            target.anonymous().send(request).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn claims_of_tokens(target: &Target) -> Outcome {
    let document = document(target).await?;
    let claims = advertised(&document, "claims_supported")?;
    let client = target.any_login_client()?;
    let request = target.authorization_request(&client, &target.endpoints().await?);
    let nonce = request.value("nonce").map(str::to_owned);
    let code = target.browser().sign_in(&request).await?.code()?;
    let tokens = target.exchange(&client, &request, &code).await?;
    let payload = target
        .verify(&client, &tokens.id()?, nonce.as_deref())
        .await?;
    // The others depend on what the user's profile holds.
    for claim in ["sub", "iss", "auth_time", "acr"] {
        if claims.contains(claim) {
            expect::present(&payload, &format!("/{claim}")).during("ID token")?;
        }
    }
    Ok(())
}
