//! Token policies: defaults, ranges at their edges, and what a modification leaves.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.token-policies.edges-of-lifetimes",
        title: "Lifetimes are accepted up to their edges and refused one second beyond, when made and when modified",
        cites: &[
            "token-policy-access-lifetime-minimum",
            "token-policy-access-lifetime-maximum",
            "token-policy-refresh-lifetime-minimum",
            "token-policy-refresh-lifetime-maximum",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(edges_of_lifetimes(target))),
    },
    Check {
        id: "config.token-policies.lifetime-as-text",
        title: "A lifetime sent as text is accepted, or refused, every time",
        cites: &["token-policy-lifetime-as-text"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(lifetime_as_text(target))),
    },
    Check {
        id: "config.token-policies.text-becomes-a-number",
        title: "Lifetimes are shown as numbers, even those that were sent as text",
        cites: &["token-policy-lifetime-answered-as-number"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(text_becomes_a_number(target))),
    },
    Check {
        id: "config.token-policies.unusable-values",
        title: "A value of the wrong type or far out of range is refused, and the text names the member",
        cites: &["error-bad-value-status", "error-names-member"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(unusable_values(target))),
    },
    Check {
        id: "config.token-policies.everything-comes-back",
        title: "Whatever a policy is given, when made or modified, is what it shows",
        cites: &[
            "token-policy-everything-changes",
            "token-policy-configuration-sample",
            "token-policy-jwt-member",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(everything_comes_back(target))),
    },
    Check {
        id: "config.token-policies.user-scopes-unless-told-otherwise",
        title: "A policy without scopes allows the five user scopes, and a policy may list them itself",
        cites: &["token-policy-scopes-default", "token-policy-user-scopes"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(user_scopes_unless_told_otherwise(target))),
    },
    Check {
        id: "config.token-policies.left-out-falls-to-default",
        title: "A modification with the title alone puts everything else back to its default",
        cites: &["token-policy-put-replaces", "token-policy-jwt-default"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(left_out_falls_to_default(target))),
    },
];

const COLLECTION: &str = "config/tokenPolicies";

/// Each lifetime: the member, the least and the greatest value, in seconds.
const RANGES: [(&str, u64, u64); 2] = [
    ("accessTokenLifetime", 60, 3600),
    ("refreshTokenLifetime", 60, 31_557_600),
];

async fn edges_of_lifetimes(target: &Target) -> Outcome {
    let existing = target.make_token_policy(json!({})).await?;
    let path = format!("{COLLECTION}/{existing}");
    for (member, least, greatest) in RANGES {
        for value in [least, least + 1, greatest - 1, greatest] {
            let made = target
                .make_token_policy(json!({ member: value }))
                .await
                .during(&format!("{member} of {value}"))?;
            shows(target, &made, member, &json!(value)).await?;
            let answer = target
                .administrator()
                .put(&path, body(target, member, &json!(value)))
                .await?;
            expect::status(&answer, &[200]).during(&format!("PUT with {member} of {value}"))?;
            shows(target, &existing, member, &json!(value)).await?;
        }
        for value in [least - 1, greatest + 1, 0] {
            refused(target, &path, member, &json!(value)).await?;
        }
    }
    Ok(())
}

/// Requires that neither POST nor PUT takes a value, and that the existing policy keeps the one it has.
async fn refused(target: &Target, path: &str, member: &str, value: &Value) -> Outcome {
    let administrator = target.administrator();
    let before = administrator.get(path).await?.json()?;
    let what = format!("{member} of {value}");
    let made = administrator
        .post(COLLECTION, body(target, member, value))
        .await?;
    expect::refusal(&made, &[400, 422]).during(&format!("POST with {what}"))?;
    let modified = administrator.put(path, body(target, member, value)).await?;
    expect::refusal(&modified, &[400, 422]).during(&format!("PUT with {what}"))?;
    expect::equal(
        "the policy after the refusal",
        &before,
        &administrator.get(path).await?.json()?,
    )?;
    Ok(())
}

async fn shows(target: &Target, policy: &str, member: &str, value: &Value) -> Outcome {
    let shown = target
        .administrator()
        .get(format!("{COLLECTION}/{policy}"))
        .await?
        .json()?;
    Ok(expect::member(&shown, &format!("/{member}"), value)?)
}

