//! Push claims and allowed response types: what their bodies say, whatever form they have.
//!
//! No page prints these bodies. So a check starts from what the target itself answers, and changes in it only the values that the
//! documentation speaks of: the one boolean, the one array of texts.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.login-policy-settings.push-claims-off-at-first",
        title: "Push claims are one boolean, false in a new policy",
        cites: &["push-claims-boolean", "push-claims-default"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(push_claims_off_at_first(target))),
    },
    Check {
        id: "config.login-policy-settings.push-claims-switched",
        title: "Push claims are switched on and off again, for one policy alone",
        cites: &["push-claims-put-operation"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(push_claims_switched(target))),
    },
    Check {
        id: "config.login-policy-settings.three-response-types",
        title: "Each of the three response types can be allowed, alone or together, and no other",
        cites: &["response-types-values", "response-types-put-operation"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(three_response_types(target))),
    },
    Check {
        id: "config.login-policy-settings.code-at-first",
        title: "A new policy allows the response type code alone",
        cites: &["response-types-default"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(code_at_first(target))),
    },
    Check {
        id: "config.login-policy-settings.response-types-only-in-their-place",
        title: "A modification of the policy leaves its allowed response types alone",
        cites: &["response-types-not-through-policy"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(response_types_only_in_their_place(target))),
    },
];

/// One sub-resource of one login policy of the check's own.
struct Setting<'t> {
    target: &'t Target,
    path: String,
}

/// Lets authorization requests under a login policy use these response types.
pub(in crate::checks) async fn allowed_response_types(
    target: &Target,
    policy: &str,
    wanted: &[&str],
) -> Outcome {
    let setting = Setting::of(target, policy, "allowedResponseTypes");
    let body = setting.read().await?;
    setting.write(with_texts(&body, wanted)).await
}

/// Switches the push claims of a login policy on.
pub(in crate::checks) async fn enable_push_claims(target: &Target, policy: &str) -> Outcome {
    let setting = Setting::of(target, policy, "pushClaims");
    let body = setting.read().await?;
    setting.write(with_boolean(&body, true)).await
}

impl<'t> Setting<'t> {
    async fn of_new_policy(target: &'t Target, name: &str) -> Result<Self, NotPassed> {
        let policy = target.make_login_policy(json!({})).await?;
        Ok(Self::of(target, &policy, name))
    }

    fn of(target: &'t Target, policy: &str, name: &str) -> Self {
        Self {
            target,
            path: format!("config/loginPolicies/{policy}/{name}"),
        }
    }

    async fn read(&self) -> Result<Value, NotPassed> {
        let answer = self.target.administrator().get(&self.path).await?;
        expect::status(&answer, &[200]).during(&format!("GET of {}", self.path))?;
        Ok(answer.json()?)
    }

    async fn write(&self, body: Value) -> Outcome {
        let action = format!("PUT of {body}");
        let answer = self.target.administrator().put(&self.path, body).await?;
        expect::status(&answer, &[200, 204]).during(&action)?;
        Ok(())
    }
}

async fn push_claims_off_at_first(target: &Target) -> Outcome {
    let body = Setting::of_new_policy(target, "pushClaims")
        .await?
        .read()
        .await?;
    Ok(expect::equal(
        "push claims of a new policy",
        &json!(false),
        &json!(the_boolean(&body)?),
    )?)
}

async fn push_claims_switched(target: &Target) -> Outcome {
    let setting = Setting::of_new_policy(target, "pushClaims").await?;
    let other = Setting::of_new_policy(target, "pushClaims").await?;
    let body = setting.read().await?;
    for wanted in [true, false] {
        setting.write(with_boolean(&body, wanted)).await?;
        let shown = the_boolean(&setting.read().await?)?;
        expect::equal("push claims after the PUT", &json!(wanted), &json!(shown))?;
        let untouched = the_boolean(&other.read().await?)?;
        expect::equal(
            "push claims of another policy",
            &json!(false),
            &json!(untouched),
        )?;
    }
    // The other way round as well: one look comes too late where somebody else switches all of them meanwhile.
    other.write(with_boolean(&body, true)).await?;
    let untouched = the_boolean(&setting.read().await?)?;
    let what = "push claims of the first policy";
    Ok(expect::equal(what, &json!(false), &json!(untouched))?)
}

/// Returns the boolean that a body is or contains.
fn the_boolean(body: &Value) -> Result<bool, Mismatch> {
    let values: Vec<&Value> = match body {
        Value::Object(members) => members.values().collect(),
        other => vec![other],
    };
    let booleans: Vec<bool> = values.into_iter().filter_map(Value::as_bool).collect();
    match booleans[..] {
        [boolean] => Ok(boolean),
        _ => Err(Mismatch::new("body", [json!("one boolean")], body.clone())),
    }
}

