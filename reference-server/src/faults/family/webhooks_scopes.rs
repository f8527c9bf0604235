//! Faults of who may do what with webhooks.

use http::StatusCode;
use scope_lang::Method;
use serde_json::Value;

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::rights::{Question, decide_on_webhooks, holder};
use crate::faults::subscribed::{COLLECTION, lists};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "webhooks-without-a-token-are-unauthorized-in-other-words",
        "A call without a token is refused with `Unauthorized`",
        Act::Answer(|_, asked, answer| {
            if is_without_token(asked) {
                *answer = Answer::refusal(answer.status, "Unauthorized");
            }
        }),
    ),
    of(
        "webhooks-without-a-token-are-forbidden",
        "A call without a token is answered 403",
        Act::Answer(|_, asked, answer| {
            if is_without_token(asked) {
                answer.status = StatusCode::FORBIDDEN;
            }
        }),
    ),
    of(
        "webhooks-look-for-the-subscription-first",
        "A call without a token about a subscription that does not exist is answered 404",
        Act::Answer(|_, asked, answer| {
            if is_without_token(asked) && !asked.is_on(COLLECTION) {
                *answer = Answer::refusal(StatusCode::NOT_FOUND, "not found");
            }
        }),
    ),
    of(
        "webhooks-take-unknown-tokens-for-bad-requests",
        "A token that was never issued is answered 400",
        Act::Answer(|app, asked, answer| {
            let is_unknown = asked.bearer().is_some() && holder(app, asked).is_none();
            if is_unknown && asked.is_below(COLLECTION) {
                answer.status = StatusCode::BAD_REQUEST;
            }
        }),
    ),
    of(
        "webhooks-forbid-in-other-words",
        "What no scope allows is refused with `Access denied`",
        Act::Answer(|_, asked, answer| {
            if asked.is_below(COLLECTION) && answer.status == StatusCode::FORBIDDEN {
                *answer = Answer::refusal(StatusCode::FORBIDDEN, "Access denied");
            }
        }),
    ),
    of(
        "webhooks-namespace-is-without-events",
        "`webhooks/**` opens the subscriptions, and no events",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed()
                    && (!is_about_events(it) || it.covering().any(|scope| !scope.contains("**")))
            });
        }),
    ),
    of(
        "configuration-opens-webhooks",
        "A scope under `config` opens the webhooks",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed()
                    || it.is_allowed_with(|scope| Some(scope.replace(":config/", ":webhooks/")))
            });
        }),
    ),
    of(
        "subscriptions-open-their-events",
        "A scope on subscriptions opens their events",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed()
                    || (is_about_events(it)
                        && it.is_allowed_with(|scope| {
                            Some(scope.replace("webhooks/subscriptions", "webhooks/events"))
                        }))
            });
        }),
    ),
    of(
        "events-open-their-subscriptions",
        "A scope on events opens the subscriptions",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed()
                    || it.is_allowed_with(|scope| {
                        Some(scope.replace("webhooks/events", "webhooks/subscriptions"))
                    })
            });
        }),
    ),
    of(
        "mutate-access-views-subscriptions",
        "Mutate access views subscriptions as well",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed() || (is_get(it) && it.is_met_by('+') && !it.is_met_by('-'))
            });
        }),
    ),
    of(
        "mutate-access-patches-nothing",
        "Mutate access creates subscriptions, and modifies none",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed() && (it.method != Method::Patch || it.is_met_by('*'))
            });
        }),
    ),
    of(
        "mutate-access-creates-no-subscription",
        "Mutate access modifies subscriptions, and creates none",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                let creates = it.method == Method::Post && it.path == COLLECTION;
                it.is_allowed() && (!creates || it.is_met_by('*'))
            });
        }),
    ),
    of(
        "mutate-access-deletes-subscriptions",
        "Mutate access deletes subscriptions as well",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed() || (is_delete(it) && it.is_met_by('+') && !it.is_met_by('-'))
            });
        }),
    ),
    of(
        "read-access-patches",
        "Read access modifies subscriptions",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed() || (it.method == Method::Patch && it.is_met_by('.'))
            });
        }),
    ),
    of(
        "denials-of-events-are-forgotten",
        "A deny on events counts for nothing",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed()
                    || it.is_allowed_with(|scope| {
                        (!scope.starts_with("-:webhooks/events")).then(|| scope.to_owned())
                    })
            });
        }),
    ),
    of(
        "denials-of-subscriptions-are-forgotten",
        "A deny on subscriptions counts for nothing",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed_with(|scope| (!scope.starts_with('-')).then(|| scope.to_owned()))
            });
        }),
    ),
    of(
        "full-access-to-subscriptions-loses",
        "Full access to subscriptions is no more than mutate or read access, where one of them is granted, too",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                let is_less = it.is_met_by('+') || it.is_met_by('.');
                it.is_allowed_with(|scope| {
                    (!is_less || !scope.starts_with('*')).then(|| scope.to_owned())
                })
            });
        }),
    ),
    of(
        "read-access-to-subscriptions-wins",
        "Where mutate and read access meet, read access wins",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed() && (is_get(it) || !it.is_met_by('.') || it.is_met_by('*'))
            });
        }),
    ),
    of(
        "one-subscription-opens-all",
        "A scope for one subscription opens the others, too",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed()
                    || it.is_allowed_with(|scope| {
                        let (behaviour, resource) = scope.split_once(':')?;
                        let is_item = resource.starts_with("webhooks/subscriptions/");
                        let resource = if is_item { COLLECTION } else { resource };
                        Some(format!("{behaviour}:{resource}"))
                    })
            });
        }),
    ),
    of(
        "denied-subscriptions-are-not-listed",
        "A subscription under a deny is not in the list",
        Act::Answer(|app, asked, answer| {
            let Some(grant) = holder(app, asked).filter(|_| lists(asked)) else {
                return;
            };
            let denied: Vec<String> = grant.scope().split(' ').map(str::to_owned).collect();
            crate::faults::subscribed::edit_list(asked, answer, |items| {
                items.retain(|item: &Value| {
                    let id = item["id"].as_str().unwrap_or_default();
                    !denied.contains(&format!("-:{COLLECTION}/{id}"))
                });
            });
        }),
    ),
    of(
        "item-denials-of-subscriptions-let-view",
        "A subscription under a deny can be viewed",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed() || (is_get(it) && it.is_met_by('*'))
            });
        }),
    ),
    of(
        "test-notifications-need-read-access",
        "A test notification needs no more than read access",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                it.is_allowed() || (it.path.ends_with("/test") && it.is_met_by('.'))
            });
        }),
    ),
    of(
        "summaries-belong-to-subscriptions",
        "The summary and the exports are guarded by the subscriptions",
        Act::Request(|app, asked| {
            decide_on_webhooks(app, asked, |it| {
                let parts = ["webhooks/events/summary", "webhooks/events/exports"];
                match parts.iter().any(|part| it.path.starts_with(part)) {
                    true => it.is_allowed_with(|scope| {
                        Some(scope.replace("webhooks/subscriptions", "webhooks/events"))
                    }),
                    false => it.is_allowed(),
                }
            });
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "webhooks_scopes",
        title,
        act,
    }
}

fn is_without_token(asked: &Asked) -> bool {
    asked.is_below(COLLECTION) && asked.bearer().is_none()
}

fn is_about_events(it: &Question) -> bool {
    it.path.starts_with("webhooks/events")
}

fn is_get(it: &Question) -> bool {
    it.method == Method::Get
}

fn is_delete(it: &Question) -> bool {
    it.method == Method::Delete
}