fn body(target: &Target, member: &str, value: &Value) -> Value {
    json!({ "title": target.name("policy"), member: value })
}

async fn lifetime_as_text(target: &Target) -> Outcome {
    for (member, text) in [
        ("accessTokenLifetime", "1800"),
        ("refreshTokenLifetime", "604800"),
    ] {
        let answer = target
            .administrator()
            .post(COLLECTION, body(target, member, &json!(text)))
            .await?;
        let accepted = expect::status(&answer, &[200, 201, 400, 422]).during(member)? < 300;
        target
            .reading("lifetime-as-text", if accepted { "yes" } else { "no" })
            .during(member)?;
    }
    Ok(())
}

async fn text_becomes_a_number(target: &Target) -> Outcome {
    let numbers = json!({ "accessTokenLifetime": 1800, "refreshTokenLifetime": 604_800 });
    let texts = json!({ "accessTokenLifetime": "1800", "refreshTokenLifetime": "604800" });
    for mut sent in [numbers, texts] {
        sent["title"] = json!(target.name("policy"));
        let answer = target.administrator().post(COLLECTION, sent).await?;
        if !matches!(answer.status(), 200 | 201) {
            continue;
        }
        let made = answer.json()?;
        let made = expect::text(&made, "")?;
        shows(target, made, "accessTokenLifetime", &json!(1800)).await?;
        shows(target, made, "refreshTokenLifetime", &json!(604_800)).await?;
    }
    Ok(())
}

async fn unusable_values(target: &Target) -> Outcome {
    let unusable = [
        ("accessTokenLifetime", json!(59)),
        ("accessTokenLifetime", json!(-3600)),
        ("accessTokenLifetime", json!(60.5)),
        ("accessTokenLifetime", json!(1e30)),
        ("accessTokenLifetime", json!("an hour")),
        ("accessTokenLifetime", json!([])),
        ("refreshTokenLifetime", json!(31_557_601)),
        ("refreshTokenLifetime", json!(true)),
        ("allowedScopes", json!("*:config/**")),
        ("allowedScopes", json!([1])),
        ("useAccessJWT", json!("perhaps")),
        ("title", json!({})),
    ];
    for (member, value) in unusable {
        let what = format!("{member} of {value}");
        let answer = target
            .administrator()
            .post(COLLECTION, body(target, member, &value))
            .await?;
        let text = expect::refusal(&answer, &[400, 422]).during(&what)?;
        target
            .reading("bad-value-status", answer.status())
            .during(&what)?;
        if !text.contains(member) {
            return Err(
                Mismatch::new("part of member /errors", [json!(member)], json!(text))
                    .during(what)
                    .into(),
            );
        }
    }
    Ok(())
}

async fn everything_comes_back(target: &Target) -> Outcome {
    let configuration = json!({
        "title": target.name("policy"),
        "accessTokenLifetime": 3600,
        "refreshTokenLifetime": 28_800,
        "allowedScopes": ["*:config/**"],
    });
    let login = json!({
        // An odd number of quotes, and more brackets than anybody nests: whoever counts either has to know what a string is.
        "title": target.name(&format!(
            "policy in other words: \u{e9}\u{4e16} \"quoted\" 5\" \\ / {}",
            "[{".repeat(20)
        )),
        "accessTokenLifetime": 120,
        "refreshTokenLifetime": 604_800,
        "allowedScopes": ["profile", "openid", "x:y"],
        "useAccessJWT": true,
    });
    for (first, second) in [(&configuration, &login), (&login, &configuration)] {
        let policy = target.make_token_policy(first.clone()).await?;
        shows_all(target, &policy, first).await?;
        let answer = target
            .administrator()
            .put(format!("{COLLECTION}/{policy}"), second.clone())
            .await?;
        expect::status(&answer, &[200]).during("PUT")?;
        shows_all(target, &policy, second).await?;
    }
    Ok(())
}

/// Requires that a policy shows every member that was sent; the order of scopes does not matter.
async fn shows_all(target: &Target, policy: &str, sent: &Value) -> Outcome {
    let shown = target
        .administrator()
        .get(format!("{COLLECTION}/{policy}"))
        .await?
        .json()?;
    Ok(same_members(sent, &shown)?)
}

