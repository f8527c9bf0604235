//! Which scopes a token request is granted.

use serde_json::{Value, json};

use super::operations;
use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    expect,
    target::{ConfigurationClient, Target},
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.grants.each-listed-string-and-no-other",
        title: "Each string that the policy lists can be had alone, in pairs and together, and nothing beside it comes",
        cites: &[
            "grant-from-policy-of-client",
            "grant-subset",
            "grant-mixes-user-scopes",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(each_listed_string_and_no_other(target))),
    },
    Check {
        id: "config.grants.meaning-does-not-count",
        title: "What a listed scope would cover is not granted under any other spelling",
        cites: &[
            "grant-whole-string",
            "grant-unlisted-succeeds",
            "grant-unlisted-not-granted",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(meaning_does_not_count(target))),
    },
    Check {
        id: "config.grants.nothing-looks-like-nothing",
        title: "A token with nothing granted lists no scopes, always in the same form",
        cites: &["grant-nothing-listed"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(nothing_looks_like_nothing(target))),
    },
    Check {
        id: "config.grants.nothing-opens-nothing",
        title: "With a token that was granted nothing, every operation is refused",
        cites: &["grant-nothing-useless"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(nothing_opens_nothing(target))),
    },
    Check {
        id: "config.grants.no-scope-without-a-colon",
        title: "A string that is not behaviour, colon and resource opens nothing, even when it is granted",
        cites: &["scope-syntax"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(no_scope_without_a_colon(target))),
    },
    Check {
        id: "config.grants.capitals-count",
        title: "A listed scope in other capitals is not granted",
        cites: &["grant-case-sensitive"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(capitals_count(target))),
    },
];

/// The policy of seed 001, with an id in place of its item.
fn listed(item: &str) -> [String; 6] {
    [
        "openid".to_owned(),
        "+:**".to_owned(),
        ".:**".to_owned(),
        "*:**".to_owned(),
        "*:config/tokenPolicies".to_owned(),
        format!("-:config/tokenPolicies/{item}"),
    ]
}

async fn client_of(target: &Target, scopes: &[String]) -> Result<ConfigurationClient, NotPassed> {
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    target.make_configuration_client(&scopes).await
}

async fn each_listed_string_and_no_other(target: &Target) -> Outcome {
    let listed = listed(&chance::id().to_string());
    let client = client_of(target, &listed).await?;
    let mut requests: Vec<Vec<&str>> = vec![listed.iter().map(String::as_str).collect()];
    for (index, one) in listed.iter().enumerate() {
        requests.push(vec![one]);
        requests.extend(
            listed[index + 1..]
                .iter()
                .map(|other| vec![one.as_str(), other]),
        );
    }
    for wanted in requests {
        let asked = wanted.join(" ");
        let body = granted(target, &client, &asked).await?;
        expect::same_words(&body, "/scope", &wanted).during(&format!("asking for `{asked}`"))?;
    }
    Ok(())
}

async fn meaning_does_not_count(target: &Target) -> Outcome {
    let item = chance::id().to_string();
    let client = client_of(target, &listed(&item)).await?;
    let unlisted = [
        "*:config/loginPolicies".to_owned(),
        "*:config/clients".to_owned(),
        "*:config/**".to_owned(),
        ".:config/**".to_owned(),
        ".:config/tokenPolicies".to_owned(),
        "+:config/tokenPolicies".to_owned(),
        "*:webhooks/**".to_owned(),
        format!("*:config/tokenPolicies/{item}"),
        format!("-:config/tokenPolicies/{}", chance::id()),
        "*:config/tokenPolicies/".to_owned(),
        "*:config/tokenPolicie".to_owned(),
        "*:config/tokenPoliciess".to_owned(),
        "*:/**".to_owned(),
        ":**".to_owned(),
        "**".to_owned(),
        "*".to_owned(),
        "*:config/token*".to_owned(),
        "open".to_owned(),
        "openid2".to_owned(),
    ];
    for wanted in &unlisted {
        let body = granted(target, &client, wanted).await?;
        nothing_granted(&body).during(&format!("asking for `{wanted}`"))?;
    }
    Ok(())
}

