//! Faults of the clients that are made and modified: what is wanted of them, and what is taken.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::ids::Id;
use crate::store::{Client, LoginPolicy, TokenPolicy};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "clients-need-no-name",
        "A client without a name is called `client`",
        Act::Request(|_, asked| {
            if asked.writes("clients") {
                let value = json!("client");
                asked.edit_members(|members| {
                    members.entry("name").or_insert(value);
                });
            }
        }),
    ),
    of(
        "clients-are-confidential-by-default",
        "A client without a type is confidential",
        Act::Request(|_, asked| {
            if asked.writes("clients") {
                let value = json!("confidential");
                asked.edit_members(|members| {
                    members.entry("type").or_insert(value);
                });
            }
        }),
    ),
    of(
        "modified-clients-keep-their-type",
        "A modification need not repeat the type of the client",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(CLIENTS));
            if let Some(present) = present {
                let kind = if present.secret.is_some() {
                    "confidential"
                } else {
                    "public"
                };
                asked.edit_members(|members| {
                    members.entry("type").or_insert(kind.into());
                });
            }
        }),
    ),
    of(
        "clients-need-no-token-policy",
        "A client without a token policy gets any of the customer",
        Act::Request(|app, asked| {
            if asked.writes("clients") {
                let value = any_token_policy(app, asked);
                asked.edit_members(|members| {
                    members.entry("tokenPolicy").or_insert(value);
                });
            }
        }),
    ),
    of(
        "public-clients-need-no-login-policy",
        "A public client without a login policy gets any of the customer",
        Act::Request(|app, asked| {
            let policy = any_login_policy(app, asked);
            if asked.creates(CLIENTS) {
                asked.edit_members(|members| {
                    if members.get("type").is_some_and(|kind| kind == "public") {
                        members.entry("loginPolicy").or_insert(policy);
                    }
                });
            }
        }),
    ),
    of(
        "configuration-clients-need-a-login-policy",
        "A confidential client without a login policy is refused",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.creates(CLIENTS))?;
            let lacks = body["type"] == "confidential" && body.get("loginPolicy").is_none();
            lacks.then(|| Answer::unprocessable("('loginPolicy',) field required"))
        }),
    ),
    of(
        "configuration-clients-have-a-login-policy",
        "A confidential client that is made without a login policy is given one, and signs users in",
        Act::Request(|app, asked| {
            let policy = any_login_policy(app, asked);
            if asked.creates(CLIENTS) {
                asked.edit_members(|members| {
                    if members
                        .get("type")
                        .is_some_and(|kind| kind == "confidential")
                        && !members.contains_key("loginPolicy")
                    {
                        members.insert("loginPolicy".to_owned(), policy);
                        members.insert(
                            "redirectURIs".to_owned(),
                            json!(["https://localhost/callback"]),
                        );
                    }
                });
            }
        }),
    ),
    of(
        "any-type-will-do",
        "A type that nobody knows is taken for `public`",
        Act::Request(|_, asked| {
            if asked.creates(CLIENTS) {
                asked.edit_members(|members| {
                    if let Some(kind) = members
                        .get_mut("type")
                        .filter(|kind| *kind != "confidential")
                    {
                        *kind = "public".into();
                    }
                });
            }
        }),
    ),
    of(
        "types-can-be-changed",
        "A modification with another type succeeds",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(CLIENTS));
            if let Some(present) = present {
                let kind = if present.secret.is_some() {
                    "confidential"
                } else {
                    "public"
                };
                asked.edit_members(|members| {
                    if let Some(sent) = members.get_mut("type") {
                        *sent = kind.into();
                    }
                });
            }
        }),
    ),
    of(
        "redirect-uris-are-not-needed",
        "A login client without a redirect URI gets one of the server",
        Act::Request(|_, asked| {
            if asked.creates(CLIENTS) {
                asked.edit_members(|members| {
                    let uris = members.entry("redirectURIs").or_insert(json!([]));
                    if uris.as_array().is_some_and(Vec::is_empty) {
                        *uris = json!(["https://localhost/callback"]);
                    }
                });
            }
        }),
    ),
    of(
        "redirect-uris-may-be-empty",
        "A list of redirect URIs may be empty, as long as it is there",
        Act::Request(|_, asked| {
            if asked.creates(CLIENTS) {
                asked.edit_members(|members| {
                    if let Some(uris) = members
                        .get_mut("redirectURIs")
                        .filter(|uris| **uris == json!([]))
                    {
                        *uris = json!(["https://localhost/callback"]);
                    }
                });
            }
        }),
    ),
    of(
        "plain-http-is-taken",
        "A redirect URI with plain HTTP to a remote host is taken",
        Act::Request(|_, asked| {
            each_uri(asked, |uri| match uri.strip_prefix("http://") {
                Some(rest) if !rest.starts_with("localhost") => format!("https://{rest}"),
                _ => uri.to_owned(),
            });
        }),
    ),
    of(
        "plain-http-is-refused-everywhere",
        "A redirect URI with plain HTTP to `localhost` is refused",
        Act::Instead(|_, asked| refuse_uri(asked, |uri| uri.starts_with("http://"))),
    ),
    of(
        "anything-is-a-redirect-uri",
        "A redirect URI with a space, a control character or without a scheme is taken",
        Act::Request(|_, asked| {
            each_uri(asked, |uri| {
                let is_bad = |letter: char| letter == ' ' || letter.is_control();
                match uri.contains(is_bad) || !uri.contains(':') {
                    true => "https://localhost/callback".to_owned(),
                    false => uri.to_owned(),
                }
            });
        }),
    ),
    of(
        "scripts-are-redirect-uris",
        "A redirect URI with the scheme of a script or a file is taken",
        Act::Request(|_, asked| {
            each_uri(asked, |uri| {
                let scheme = uri.split(':').next().unwrap_or_default();
                match scheme {
                    "javascript" | "data" | "file" => "https://localhost/callback".to_owned(),
                    _ => uri.to_owned(),
                }
            });
        }),
    ),
    of(
        "apps-cannot-be-linked-into",
        "A redirect URI with a scheme of its own is refused",
        Act::Instead(|_, asked| refuse_uri(asked, |uri| !uri.starts_with("http"))),
    ),
    of(
        "one-redirect-uri-has-to-do",
        "A second redirect URI is refused",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.writes(CLIENTS))?;
            let count = body["redirectURIs"].as_array().map_or(0, Vec::len);
            (count > 1).then(|| {
                Answer::unprocessable("('redirectURIs',) ensure this value has at most 1 items")
            })
        }),
    ),
    of(
        "several-login-policies-are-taken",
        "Of a list of login policies the first one is taken",
        Act::Request(|_, asked| {
            if asked.writes(CLIENTS) {
                asked.edit_members(|members| {
                    let first = members
                        .get("loginPolicy")
                        .and_then(|policies| policies.get(0))
                        .cloned();
                    if let Some(first) = first {
                        members.insert("loginPolicy".to_owned(), first);
                    }
                });
            }
        }),
    ),
    of(
        "unknown-policies-are-taken",
        "A client may be given a policy that does not exist, and has another one then",
        Act::Request(|app, asked| {
            let (login, token) = (any_login_policy(app, asked), any_token_policy(app, asked));
            let known = app.customer_of(&asked.uri);
            if let Some(known) = known.filter(|_| asked.writes(CLIENTS)) {
                let id = |value: &Value| value.as_str().and_then(Id::parse);
                asked.edit_members(|members| {
                    let is_unknown = |value: &&mut Value| {
                        id(value).is_some_and(|id| known.find::<LoginPolicy>(id).is_none())
                    };
                    if let Some(value) = members.get_mut("loginPolicy").filter(is_unknown) {
                        *value = login;
                    }
                    let is_unknown = |value: &&mut Value| {
                        id(value).is_some_and(|id| known.find::<TokenPolicy>(id).is_none())
                    };
                    if let Some(value) = members.get_mut("tokenPolicy").filter(is_unknown) {
                        *value = token;
                    }
                });
            }
        }),
    ),
    of(
        "unknown-members-are-refused",
        "A modification with a member that nobody wants is refused, `id` and `_links` among them",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.modifies(CLIENTS))?;
            let extra = body.get("id").or(body.get("_links"));
            extra.map(|_| Answer::unprocessable("('id',) extra fields not permitted"))
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "clients",
        title,
        act,
    }
}