fn same_members(sent: &Value, shown: &Value) -> Result<(), Mismatch> {
    for (member, value) in sent.as_object().into_iter().flatten() {
        // Answers of older deployments lack the member (K15): absent means false, and says nothing of true.
        if member == "useAccessJWT" && shown.get(member).is_none() {
            continue;
        }
        let actual = shown.get(member).map_or(json!("absent"), sorted);
        expect::equal(&format!("member /{member}"), &sorted(value), &actual)?;
    }
    Ok(())
}

fn sorted(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(elements) = value.as_array_mut() {
        elements.sort_by_key(ToString::to_string);
    }
    value
}

/// The scopes of the discovery document (seed 004).
const USER_SCOPES: [&str; 5] = ["openid", "profile", "email", "address", "phone"];

/// What a policy allows shows in what its client is granted, whether or not the policy shows its default.
async fn user_scopes_unless_told_otherwise(target: &Target) -> Outcome {
    let unlisted = "*:config/**";
    for scopes in [None, Some(&USER_SCOPES[..]), Some(&USER_SCOPES[1..3])] {
        let client = target.make_configuration_client(&[]).await?.credentials;
        let policy = match scopes {
            None => target.make_token_policy(json!({})).await?,
            Some(scopes) => {
                target
                    .make_token_policy(json!({ "allowedScopes": scopes }))
                    .await?
            }
        };
        let change =
            json!({ "name": target.name("client"), "type": "confidential", "tokenPolicy": policy });
        let changed = target
            .administrator()
            .put(format!("config/clients/{}", client.id), change)
            .await?;
        expect::status(&changed, &[200]).during("giving the client the policy")?;
        let wanted = format!("{} {unlisted}", USER_SCOPES.join(" "));
        let answer = target.request_token(&client, &wanted).await?;
        expect::status(&answer, &[200])?;
        let expected = scopes.unwrap_or(&USER_SCOPES);
        expect::same_words(&answer.json()?, "/scope", expected)
            .during(&format!("allowedScopes {scopes:?}"))?;
    }
    Ok(())
}

async fn left_out_falls_to_default(target: &Target) -> Outcome {
    let policy = target
        .make_token_policy(json!({
            "accessTokenLifetime": 120,
            "refreshTokenLifetime": 240,
            "allowedScopes": ["*:config/clients"],
            "useAccessJWT": true,
        }))
        .await?;
    let plain = target.make_token_policy(json!({})).await?;
    let change = json!({ "title": target.name("changed") });
    let answer = target
        .administrator()
        .put(format!("{COLLECTION}/{policy}"), change)
        .await?;
    expect::status(&answer, &[200])?;
    let changed = comparable(target, &policy).await?;
    // What a policy made with a title alone shows is the default, whatever form it has.
    expect::equal(
        "the policy without what was left out",
        &comparable(target, &plain).await?,
        &changed,
    )?;
    expect::member(&changed, "/accessTokenLifetime", &json!(3600))?;
    expect::member(&changed, "/refreshTokenLifetime", &json!(7_776_000))?;
    expect::member(&changed, "/useAccessJWT", &json!(false))?;
    Ok(())
}

/// A policy without what tells it from others; an absent `useAccessJWT` is false.
async fn comparable(target: &Target, policy: &str) -> Result<Value, NotPassed> {
    let mut shown = target
        .administrator()
        .get(format!("{COLLECTION}/{policy}"))
        .await?
        .json()?;
    if let Some(members) = shown.as_object_mut() {
        for own in ["id", "title", "_links"] {
            members.remove(own);
        }
        members.entry("useAccessJWT").or_insert(json!(false));
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_back_changed_is_a_mismatch() {
        let sent = json!({"title": "t", "accessTokenLifetime": 60, "allowedScopes": ["a", "b"], "useAccessJWT": true});
        let shown = json!({"title": "t", "accessTokenLifetime": 60, "allowedScopes": ["b", "a"], "id": "i"});
        assert!(same_members(&sent, &shown).is_ok());
        for (member, wrong) in [
            ("title", json!("T")),
            ("accessTokenLifetime", json!("60")),
            ("allowedScopes", json!(["a"])),
            ("useAccessJWT", json!(false)),
        ] {
            let mut shown = shown.clone();
            shown[member] = wrong;
            assert!(same_members(&sent, &shown).is_err(), "{shown}");
        }
    }
}