async fn nothing_looks_like_nothing(target: &Target) -> Outcome {
    let client = target
        .make_configuration_client(&[".:config/clients"])
        .await?;
    for wanted in [
        "*:config/clients",
        ".:config/tokenPolicies",
        "openid",
        "no-such-scope",
    ] {
        let body = granted(target, &client, wanted).await?;
        let form = nothing_granted(&body).during(&format!("asking for `{wanted}`"))?;
        target.reading("nothing-granted", form)?;
    }
    Ok(())
}

async fn nothing_opens_nothing(target: &Target) -> Outcome {
    let client = target
        .make_configuration_client(&[".:config/clients"])
        .await?;
    // An item of its own in each place: should the target let a call through, nothing of anybody else is lost.
    let items = [
        ("clients", client.credentials.id.clone()),
        ("loginPolicies", target.make_login_policy(json!({})).await?),
        ("tokenPolicies", target.make_token_policy(json!({})).await?),
    ];
    let token = target.token(&client.credentials, "no-such-scope").await?;
    for (collection, item) in items {
        for request in
            operations::requests(&item).filter(|request| request.path().contains(collection))
        {
            let path = request.path().to_owned();
            let answer = target.bearer(&token).send(request).await?;
            if !operations::is_missing_retrieval(&path, answer.status()) {
                expect::status(&answer, &[403]).during(&path)?;
            }
        }
    }
    Ok(())
}

async fn no_scope_without_a_colon(target: &Target) -> Outcome {
    let strings = [
        "*config/tokenPolicies",
        "config/tokenPolicies:*",
        "config/tokenPolicies",
        "*;config/**",
        "*/**",
        "**",
    ];
    for string in strings {
        let policy = json!({ "title": target.name("policy"), "allowedScopes": [string] });
        let answer = target
            .administrator()
            .post("config/tokenPolicies", policy)
            .await?;
        // A target may refuse to list what is no scope: then nobody is ever granted it.
        if expect::status(&answer, &[200, 201, 400, 422])? >= 400 {
            continue;
        }
        let client = target.make_configuration_client(&[string]).await?;
        let token = target.token(&client.credentials, string).await?;
        let answer = target.bearer(&token).get("config/tokenPolicies").await?;
        expect::status(&answer, &[403]).during(&format!("GET with `{string}`"))?;
    }
    Ok(())
}

async fn capitals_count(target: &Target) -> Outcome {
    let client = target
        .make_configuration_client(&["*:config/tokenPolicies", "openid"])
        .await?;
    for wanted in [
        "*:config/tokenpolicies",
        "*:Config/tokenPolicies",
        "*:CONFIG/TOKENPOLICIES",
        "OpenID",
    ] {
        let body = granted(target, &client, wanted).await?;
        nothing_granted(&body).during(&format!("asking for `{wanted}`"))?;
    }
    Ok(())
}

async fn granted(
    target: &Target,
    client: &ConfigurationClient,
    scope: &str,
) -> Result<Value, NotPassed> {
    let answer = target.request_token(&client.credentials, scope).await?;
    let action = format!("asking for `{scope}`");
    expect::status(&answer, &[200]).during(&action)?;
    let body = answer.json().during(&action)?;
    expect::text(&body, "/access_token").during(&action)?;
    Ok(body)
}

/// Requires that no scope is listed, and returns the answer to the reading `nothing-granted`.
fn nothing_granted(body: &Value) -> Result<&'static str, Mismatch> {
    match body.get("scope") {
        None => Ok("absent"),
        Some(Value::Null) => Ok("null"),
        Some(Value::String(scope)) if scope.is_empty() => Ok("empty-string"),
        Some(other) => Err(Mismatch::new(
            "member /scope",
            [json!(""), Value::Null, json!("absent")],
            other.clone(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::nothing_granted;

    #[test]
    fn nothing_has_three_forms_and_a_space_is_none() {
        assert_eq!(nothing_granted(&json!({})), Ok("absent"));
        assert_eq!(nothing_granted(&json!({"scope": null})), Ok("null"));
        assert_eq!(nothing_granted(&json!({"scope": ""})), Ok("empty-string"));
        for wrong in [json!(" "), json!([]), json!("*:**")] {
            assert!(
                nothing_granted(&json!({ "scope": wrong })).is_err(),
                "{wrong}"
            );
        }
    }
}
