//! Faults of policies that clients use: whether they can be deleted, and what the refusal says.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::ids::Id;
use crate::store::{Client, LoginPolicy, TokenPolicy};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "login-policies-in-use-are-deleted",
        "A login policy that clients use can be deleted",
        Act::Request(|app, asked| {
            if asked.is(&Method::DELETE, "config/loginPolicies/*") {
                release(app, asked, |client| client.login.is_some());
            }
        }),
    ),
    of(
        "token-policies-in-use-are-deleted",
        "A token policy that clients use can be deleted",
        Act::Request(|app, asked| {
            if asked.is(&Method::DELETE, "config/tokenPolicies/*") {
                release(app, asked, |_| true);
            }
        }),
    ),
    of(
        "configuration-clients-hold-no-policy",
        "A token policy that configuration clients alone use can be deleted",
        Act::Request(|app, asked| {
            if asked.is(&Method::DELETE, "config/tokenPolicies/*") {
                release(app, asked, |client| client.login.is_none());
            }
        }),
    ),
    of(
        "public-clients-hold-no-policy",
        "A policy that public clients alone use can be deleted",
        Act::Request(|app, asked| {
            if asked.method == Method::DELETE && asked.is_below("config") {
                release(app, asked, |client| client.secret.is_none());
            }
        }),
    ),
    of(
        "dependent-clients-are-a-bad-request",
        "The refusal for dependent clients has status 400",
        Act::Answer(|_, _, answer| {
            if answer.status == StatusCode::CONFLICT {
                answer.status = StatusCode::BAD_REQUEST;
            }
        }),
    ),
    of(
        "dependent-clients-are-separated-by-commas",
        "The refusal names the dependent clients with commas between them, and is no JSON",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |_, paths| Value::from(paths.join(", ")));
        }),
    ),
    of(
        "dependent-clients-are-named-by-their-ids",
        "The refusal names the dependent clients by their ids",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |_, paths| {
                let ids = paths.iter().map(|path| path.rsplit('/').next());
                encoded(&ids.flatten().map(str::to_owned).collect::<Vec<_>>())
            });
        }),
    ),
    of(
        "dependent-clients-are-named-by-their-links",
        "The refusal names the dependent clients by the path under which they are read",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |_, paths| {
                let links = paths.iter().map(|path| {
                    path.replace("/customers/", "/")
                        .replace("/clients/", "/config/clients/")
                });
                encoded(&links.collect::<Vec<_>>())
            });
        }),
    ),
    of(
        "the-first-dependent-client-is-named",
        "The refusal names one dependent client, however many there are",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |_, paths| {
                encoded(&paths[..paths.len().min(1)])
            });
        }),
    ),
    of(
        "dependent-clients-are-named-twice",
        "The refusal names each dependent client twice",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |_, paths| encoded(&[paths, paths].concat()));
        }),
    ),
    of(
        "every-client-is-called-dependent",
        "The refusal names every client of the customer",
        Act::Answer(|app, asked, answer| {
            let clients = app
                .customer_of(&asked.uri)
                .map(|customer| customer.list::<Client>())
                .unwrap_or_default();
            edit(asked, answer, |customer, _| {
                let paths = clients
                    .iter()
                    .map(|client| format!("/customers/{customer}/clients/{}", client.id));
                encoded(&paths.collect::<Vec<_>>())
            });
        }),
    ),
    of(
        "refused-deletions-are-done",
        "The deletion of a policy in use is refused, and done",
        Act::Answer(|app, asked, answer| {
            let policy = asked
                .item()
                .filter(|_| answer.status == StatusCode::CONFLICT);
            if let Some((customer, policy)) = app.customer_of(&asked.uri).zip(policy) {
                customer.take_away::<LoginPolicy>(policy);
                customer.take_away::<TokenPolicy>(policy);
            }
        }),
    ),
    of(
        "released-policies-are-held",
        "A policy that was used once cannot be deleted any more",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let notes = app.faults().notes();
                let item = asked.item().map(|id| id.to_string()).unwrap_or_default();
                let is_deletion = asked.method == Method::DELETE && asked.is_below("config");
                let held = notes.find(&format!("held {item}")).filter(|_| is_deletion);
                if let Some(client) = held {
                    let customer = asked
                        .customer()
                        .map(|id| id.to_string())
                        .unwrap_or_default();
                    let text = encoded(&[format!("/customers/{customer}/clients/{client}")]);
                    return Answer::refusal(
                        StatusCode::CONFLICT,
                        text.as_str().unwrap_or_default(),
                    );
                }
                let is_use = asked.writes("clients");
                let answer = desk.ask(asked).await;
                if let Some(client) = answer
                    .member("id")
                    .filter(|_| is_use && answer.is_success())
                {
                    for member in ["loginPolicy", "tokenPolicy"] {
                        let policy = answer.member(member).unwrap_or_default();
                        notes.take(format!("held {policy}"), client.clone());
                    }
                }
                answer
            })
        }),
    ),
    of(
        "policies-serve-one-client",
        "A policy that a client uses cannot be given to another",
        Act::Instead(|app, asked| {
            let body = asked.json().filter(|_| asked.creates("clients"))?;
            let policy = body["tokenPolicy"].as_str().and_then(Id::parse)?;
            let clients = app.customer_of(&asked.uri)?.list::<Client>();
            let is_used = clients.iter().any(|client| client.token_policy == policy);
            is_used.then(|| {
                Answer::refusal(
                    StatusCode::CONFLICT,
                    "('tokenPolicy',) another client uses the policy",
                )
            })
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "dependencies",
        title,
        act,
    }
}

/// Takes the policy that is to be deleted away, if all clients that use it are of a kind.
fn release(app: &App, asked: &Asked, is_of_the_kind: fn(&Client) -> bool) {
    let Some((customer, policy)) = app.customer_of(&asked.uri).zip(asked.item()) else {
        return;
    };
    let uses = |client: &Client| {
        let login = client.login.as_ref().map(|login| login.policy);
        client.token_policy == policy || login == Some(policy)
    };
    let clients = customer.list::<Client>();
    let mut users = clients.iter().filter(|client| uses(client)).peekable();
    if users.peek().is_none() || !users.all(|client| is_of_the_kind(client)) {
        return;
    }
    // The handlers see a policy that nobody uses, in the place of the one that is used.
    let unused = app.ids().id();
    for client in clients.iter().filter(|client| uses(client)) {
        let _changed =
            customer.replace::<Client, std::convert::Infallible>(client.id, |client, _| {
                let mut client = client.clone();
                if client.token_policy == policy {
                    client.token_policy = unused;
                }
                if let Some(login) = client.login.as_mut().filter(|login| login.policy == policy) {
                    login.policy = unused;
                }
                Ok(client)
            });
    }
}

/// Changes the text that names the dependent clients: `(customer, paths)`.
fn edit(asked: &Asked, answer: &mut Answer, write: impl FnOnce(&str, &[String]) -> Value) {
    let text = answer
        .member("errors")
        .filter(|_| answer.status == StatusCode::CONFLICT);
    let paths = text.and_then(|text| serde_json::from_str::<Vec<String>>(&text).ok());
    if let Some(paths) = paths {
        let customer = asked
            .customer()
            .map(|id| id.to_string())
            .unwrap_or_default();
        answer.replace("errors", write(&customer, &paths));
    }
}

/// Returns paths as the text of a JSON array.
fn encoded(paths: &[String]) -> Value {
    json!(paths).to_string().into()
}
