//! Response types and response modes.

use serde_json::json;

use super::{advertised, granted::Granted, reached::reached, refused::Refused};
use crate::{
    browser::{Authorized, Channel, Redirect},
    check::{Check, Effects, Need, Run},
    expect,
    relying_party::{AuthorizationRequest, LoginClient, id_token},
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.responses.advertised-types-lead-to-what-they-name",
        title: "Each advertised response type leads to what it names",
        cites: &["oidc-response-types-advertised"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(advertised_types_lead_to_what_they_name(target))),
    },
    Check {
        id: "oidc.responses.tokens-come-in-the-fragment",
        title: "What holds a token comes back in the fragment",
        cites: &["oidc-response-mode-default"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(tokens_come_in_the_fragment(target))),
    },
    Check {
        id: "oidc.responses.tokens-never-come-in-the-query",
        title: "What holds a token does not come back in the query",
        cites: &["oidc-response-mode-query-refused"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(tokens_never_come_in_the_query(target))),
    },
    Check {
        id: "oidc.responses.form-post",
        title: "With `response_mode=form_post` a page posts the parameters",
        cites: &["oidc-response-mode-form-post"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(form_post(target))),
    },
    Check {
        id: "oidc.responses.fragment",
        title: "With `response_mode=fragment` the parameters come in the fragment",
        cites: &["oidc-response-mode-fragment"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(fragment(target))),
    },
    Check {
        id: "oidc.responses.code-hash",
        title: "An ID token beside a code has the hash of that code",
        cites: &["oidc-id-token-code-hash"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(code_hash(target))),
    },
    Check {
        id: "oidc.responses.nonce-is-needed",
        title: "An ID token through the browser takes a `nonce`",
        cites: &["oidc-id-token-implicit-nonce"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nonce_is_needed(target))),
    },
];

/// What an issuer says of a response type that this client may not use.
const NOT_FOR_THIS_CLIENT: [&str; 2] = ["unauthorized_client", "unsupported_response_type"];

async fn advertised_types_lead_to_what_they_name(target: &Target) -> Outcome {
    let endpoints = target.endpoints().await?;
    let mut seen = 0;
    for kind in advertised::response_types(&endpoints) {
        if let Some(answered) = answered(target, kind).await.during(kind)? {
            answered.leads_to_what_it_names().during(kind)?;
            seen += 1;
        }
    }
    if seen == 0 {
        return Err(
            Skip::because("the client may use none of the advertised response types").into(),
        );
    }
    Ok(())
}

async fn tokens_come_in_the_fragment(target: &Target) -> Outcome {
    for answered in with_tokens(target).await? {
        let channel = &answered.redirect.channel;
        if *channel != Channel::Fragment {
            let expected = [json!("fragment")];
            let actual = json!(format!("{channel:?}").to_lowercase());
            return Err(Mismatch::new("channel", expected, actual)
                .during(&answered.kind)
                .into());
        }
    }
    Ok(())
}

async fn tokens_never_come_in_the_query(target: &Target) -> Outcome {
    for answered in with_tokens(target).await? {
        let request = request(target, &answered.client, &answered.kind)
            .await?
            .with("response_mode", "query");
        Refused::expect(&mut target.browser(), &request)
            .await
            .during(&answered.kind)?
            .because_of(&["invalid_request"], &request)
            .during(&answered.kind)?;
    }
    Ok(())
}

async fn form_post(target: &Target) -> Outcome {
    in_mode(target, "form_post", &Channel::FormPost).await
}

async fn fragment(target: &Target) -> Outcome {
    in_mode(target, "fragment", &Channel::Fragment).await
}

async fn in_mode(target: &Target, mode: &str, channel: &Channel) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    advertised::require_response_mode(&endpoints, mode)?;
    let request = target
        .authorization_request(&client, &endpoints)
        .with("response_mode", mode)
        .with("state", "a state with \"quotes\" & <brackets>");
    let redirect = target.browser().sign_in(&request).await?;
    if redirect.channel != *channel {
        let actual = json!(format!("{:?}", redirect.channel));
        let expected = [json!(format!("{channel:?}"))];
        return Err(Mismatch::new("channel", expected, actual).into());
    }
    let state = json!(redirect.parameter("state"));
    expect::equal("state", &json!(request.value("state")), &state)?;
    let code = redirect.code()?;
    let granted = Granted {
        client,
        request,
        code,
    };
    granted.exchange(target).await?;
    Ok(())
}