fn with_boolean(body: &Value, wanted: bool) -> Value {
    changed(body, &|value| value.is_boolean().then_some(json!(wanted)))
}

async fn three_response_types(target: &Target) -> Outcome {
    let setting = Setting::of_new_policy(target, "allowedResponseTypes").await?;
    let body = setting.read().await?;
    let choices: [&[&str]; 5] = [
        &["code"],
        &["id_token"],
        &["token"],
        &["code", "token"],
        &["code", "id_token", "token"],
    ];
    for wanted in choices {
        setting.write(with_texts(&body, wanted)).await?;
        same_texts(&setting.read().await?, wanted)?;
    }
    // Refused or ignored: what counts is that it is not allowed afterwards.
    let sent = with_texts(&body, &["code", "password"]);
    target.administrator().put(&setting.path, sent).await?;
    let shown = setting.read().await?;
    if the_texts(&shown)?.contains(&"password") {
        return Err(Mismatch::new(
            "allowed response types",
            [json!("the three documented ones")],
            shown,
        )
        .into());
    }
    Ok(())
}

async fn code_at_first(target: &Target) -> Outcome {
    let body = Setting::of_new_policy(target, "allowedResponseTypes")
        .await?
        .read()
        .await?;
    Ok(same_texts(&body, &["code"])?)
}

async fn response_types_only_in_their_place(target: &Target) -> Outcome {
    let setting = Setting::of_new_policy(target, "allowedResponseTypes").await?;
    let before = setting.read().await?;
    let policy = setting.path.trim_end_matches("/allowedResponseTypes");
    let mut sent = target.administrator().get(policy).await?.json()?;
    sent["allowedResponseTypes"] = json!(["code", "id_token", "token"]);
    let answer = target.administrator().put(policy, sent).await?;
    expect::status(&answer, &[200, 400, 422])?;
    Ok(expect::equal(
        "the response types after the PUT of the policy",
        &before,
        &setting.read().await?,
    )?)
}

/// Returns the texts of the array that a body is or contains.
fn the_texts(body: &Value) -> Result<Vec<&str>, Mismatch> {
    let values: Vec<&Value> = match body {
        Value::Object(members) => members.values().collect(),
        other => vec![other],
    };
    let arrays: Vec<&Vec<Value>> = values.into_iter().filter_map(Value::as_array).collect();
    match arrays[..] {
        [texts] if texts.iter().all(Value::is_string) => {
            Ok(texts.iter().filter_map(Value::as_str).collect())
        }
        _ => Err(Mismatch::new(
            "body",
            [json!("one array of texts")],
            body.clone(),
        )),
    }
}

fn same_texts(body: &Value, wanted: &[&str]) -> Result<(), Mismatch> {
    let mut shown = the_texts(body)?;
    let mut wanted = wanted.to_vec();
    shown.sort_unstable();
    wanted.sort_unstable();
    expect::equal("allowed response types", &json!(wanted), &json!(shown))
}

fn with_texts(body: &Value, wanted: &[&str]) -> Value {
    changed(body, &|value| value.is_array().then_some(json!(wanted)))
}

/// Returns a body with another value in place of itself or of those of its members that `change` changes.
fn changed(body: &Value, change: &dyn Fn(&Value) -> Option<Value>) -> Value {
    match body {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), change(value).unwrap_or_else(|| value.clone())))
            .collect(),
        other => change(other).unwrap_or_else(|| other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_found_in_every_likely_form() {
        for body in [
            json!(true),
            json!({"pushClaims": true}),
            json!({"enabled": true, "note": "x"}),
        ] {
            assert_eq!(the_boolean(&body), Ok(true), "{body}");
            assert_eq!(
                the_boolean(&with_boolean(&body, false)),
                Ok(false),
                "{body}"
            );
        }
        for body in [json!(["code"]), json!({"allowedResponseTypes": ["code"]})] {
            assert_eq!(the_texts(&body), Ok(vec!["code"]), "{body}");
            assert!(same_texts(&with_texts(&body, &["token", "code"]), &["code", "token"]).is_ok());
        }
    }

    #[test]
    fn what_is_not_one_value_is_a_mismatch() {
        for body in [
            json!("true"),
            json!({"a": true, "b": false}),
            json!({}),
            json!(null),
            json!({"a": "false"}),
        ] {
            assert!(the_boolean(&body).is_err(), "{body}");
        }
        for body in [
            json!("code"),
            json!([1]),
            json!({"a": [], "b": []}),
            json!({}),
        ] {
            assert!(the_texts(&body).is_err(), "{body}");
        }
    }
}
