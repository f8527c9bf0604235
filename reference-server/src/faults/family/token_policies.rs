//! Faults of token policies: lifetimes, scopes, and what a modification leaves.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::store::TokenPolicy;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "token-policies-need-no-title",
        "A token policy without a title is called `Untitled`",
        Act::Request(|_, asked| {
            if asked.creates(POLICIES) {
                asked.edit_members(|members| {
                    members.entry("title").or_insert("Untitled".into());
                });
            }
        }),
    ),
    of(
        "modified-token-policies-need-no-title",
        "A modification of a token policy need not repeat the title",
        Act::Request(|app, asked| {
            if let Some(present) = present(app, asked) {
                asked.edit_members(|members| {
                    members
                        .entry("title")
                        .or_insert(present.title.clone().into());
                });
            }
        }),
    ),
    of(
        "short-lifetimes-are-lengthened",
        "A lifetime of an access token below a minute is taken for a minute",
        Act::Request(|_, asked| {
            seconds(asked, "accessTokenLifetime", |seconds| {
                if seconds < 60 { 60 } else { seconds }
            });
        }),
    ),
    of(
        "long-lifetimes-are-shortened",
        "A lifetime of an access token above an hour is taken for an hour",
        Act::Request(|_, asked| {
            seconds(asked, "accessTokenLifetime", |seconds| {
                if seconds > 3600 { 3600 } else { seconds }
            });
        }),
    ),
    of(
        "short-refresh-lifetimes-are-lengthened",
        "A lifetime of a refresh token below a minute is taken for a minute",
        Act::Request(|_, asked| {
            seconds(asked, "refreshTokenLifetime", |seconds| {
                if seconds < 60 { 60 } else { seconds }
            });
        }),
    ),
    of(
        "long-refresh-lifetimes-are-shortened",
        "A lifetime of a refresh token above a year is taken for a year",
        Act::Request(|_, asked| {
            seconds(asked, "refreshTokenLifetime", |seconds| {
                if seconds > 31_557_600 {
                    31_557_600
                } else {
                    seconds
                }
            });
        }),
    ),
    of(
        "a-minute-is-too-short",
        "A lifetime of an access token of exactly a minute is refused",
        Act::Instead(|_, asked| refuse(asked, "accessTokenLifetime", |seconds| seconds == 60)),
    ),
    of(
        "an-hour-is-too-long",
        "A lifetime of an access token of exactly an hour is refused",
        Act::Instead(|_, asked| refuse(asked, "accessTokenLifetime", |seconds| seconds == 3600)),
    ),
    of(
        "a-minute-is-too-short-to-refresh",
        "A lifetime of a refresh token of exactly a minute is refused",
        Act::Instead(|_, asked| refuse(asked, "refreshTokenLifetime", |seconds| seconds == 60)),
    ),
    of(
        "a-year-has-365-days",
        "A lifetime of a refresh token of more than 365 days is refused",
        Act::Instead(|_, asked| {
            refuse(asked, "refreshTokenLifetime", |seconds| {
                seconds > 365 * 86_400
            })
        }),
    ),
    of(
        "access-tokens-live-half-an-hour-by-default",
        "`accessTokenLifetime` is 1800 unless it is given",
        Act::Request(|_, asked| by_default(asked, "accessTokenLifetime", json!(1800))),
    ),
    of(
        "refresh-tokens-live-a-month-by-default",
        "`refreshTokenLifetime` is 30 days unless it is given",
        Act::Request(|_, asked| by_default(asked, "refreshTokenLifetime", json!(30 * 86_400))),
    ),
    of(
        "access-tokens-are-jwts-by-default",
        "`useAccessJWT` is true unless it is given",
        Act::Request(|_, asked| by_default(asked, "useAccessJWT", json!(true))),
    ),
    of(
        "policies-allow-nothing-by-default",
        "`allowedScopes` is empty unless it is given",
        Act::Request(|_, asked| by_default(asked, "allowedScopes", json!([]))),
    ),
    of(
        "user-scopes-cannot-be-listed",
        "A token policy that lists user scopes loses them",
        Act::Request(|_, asked| {
            if asked.writes(POLICIES) {
                asked.edit_members(|members| {
                    if let Some(scopes) = members
                        .get_mut("allowedScopes")
                        .and_then(Value::as_array_mut)
                    {
                        scopes
                            .retain(|scope| scope.as_str().is_none_or(|scope| scope.contains(':')));
                    }
                });
            }
        }),
    ),
    of(
        "one-scope-is-kept",
        "Of the scopes that a token policy lists the first one alone is kept",
        Act::Request(|_, asked| {
            if asked.writes(POLICIES) {
                asked.edit_members(|members| {
                    if let Some(scopes) = members
                        .get_mut("allowedScopes")
                        .and_then(Value::as_array_mut)
                    {
                        scopes.truncate(1);
                    }
                });
            }
        }),
    ),
    of(
        "access-jwts-cannot-be-wished-for",
        "`useAccessJWT` is not kept",
        Act::Request(|_, asked| {
            if asked.writes(POLICIES) {
                asked.edit_members(|members| {
                    members.remove("useAccessJWT");
                });
            }
        }),
    ),
    of(
        "access-jwts-are-refused",
        "A token policy with `useAccessJWT` is refused",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.writes(POLICIES))?;
            body.get("useAccessJWT")
                .map(|_| Answer::unprocessable("('useAccessJWT',) extra fields not permitted"))
        }),
    ),
    of(
        "lifetimes-as-text-are-refused",
        "The lifetime of a refresh token cannot be sent as text, that of an access token can",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.writes(POLICIES))?;
            body["refreshTokenLifetime"].is_string().then(|| {
                Answer::unprocessable("('refreshTokenLifetime',) value is not a valid integer")
            })
        }),
    ),
    of(
        "lifetimes-are-numbers",
        "A lifetime cannot be sent as text",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.writes(POLICIES))?;
            body["accessTokenLifetime"].is_string().then(|| {
                Answer::unprocessable("('accessTokenLifetime',) value is not a valid integer")
            })
        }),
    ),
    of(
        "lifetimes-are-shown-as-text",
        "A lifetime that is sent as text is shown as text",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let sent = asked.json().filter(|_| asked.writes(POLICIES));
                let is_text = sent.is_some_and(|sent| sent["accessTokenLifetime"].is_string());
                let views = asked.views(POLICIES);
                let item = asked.item().map(|id| id.to_string());
                let mut answer = desk.ask(asked).await;
                let made = answer
                    .value()
                    .filter(|_| is_text)
                    .and_then(|id| Some(id.as_str()?.to_owned()));
                if let Some(made) = made {
                    app.faults()
                        .notes()
                        .take(format!("text {made}"), String::new());
                }
                let is_noted = item.is_some_and(|item| {
                    app.faults().notes().find(&format!("text {item}")).is_some()
                });
                if views && is_noted {
                    answer.edit_members(|members| {
                        if let Some(seconds) = members.get_mut("accessTokenLifetime") {
                            *seconds = seconds.to_string().into();
                        }
                    });
                }
                answer
            })
        }),
    ),
    of(
        "halves-of-seconds-are-cut-off",
        "A lifetime with a fraction is cut to a whole number",
        Act::Request(|_, asked| {
            if asked.writes(POLICIES) {
                asked.edit_members(|members| {
                    if let Some(seconds) = members.get_mut("accessTokenLifetime")
                        && let Some(whole) = seconds
                            .as_f64()
                            .filter(|seconds| (60.0..3600.0).contains(seconds))
                    {
                        *seconds = json!(whole.trunc());
                    }
                });
            }
        }),
    ),
    of(
        "refused-values-are-not-named",
        "The text that refuses a value does not name the member",
        Act::Answer(|_, asked, answer| {
            if asked.is_below("config") && answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                answer.replace("errors", "a value cannot be accepted");
            }
        }),
    ),
    of(
        "left-out-members-stay",
        "A modification leaves what it does not mention as it was",
        Act::Request(|app, asked| {
            if let Some(present) = present(app, asked) {
                asked.edit_members(|members| {
                    members
                        .entry("accessTokenLifetime")
                        .or_insert(present.access_token_lifetime.into());
                    members
                        .entry("refreshTokenLifetime")
                        .or_insert(present.refresh_token_lifetime.into());
                    members
                        .entry("allowedScopes")
                        .or_insert(json!(present.allowed_scopes()));
                    members
                        .entry("useAccessJWT")
                        .or_insert(present.use_access_jwt.into());
                });
            }
        }),
    ),
    of(
        "modifications-are-whole-or-refused",
        "A modification of a token policy with the title alone is refused",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.modifies(POLICIES))?;
            (body.as_object()?.len() == 1)
                .then(|| Answer::unprocessable("('accessTokenLifetime',) field required"))
        }),
    ),
    of(
        "refresh-lifetimes-stay",
        "A modification leaves the lifetime of refresh tokens as it was",
        Act::Request(|app, asked| {
            if let Some(present) = present(app, asked) {
                asked.edit_members(|members| {
                    if members.contains_key("refreshTokenLifetime") {
                        members.insert(
                            "refreshTokenLifetime".to_owned(),
                            present.refresh_token_lifetime.into(),
                        );
                    }
                });
            }
        }),
    ),
    of(
        "new-token-policies-answer-whole",
        "The creation of a token policy answers with an object that holds the id",
        Act::Answer(|_, asked, answer| {
            if asked.creates(POLICIES) && answer.is_success() {
                answer.edit(|id| *id = json!({ "id": id.clone() }));
            }
        }),
    ),
    of(
        "token-policies-are-linked-by-title",
        "The link of a token policy ends with its title",
        Act::Answer(|_, asked, answer| {
            if asked.views(POLICIES) {
                answer.edit(|policy| {
                    if let Some(href) = policy.pointer_mut("/_links/self/href") {
                        *href = "/config/tokenPolicies/title".into();
                    }
                });
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "token_policies",
        title,
        act,
    }
}

const POLICIES: &str = "tokenPolicies";

/// Returns the policy that is going to be modified.
fn present(app: &App, asked: &Asked) -> Option<Arc<TokenPolicy>> {
    let customer = app.customer_of(&asked.uri)?;
    customer
        .find(asked.item()?)
        .filter(|_| asked.modifies(POLICIES))
}

/// Sends other seconds, where a whole number of them is sent.
fn seconds(asked: &mut Asked, member: &str, change: impl FnOnce(i64) -> i64) {
    if asked.writes(POLICIES) {
        asked.edit_members(|members| {
            if let Some(value) = members.get_mut(member)
                && let Some(seconds) = value.as_i64()
            {
                *value = change(seconds).into();
            }
        });
    }
}

fn refuse(asked: &Asked, member: &str, is_bad: impl FnOnce(i64) -> bool) -> Option<Answer> {
    let body = asked.json().filter(|_| asked.writes(POLICIES))?;
    let is_bad = is_bad(body[member].as_i64()?);
    is_bad.then(|| Answer::unprocessable(&format!("('{member}',) this value cannot be had")))
}

/// Sends a member along, if it is left out.
fn by_default(asked: &mut Asked, member: &str, value: Value) {
    if asked.writes(POLICIES) {
        asked.edit_members(|members| {
            members.entry(member).or_insert(value);
        });
    }
}
