//! The token endpoint with the client credentials grant.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    checks::opaque::opaque,
    expect,
    http::{Answer, Request},
    secret::Credentials,
    target::{Target, session::ADMINISTRATIVE_SCOPES},
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.tokens.either-authentication-in-either-form",
        title: "Header or form authenticates the client, in a urlencoded or a multipart form",
        cites: &[
            "token-endpoint",
            "token-grant-type",
            "token-basic",
            "token-client-secret-post",
            "token-needs-no-bearer",
            "token-form-urlencoded",
            "token-form-multipart",
        ],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(either_authentication_in_either_form(target))),
    },
    Check {
        id: "config.tokens.json-is-no-form",
        title: "A token cannot be asked for with JSON",
        cites: &["token-json-not-taken"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(json_is_no_form(target))),
    },
    Check {
        id: "config.tokens.members-are-these-four",
        title: "A token answer has four members, of the documented types, and no other token",
        cites: &[
            "token-members-exact",
            "token-no-refresh-token",
            "token-no-id-token",
            "token-type-bearer",
            "token-expires-in-seconds",
            "token-scope-echo",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(members_are_these_four(target))),
    },
    Check {
        id: "config.tokens.opaque-and-never-twice",
        title: "Tokens are opaque strings of about 64 characters, and no two are the same",
        cites: &["token-opaque"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(opaque_and_never_twice(target))),
    },
    Check {
        id: "config.tokens.lifetime-is-that-of-the-policy",
        title: "The answer announces the access token lifetime of the client's policy",
        cites: &["token-expires-in-of-policy"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(lifetime_is_that_of_the_policy(target))),
    },
    Check {
        id: "config.tokens.nearly-right-secrets-are-wrong",
        title: "A secret that is almost right authenticates nobody, in the header or in the form",
        cites: &["token-secret-needed"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(nearly_right_secrets_are_wrong(target))),
    },
    Check {
        id: "config.tokens.unusable-credentials",
        title: "Credentials that cannot be read authenticate nobody",
        cites: &["token-no-client-authentication"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(unusable_credentials(target))),
    },
    Check {
        id: "config.tokens.scope-left-out",
        title: "A request without scope is treated in one of the three known ways",
        cites: &["token-scope-absent"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(scope_left_out(target))),
    },
    Check {
        id: "config.tokens.unknown-customer",
        title: "Nobody gets a token under a customer id that does not exist",
        cites: &["api-unknown-customer"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(unknown_customer(target))),
    },
];

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

async fn either_authentication_in_either_form(target: &Target) -> Outcome {
    let client = target.configuration_client()?;
    let scope = ("scope", ADMINISTRATIVE_SCOPES);
    let in_header = [GRANT, scope];
    let in_form = [
        GRANT,
        scope,
        ("client_id", &client.id),
        ("client_secret", client.secret.expose()),
    ];
    let request = || Request::post("login/token");
    let with_header = [
        ("urlencoded", request().form(&in_header)),
        ("multipart", request().multipart(&in_header)),
    ];
    for (form, request) in with_header {
        let answer = target.basic(client).send(request).await?;
        issued(&answer).during(&format!("HTTP Basic and a {form} form"))?;
    }
    let with_form = [
        ("urlencoded", request().form(&in_form)),
        ("multipart", request().multipart(&in_form)),
    ];
    for (form, request) in with_form {
        let answer = target.anonymous().send(request).await?;
        issued(&answer).during(&format!("id and secret in a {form} form"))?;
    }
    Ok(())
}

async fn json_is_no_form(target: &Target) -> Outcome {
    let client = target.configuration_client()?;
    let mut body = json!({ "grant_type": "client_credentials", "scope": ADMINISTRATIVE_SCOPES });
    let request = Request::post("login/token");
    let with_header = target
        .basic(client)
        .send(request.clone().json(body.clone()))
        .await?;
    expect::status(&with_header, &[400, 401, 415]).during("JSON and HTTP Basic")?;
    body["client_id"] = json!(client.id);
    body["client_secret"] = json!(client.secret.expose());
    let without = target.anonymous().send(request.json(body)).await?;
    expect::status(&without, &[400, 401, 415]).during("JSON with id and secret in it")?;
    Ok(())
}

fn issued(answer: &Answer) -> Result<Value, Mismatch> {
    expect::status(answer, &[200])?;
    let body = answer.json()?;
    expect::text(&body, "/access_token")?;
    Ok(body)
}

async fn members_are_these_four(target: &Target) -> Outcome {
    let scopes = [".:config/clients", "+:config/tokenPolicies"];
    let client = target.make_configuration_client(&scopes).await?;
    for wanted in [&scopes[..], &scopes[..1]] {
        let answer = target
            .request_token(&client.credentials, &wanted.join(" "))
            .await?;
        let body = issued(&answer)?;
        expect::exact_members(
            &body,
            "",
            &["access_token", "expires_in", "token_type", "scope"],
        )?;
        expect::integer(&body, "/expires_in")?;
        expect::member(&body, "/token_type", &json!("Bearer"))?;
        expect::same_words(&body, "/scope", wanted)?;
    }
    Ok(())
}