async fn code_hash(target: &Target) -> Outcome {
    let mut seen = false;
    for answered in with_tokens(target).await? {
        if !(answered.names("code") && answered.names("id_token")) {
            continue;
        }
        let token = Secret::new(answered.redirect.parameter("id_token").unwrap_or_default());
        let token = target.jwks().await?.verify(&token).during(&answered.kind)?;
        let code = answered.redirect.code().during(&answered.kind)?;
        id_token::hash_of(&token, "c_hash", code.expose(), false).during(&answered.kind)?;
        if let Some(access) = answered.redirect.parameter("access_token") {
            id_token::hash_of(&token, "at_hash", access, false).during(&answered.kind)?;
        }
        let nonce = json!(answered.nonce);
        expect::member(&token.claims, "/nonce", &nonce).during(&answered.kind)?;
        seen = true;
    }
    if seen {
        return Ok(());
    }
    Err(Skip::because("the client may use no response type with a code and an ID token").into())
}

async fn nonce_is_needed(target: &Target) -> Outcome {
    let mut seen = false;
    for answered in with_tokens(target).await? {
        if answered.names("id_token") {
            let request = request(target, &answered.client, &answered.kind)
                .await?
                .without("nonce");
            Refused::expect(&mut target.browser(), &request)
                .await
                .during(&answered.kind)?
                .because_of(&["invalid_request"], &request)
                .during(&answered.kind)?;
            seen = true;
        }
    }
    if seen {
        return Ok(());
    }
    Err(Skip::because("the client may use no response type with an ID token").into())
}

/// What came of a response type that the client may use.
struct Answered {
    client: LoginClient,
    kind: String,
    nonce: Option<String>,
    redirect: Redirect,
}

impl Answered {
    fn names(&self, part: &str) -> bool {
        self.kind.split(' ').any(|named| named == part)
    }

    fn leads_to_what_it_names(&self) -> Result<(), Mismatch> {
        for (part, parameter) in [
            ("code", "code"),
            ("token", "access_token"),
            ("id_token", "id_token"),
        ] {
            let is_there = self.redirect.parameter(parameter).is_some();
            if is_there != self.names(part) {
                let names: Vec<&str> = self
                    .redirect
                    .parameters
                    .iter()
                    .map(|(name, _)| name.as_str())
                    .collect();
                let wanted = if self.names(part) { "with" } else { "without" };
                let expected = [json!(format!("{wanted} `{parameter}`"))];
                return Err(Mismatch::new("parameters", expected, json!(names)));
            }
        }
        Ok(())
    }
}

/// Returns what came of every advertised response type with a token that the client may use.
async fn with_tokens(target: &Target) -> Result<Vec<Answered>, NotPassed> {
    let endpoints = target.endpoints().await?;
    let mut all = Vec::new();
    for kind in advertised::response_types(&endpoints) {
        if kind.split(' ').any(|part| part.ends_with("token"))
            && let Some(answered) = answered(target, kind).await.during(kind)?
        {
            all.push(answered);
        }
    }
    if all.is_empty() {
        let reason = "the client may use no advertised response type with a token";
        return Err(Skip::because(reason).into());
    }
    Ok(all)
}

/// Signs in with a response type; nothing where the client may not use it.
async fn answered(target: &Target, kind: &str) -> Result<Option<Answered>, NotPassed> {
    let client = target.any_login_client()?;
    let request = request(target, &client, kind).await?;
    let Authorized::Redirect(redirect) = reached(&mut target.browser(), &request).await? else {
        return Ok(None);
    };
    if redirect
        .error()
        .is_some_and(|error| NOT_FOR_THIS_CLIENT.contains(&error))
    {
        return Ok(None);
    }
    Ok(Some(Answered {
        nonce: request.value("nonce").map(str::to_owned),
        kind: kind.to_owned(),
        client,
        redirect,
    }))
}

async fn request(
    target: &Target,
    client: &LoginClient,
    kind: &str,
) -> Result<AuthorizationRequest, NotPassed> {
    let endpoints = target.endpoints().await?;
    let request = target.authorization_request(client, &endpoints);
    let request = request.with("response_type", kind);
    if kind.split(' ').any(|part| part == "code") {
        return Ok(request);
    }
    Ok(request.without_pkce())
}
