//! Faults of push claims and allowed response types.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::ids::Id;
use crate::store::{CustomClaims, LoginPolicy, ResponseType};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "push-claims-are-on-at-first",
        "Push claims are enabled in a new login policy",
        Act::Answer(|app, asked, answer| {
            on_new(app, asked, answer, |policy| policy.push_claims = true);
        }),
    ),
    of(
        "push-claims-are-a-text",
        "The status of push claims is a text",
        Act::Answer(|_, asked, answer| {
            if asked.is_on(PUSH_CLAIMS) {
                answer.edit_members(|members| {
                    if let Some(status) = members.get_mut("pushClaims") {
                        *status = status.to_string().into();
                    }
                });
            }
        }),
    ),
    of(
        "push-claims-stay-as-they-are",
        "PUT on the push claims of a login policy says that it is done, and does nothing",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                let sent = asked.json().filter(|_| asked.is(&Method::PUT, PUSH_CLAIMS));
                let Some(sent) = sent.filter(|sent| sent["pushClaims"].is_boolean()) else {
                    return desk.ask(asked).await;
                };
                asked.method = Method::GET;
                let mut answer = desk.ask(asked).await;
                answer.replace("pushClaims", sent["pushClaims"].clone());
                answer
            })
        }),
    ),
    of(
        "push-claims-can-only-be-enabled",
        "Push claims that are enabled cannot be disabled",
        Act::Request(|_, asked| {
            if asked.is(&Method::PUT, PUSH_CLAIMS) {
                asked.edit_members(|members| {
                    if members.get("pushClaims").is_some_and(Value::is_boolean) {
                        members.insert("pushClaims".to_owned(), true.into());
                    }
                });
            }
        }),
    ),
    of(
        "push-claims-are-of-the-customer",
        "Push claims are enabled or disabled for all login policies at once",
        Act::Answer(|app, asked, answer| {
            let status = answer.value().and_then(|body| body["pushClaims"].as_bool());
            let is_change = asked.is(&Method::PUT, PUSH_CLAIMS);
            if let Some((customer, status)) = asked
                .customer()
                .and_then(|id| app.store().customer(id))
                .zip(status.filter(|_| is_change))
            {
                for policy in customer.list::<LoginPolicy>() {
                    change(app, asked, policy.id, |policy| policy.push_claims = status);
                }
            }
        }),
    ),
    of(
        "push-claims-bring-custom-claims",
        "Enabling push claims gives the login policy a custom claim",
        Act::Answer(|app, asked, answer| {
            let is_change = asked.is(&Method::PUT, PUSH_CLAIMS) && answer.is_success();
            if let Some(id) = asked.item().filter(|_| is_change) {
                let claims = [("locale".to_owned(), "primaryAddress.country".to_owned())];
                change(app, asked, id, |policy| {
                    policy.custom_claims = Some(CustomClaims {
                        id_token: None,
                        userinfo: Some(claims.into()),
                    });
                });
            }
        }),
    ),
    of(
        "push-claims-take-custom-claims-away",
        "Enabling or disabling push claims removes the custom claims of the login policy",
        Act::Answer(|app, asked, answer| {
            let is_change = asked.is(&Method::PUT, PUSH_CLAIMS) && answer.is_success();
            if let Some(id) = asked.item().filter(|_| is_change) {
                change(app, asked, id, |policy| policy.custom_claims = None);
            }
        }),
    ),
    of(
        "login-policies-show-push-claims",
        "A login policy shows whether its push claims are enabled",
        Act::Answer(|app, asked, answer| {
            let policy = asked
                .item()
                .and_then(|id| asked.stored::<LoginPolicy>(app, id))
                .filter(|_| asked.views(POLICIES));
            if let Some(policy) = policy {
                answer.edit_members(|members| {
                    members.insert("pushClaims".to_owned(), policy.push_claims.into());
                });
            }
        }),
    ),
    of(
        "login-policies-show-response-types",
        "A login policy shows its allowed response types",
        Act::Answer(|app, asked, answer| {
            let policy = asked
                .item()
                .and_then(|id| asked.stored::<LoginPolicy>(app, id))
                .filter(|_| asked.views(POLICIES));
            if let Some(policy) = policy {
                answer.edit_members(|members| {
                    members.insert(
                        "allowedResponseTypes".to_owned(),
                        json!(policy.allowed_response_types),
                    );
                });
            }
        }),
    ),
    of(
        "settings-cannot-be-read",
        "The push claims and the allowed response types of a login policy cannot be read",
        Act::Instead(|_, asked| {
            let is_view =
                asked.is(&Method::GET, PUSH_CLAIMS) || asked.is(&Method::GET, RESPONSE_TYPES);
            is_view.then(|| Answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        }),
    ),
    of(
        "every-response-type-is-allowed-at-first",
        "A new login policy allows all three response types",
        Act::Answer(|app, asked, answer| {
            on_new(app, asked, answer, |policy| {
                policy.allowed_response_types = ResponseType::ALL.map(|(_, kind)| kind).to_vec();
            });
        }),
    ),
    of(
        "no-response-type-is-allowed-at-first",
        "A new login policy allows no response type",
        Act::Answer(|app, asked, answer| {
            on_new(app, asked, answer, |policy| {
                policy.allowed_response_types.clear();
            });
        }),
    ),
    of(
        "response-types-add-up",
        "PUT on the allowed response types adds to those that there are",
        Act::Request(|app, asked| {
            let policy = asked
                .item()
                .and_then(|id| asked.stored::<LoginPolicy>(app, id));
            if let Some(policy) = policy.filter(|_| asked.is(&Method::PUT, RESPONSE_TYPES)) {
                asked.edit_members(|members| {
                    let sent = members
                        .get_mut("allowedResponseTypes")
                        .and_then(Value::as_array_mut);
                    if let Some(sent) = sent {
                        sent.extend(policy.allowed_response_types.iter().map(|kind| json!(kind)));
                    }
                });
            }
        }),
    ),
    of(
        "tokens-cannot-be-allowed",
        "The response type `token` cannot be allowed",
        Act::Instead(|_, asked| {
            let body = asked
                .json()
                .filter(|_| asked.is(&Method::PUT, RESPONSE_TYPES))?;
            let is_token = body["allowedResponseTypes"]
                .as_array()?
                .contains(&json!("token"));
            is_token.then(|| {
                Answer::refusal(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "('allowedResponseTypes', 0) unexpected value",
                )
            })
        }),
    ),
    of(
        "any-response-type-can-be-allowed",
        "A response type that nobody knows can be allowed, and is shown",
        Act::Around(|app, mut asked, desk| {
            Box::pin(async move {
                let notes = app.faults().notes();
                let key = asked.resource().to_owned();
                let is_change = asked.is(&Method::PUT, RESPONSE_TYPES);
                let sent = asked.json().filter(|_| is_change);
                let known = ResponseType::ALL.map(|(name, _)| json!(name));
                asked.edit_members(|members| {
                    if let Some(kinds) = members
                        .get_mut("allowedResponseTypes")
                        .and_then(Value::as_array_mut)
                        .filter(|_| is_change)
                    {
                        kinds.retain(|kind| known.contains(kind));
                    }
                });
                let is_setting = asked.is_on(RESPONSE_TYPES);
                let mut answer = desk.ask(asked).await;
                if let Some(sent) = sent.filter(|_| answer.is_success()) {
                    notes.take(key.clone(), sent["allowedResponseTypes"].to_string());
                }
                let kept = notes
                    .find(&key)
                    .and_then(|text| serde_json::from_str::<Value>(&text).ok());
                if let Some(kept) = kept.filter(|_| is_setting) {
                    answer.replace("allowedResponseTypes", kept);
                }
                answer
            })
        }),
    ),
    of(
        "policies-set-their-response-types",
        "PUT of a login policy changes its allowed response types",
        Act::Answer(|app, asked, answer| {
            let sent = asked
                .json()
                .filter(|_| asked.modifies(POLICIES) && answer.is_success());
            let kinds = sent.and_then(|sent| sent["allowedResponseTypes"].as_array().cloned());
            if let Some((id, kinds)) = asked.item().zip(kinds) {
                let known = ResponseType::ALL
                    .into_iter()
                    .filter(|(name, _)| kinds.contains(&json!(name)));
                let known: Vec<ResponseType> = known.map(|(_, kind)| kind).collect();
                change(app, asked, id, |policy| {
                    policy.allowed_response_types = known;
                });
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "login_policy_settings",
        title,
        act,
    }
}

const POLICIES: &str = "loginPolicies";
const PUSH_CLAIMS: &str = "config/loginPolicies/*/pushClaims";
const RESPONSE_TYPES: &str = "config/loginPolicies/*/allowedResponseTypes";

/// Changes a login policy.
fn change(app: &App, asked: &Asked, id: Id, change: impl FnOnce(&mut LoginPolicy)) {
    if let Some(customer) = app.customer_of(&asked.uri) {
        // A policy that is gone has nothing to change.
        let _changed =
            customer.replace::<LoginPolicy, std::convert::Infallible>(id, |policy, _| {
                let mut policy = policy.clone();
                change(&mut policy);
                Ok(policy)
            });
    }
}

/// Changes the login policy that was just made.
fn on_new(app: &App, asked: &Asked, answer: &Answer, edit: impl FnOnce(&mut LoginPolicy)) {
    let id = answer.value().filter(|_| asked.creates(POLICIES));
    if let Some(id) = id.and_then(|id| Id::parse(id.as_str()?)) {
        change(app, asked, id, edit);
    }
}