async fn opaque_and_never_twice(target: &Target) -> Outcome {
    let client = target.configuration_client()?;
    let mut seen = Vec::new();
    for _ in 0..8 {
        let token = target.token(client, ADMINISTRATIVE_SCOPES).await?;
        opaque(token.expose())?;
        if seen.contains(&token) {
            return Err(Mismatch::new(
                "access token",
                [json!("another one")],
                json!("the one before"),
            )
            .into());
        }
        seen.push(token);
    }
    Ok(())
}

async fn lifetime_is_that_of_the_policy(target: &Target) -> Outcome {
    for lifetime in [60, 61, 1800, 3600] {
        let policy =
            json!({ "accessTokenLifetime": lifetime, "allowedScopes": [".:config/clients"] });
        let policy = target.make_token_policy(policy).await?;
        let client = target.make_configuration_client(&[]).await?;
        let change =
            json!({ "name": target.name("client"), "type": "confidential", "tokenPolicy": policy });
        let path = format!("config/clients/{}", client.credentials.id);
        let changed = target.administrator().put(path, change).await?;
        expect::status(&changed, &[200]).during("giving the client the policy")?;
        let answer = target
            .request_token(&client.credentials, ".:config/clients")
            .await?;
        expect::member(&issued(&answer)?, "/expires_in", &json!(lifetime))?;
    }
    Ok(())
}

async fn nearly_right_secrets_are_wrong(target: &Target) -> Outcome {
    let client = target
        .make_configuration_client(&[".:config/clients"])
        .await?
        .credentials;
    let other = target
        .make_configuration_client(&[".:config/clients"])
        .await?
        .credentials;
    let right = client.secret.expose();
    let near_misses = [
        ("no secret", String::new()),
        (
            "the secret without its last character",
            right[..right.len() - 1].to_owned(),
        ),
        ("the secret with one character more", format!("{right}A")),
        ("the secret in other capitals", right.to_ascii_uppercase()),
        (
            "the secret of another client",
            other.secret.expose().to_owned(),
        ),
        ("the id of the client", client.id.clone()),
    ];
    for (name, wrong) in near_misses.into_iter().filter(|(_, wrong)| wrong != right) {
        target.conceal(&wrong);
        let wrong = Credentials::new(&client.id, wrong);
        let in_header = target.request_token(&wrong, ".:config/clients").await?;
        no_token(&in_header).during(&format!("{name} in the header"))?;
        let form = [
            GRANT,
            ("client_id", &wrong.id),
            ("client_secret", wrong.secret.expose()),
        ];
        let in_form = target
            .anonymous()
            .send(Request::post("login/token").form(&form))
            .await?;
        no_token(&in_form).during(&format!("{name} in the form"))?;
    }
    Ok(())
}

fn no_token(answer: &Answer) -> Result<(), Mismatch> {
    expect::status(answer, &[400, 401])?;
    expect::absent(&answer.json()?, "/access_token")
}

fn unauthenticated(answer: &Answer) -> Result<(), Mismatch> {
    expect::status(answer, &[401])?;
    expect::member(&answer.json()?, "/error", &json!("invalid_client"))
}

async fn unusable_credentials(target: &Target) -> Outcome {
    let without_colon = format!("Basic {}", STANDARD.encode("somebody"));
    for header in [
        without_colon.as_str(),
        "Basic !!!",
        "Basic",
        "Bearer something",
        "Digest username=\"a\"",
    ] {
        let request = Request::post("login/token")
            .header("authorization", header)
            .form(&[GRANT]);
        let answer = target.anonymous().send(request).await?;
        unauthenticated(&answer).during(&format!("the header `{header}`"))?;
    }
    Ok(())
}

async fn scope_left_out(target: &Target) -> Outcome {
    let allowed = [".:config/clients", ".:config/tokenPolicies"];
    let client = target.make_configuration_client(&allowed).await?;
    let answer = target
        .basic(&client.credentials)
        .send(Request::post("login/token").form(&[GRANT]))
        .await?;
    let body = answer.json()?;
    if expect::status(&answer, &[200, 400])? == 400 {
        expect::member(&body, "/error", &json!("invalid_scope"))?;
        return Ok(target.reading("scope-absent", "invalid_scope")?);
    }
    let granted = body["scope"].as_str().unwrap_or("");
    if granted.is_empty() {
        return Ok(target.reading("scope-absent", "none-granted")?);
    }
    expect::same_words(&body, "/scope", &allowed)?;
    Ok(target.reading("scope-absent", "all-allowed")?)
}

async fn unknown_customer(target: &Target) -> Outcome {
    let path = format!("/{}/login/token", chance::id());
    let request = Request::post(path).form(&[GRANT, ("scope", ADMINISTRATIVE_SCOPES)]);
    let answer = target
        .basic(target.configuration_client()?)
        .send(request)
        .await?;
    expect::status(&answer, &[404])?;
    Ok(target.reading("unknown-customer", answer.status())?)
}