const CLIENTS: &str = "clients";

fn present(app: &App, asked: &Asked) -> Option<Arc<Client>> {
    app.customer_of(&asked.uri)?.find(asked.item()?)
}

fn any_login_policy(app: &App, asked: &Asked) -> Value {
    let policies = app
        .customer_of(&asked.uri)
        .map(|customer| customer.list::<LoginPolicy>());
    let policy = policies.and_then(|policies| policies.first().map(|policy| policy.id.to_string()));
    policy.into()
}

fn any_token_policy(app: &App, asked: &Asked) -> Value {
    let policies = app
        .customer_of(&asked.uri)
        .map(|customer| customer.list::<TokenPolicy>());
    let policy = policies.and_then(|policies| policies.first().map(|policy| policy.id.to_string()));
    policy.into()
}

fn each_uri(asked: &mut Asked, change: impl Fn(&str) -> String) {
    if asked.writes(CLIENTS) {
        asked.edit_members(|members| {
            let uris = members
                .get_mut("redirectURIs")
                .and_then(Value::as_array_mut);
            for uri in uris.into_iter().flatten() {
                *uri = change(uri.as_str().unwrap_or_default()).into();
            }
        });
    }
}

fn refuse_uri(asked: &Asked, is_bad: impl Fn(&str) -> bool) -> Option<Answer> {
    let body = asked.json().filter(|_| asked.writes(CLIENTS))?;
    let uris = body["redirectURIs"].as_array()?;
    let found = uris.iter().filter_map(Value::as_str).any(is_bad);
    found.then(|| Answer::unprocessable("('redirectURIs', 0) URL scheme not permitted"))
}
