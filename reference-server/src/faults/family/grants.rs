//! Faults of grants: which of the scopes that a client asks for it is given.

use http::StatusCode;
use serde_json::{Value, json};

use crate::faults::answer::Answer;
use crate::faults::fault::{Act, Fault};
use crate::faults::rights::{decide, grant, holder};
use crate::store::{Client, Item, TokenPolicy};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "all-that-is-listed-is-granted",
        "A client is granted all that its token policy lists, whatever it asks for",
        Act::Answer(|app, asked, answer| grant(app, asked, answer, |it| it.listed)),
    ),
    of(
        "all-that-is-asked-for-is-granted",
        "A client is granted whatever it asks for, listed or not",
        Act::Answer(|app, asked, answer| grant(app, asked, answer, |it| it.wanted)),
    ),
    of(
        "what-was-asked-for-is-echoed",
        "The answer lists the scopes that were asked for, whatever was granted",
        Act::Answer(|_, asked, answer| {
            if let Some(scope) = asked.form("scope").filter(|_| asked.is_grant(GRANT)) {
                answer.replace("scope", scope);
            }
        }),
    ),
    of(
        "covered-scopes-are-granted",
        "A policy that lists `*:**` grants every scope that this covers",
        Act::Answer(|app, asked, answer| {
            grant(app, asked, answer, |it| {
                let is_everything = it.listed.iter().any(|scope| scope == "*:**");
                let wanted = it.wanted.into_iter();
                wanted
                    .filter(|scope| {
                        it.granted.contains(scope) || (is_everything && scope.contains(':'))
                    })
                    .collect()
            });
        }),
    ),
    of(
        "one-missing-scope-refuses-all",
        "Where one scope that is asked for is not listed, none is granted",
        Act::Answer(|app, asked, answer| {
            grant(app, asked, answer, |it| {
                if it.wanted.len() > it.granted.len() {
                    Vec::new()
                } else {
                    it.granted
                }
            });
        }),
    ),
    of(
        "scopes-are-granted-in-any-case",
        "A scope in other capitals than the listed one is granted",
        Act::Answer(|app, asked, answer| {
            grant(app, asked, answer, |it| {
                it.listed
                    .into_iter()
                    .filter(|listed| {
                        it.wanted
                            .iter()
                            .any(|wanted| wanted.eq_ignore_ascii_case(listed))
                    })
                    .collect()
            });
        }),
    ),
    of(
        "slips-in-scopes-are-corrected",
        "A slip in the name of a collection is taken for what was meant",
        Act::Answer(|app, asked, answer| {
            grant(app, asked, answer, |it| {
                it.listed
                    .into_iter()
                    .filter(|listed| it.wanted.iter().any(|wanted| meant(wanted) == *listed))
                    .collect()
            });
        }),
    ),
    of(
        "the-last-scope-is-granted-alone",
        "Of several scopes that are asked for the last one alone is granted",
        Act::Answer(|app, asked, answer| {
            grant(app, asked, answer, |it| {
                it.granted.into_iter().next_back().into_iter().collect()
            });
        }),
    ),
    of(
        "user-scopes-are-left-out",
        "A client that asks for API scopes and user scopes is granted the API scopes alone",
        Act::Answer(|app, asked, answer| {
            grant(app, asked, answer, |it| {
                it.granted
                    .into_iter()
                    .filter(|scope| scope.contains(':'))
                    .collect()
            });
        }),
    ),
    of(
        "denies-are-always-granted",
        "The denies that a policy lists are granted with whatever is asked for",
        Act::Answer(|app, asked, answer| {
            grant(app, asked, answer, |it| {
                let denies = it
                    .listed
                    .into_iter()
                    .filter(|scope| scope.starts_with('-') && !it.granted.contains(scope))
                    .collect::<Vec<_>>();
                it.granted.into_iter().chain(denies).collect()
            });
        }),
    ),
    of(
        "openid-is-always-granted",
        "Every token is granted `openid`",
        Act::Answer(|app, asked, answer| {
            grant(app, asked, answer, |it| {
                it.granted
                    .into_iter()
                    .filter(|scope| scope != "openid")
                    .chain(["openid".to_owned()])
                    .collect()
            });
        }),
    ),
    of(
        "commas-separate-granted-scopes",
        "The answer lists the granted scopes with commas between them",
        Act::Answer(|_, asked, answer| {
            if let Some(scope) = answer.member("scope").filter(|_| asked.is_grant(GRANT)) {
                answer.replace("scope", scope.replace(' ', ","));
            }
        }),
    ),
    of(
        "no-grant-is-null",
        "Where nothing is granted, `scope` is null for scopes that the server does not know, and else empty",
        Act::Answer(|_, asked, answer| {
            let is_known = asked.form("scope").is_some_and(|scope| scope.contains(':'));
            if asked.is_grant(GRANT) && !is_known && answer.member("scope").as_deref() == Some("") {
                answer.replace("scope", serde_json::Value::Null);
            }
        }),
    ),
    of(
        "unlisted-scopes-are-refused",
        "Asking for a scope that is not listed is an error",
        Act::Answer(|_, asked, answer| {
            let wanted = asked.form("scope").unwrap_or_default();
            let granted = answer.member("scope").unwrap_or_default();
            if asked.is_grant(GRANT)
                && answer.is_success()
                && wanted.split(' ').count() > granted.split(' ').count()
            {
                *answer = invalid_scope();
            }
        }),
    ),
    of(
        "no-grant-is-an-error",
        "A request that is granted nothing is refused",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(GRANT) && answer.member("scope").as_deref() == Some("") {
                *answer = invalid_scope();
            }
        }),
    ),
    of(
        "nonsense-is-refused",
        "A text that is no scope at all is refused",
        Act::Instead(|_, asked| {
            let wanted = asked.form("scope").unwrap_or_default();
            let is_nonsense = wanted.bytes().all(|byte| byte.is_ascii_uppercase());
            (asked.is_grant(GRANT) && !wanted.is_empty() && is_nonsense).then(invalid_scope)
        }),
    ),
    of(
        "tokens-lose-what-their-policy-loses",
        "A token that was issued loses the scopes that are taken away from the policy",
        Act::Request(|app, asked| {
            let listed = holder(app, asked).and_then(|grant| {
                let customer = app.store().customer(grant.customer())?;
                let (_, policy) = customer.client_with_policy(grant.client())?;
                Some(policy.allowed_scopes().to_vec())
            });
            if let Some(listed) = listed {
                decide(app, asked, |it| {
                    it.is_allowed_by(
                        it.scopes()
                            .filter(|scope| listed.iter().any(|listed| listed == scope)),
                    )
                });
            }
        }),
    ),
    of(
        "clients-are-granted-what-others-may",
        "A client is granted what any token policy of the customer lists",
        Act::Answer(|app, asked, answer| {
            let policies = asked
                .customer()
                .and_then(|id| app.store().customer(id))
                .map(|customer| customer.list::<TokenPolicy>())
                .unwrap_or_default();
            grant(app, asked, answer, |it| {
                let is_listed = |scope: &String| {
                    policies
                        .iter()
                        .any(|policy| policy.allowed_scopes().contains(scope))
                };
                it.wanted.into_iter().filter(is_listed).collect()
            });
        }),
    ),
    of(
        "policies-never-lose-scopes",
        "A modification of a token policy adds scopes, and takes none away",
        Act::Request(|app, asked| {
            let present = asked
                .customer()
                .and_then(|id| app.store().customer(id))
                .zip(asked.item())
                .and_then(|(customer, id)| customer.find::<TokenPolicy>(id))
                .filter(|_| asked.is(&http::Method::PUT, "config/tokenPolicies/*"));
            if let Some(present) = present {
                asked.edit_members(|members| {
                    if let Some(scopes) = members
                        .get_mut("allowedScopes")
                        .and_then(Value::as_array_mut)
                    {
                        let lost = present.allowed_scopes().iter().map(|scope| json!(scope));
                        let lost: Vec<Value> =
                            lost.filter(|scope| !scopes.contains(scope)).collect();
                        scopes.extend(lost);
                    }
                });
            }
        }),
    ),
    of(
        "lock-outs-are-refused",
        "A modification that takes the scopes away from a configuration client is refused",
        Act::Instead(|app, asked| {
            let customer = app.customer_of(&asked.uri)?;
            let policy = customer.find::<TokenPolicy>(asked.item()?)?;
            let is_used = customer
                .list::<Client>()
                .iter()
                .any(|client| policy.is_used_by(client));
            let body = asked.json()?;
            let kept = body["allowedScopes"].as_array()?;
            let loses = policy
                .allowed_scopes()
                .iter()
                .any(|scope| scope.starts_with('*') && !kept.contains(&json!(scope)));
            let is_change = asked.is(&http::Method::PUT, "config/tokenPolicies/*");
            (is_change && is_used && loses)
                .then(|| Answer::refusal(StatusCode::CONFLICT, "clients would lose their scopes"))
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "grants",
        title,
        act,
    }
}

const GRANT: &str = "client_credentials";

/// Returns what somebody may have meant by a scope.
fn meant(scope: &str) -> String {
    match scope.strip_suffix("Policy") {
        Some(beginning) => format!("{beginning}Policies"),
        None => scope.to_owned(),
    }
}

fn invalid_scope() -> Answer {
    Answer::oauth(
        StatusCode::BAD_REQUEST,
        "invalid_scope",
        "the scope cannot be had",
    )
}
