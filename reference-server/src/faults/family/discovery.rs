//! Faults of the discovery document: what it says of the server.

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, HOST};
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "issuer-ends-with-a-slash",
        "The issuer of the discovery document ends with a slash",
        Act::Answer(|_, asked, answer| {
            text(asked, answer, "issuer", |issuer| format!("{issuer}/"));
        }),
    ),
    of(
        "issuer-is-the-customer",
        "The issuer of the discovery document is the customer's address, without `/login`",
        Act::Answer(|_, asked, answer| {
            text(asked, answer, "issuer", |issuer| {
                issuer.replace("/login", "")
            });
        }),
    ),
    of(
        "authorization-endpoint-is-the-login-page",
        "The discovery document names the login page as authorization endpoint",
        Act::Answer(|_, asked, answer| {
            text(asked, answer, "authorization_endpoint", |address| {
                address.replace("/login/authorize", "/auth-ui/login")
            });
        }),
    ),
    of(
        "token-endpoint-is-plural",
        "The discovery document has the token endpoint at `/tokens`",
        Act::Answer(|_, asked, answer| {
            text(asked, answer, "token_endpoint", |address| {
                format!("{address}s")
            });
        }),
    ),
    of(
        "introspection-endpoint-is-of-another-host",
        "The discovery document has the introspection endpoint on another host, without TLS",
        Act::Answer(|_, asked, answer| {
            text(asked, answer, "introspection_endpoint", |_| {
                "http://tokens.example.test/introspect".to_owned()
            });
        }),
    ),
    of(
        "revocation-endpoint-is-that-of-introspection",
        "The discovery document names the introspection endpoint for revocation, too",
        Act::Answer(|_, asked, answer| {
            text(asked, answer, "revocation_endpoint", |address| {
                address.replace("/revoke", "/introspect")
            });
        }),
    ),
    of(
        "userinfo-endpoint-is-below-login",
        "The discovery document has userinfo below `/login`, where nothing is",
        Act::Answer(|_, asked, answer| {
            text(asked, answer, "userinfo_endpoint", |address| {
                address.replace("/profiles/oidc/", "/login/")
            });
        }),
    ),
    of(
        "userinfo-endpoint-is-left-out",
        "The discovery document does not name the userinfo endpoint",
        Act::Answer(|_, asked, answer| without(asked, answer, "userinfo_endpoint")),
    ),
    of(
        "keys-are-elsewhere",
        "The discovery document has the keys at `/.well-known/jwks.json`, where nothing is",
        Act::Answer(|_, asked, answer| {
            text(asked, answer, "jwks_uri", |address| {
                address.replace("/jwk", "/.well-known/jwks.json")
            });
        }),
    ),
    of(
        "end-session-endpoint-is-the-page",
        "The discovery document names the logout page as end session endpoint",
        Act::Answer(|_, asked, answer| {
            text(asked, answer, "end_session_endpoint", |address| {
                address.replace("/login/end_session", "/auth-ui/logout")
            });
        }),
    ),
    of(
        "host-header-is-believed",
        "The addresses of the discovery document are made from the Host that a request names",
        Act::Answer(|app, asked, answer| {
            let base = app.settings().public_url.to_string();
            let host = asked.headers.get(HOST).and_then(|host| host.to_str().ok());
            if let (true, Some(host)) = (is_document(asked), host) {
                answer.edit_text(|text| text.replace(&base, &format!("http://{host}")));
            }
        }),
    ),
    of(
        "signing-algorithms-are-left-out",
        "The discovery document does not say how ID tokens are signed",
        Act::Answer(|_, asked, answer| {
            without(asked, answer, "id_token_signing_alg_values_supported");
        }),
    ),
    of(
        "signing-algorithm-is-es256",
        "The discovery document says that ID tokens are signed with ES256",
        Act::Answer(|_, asked, answer| {
            list(
                asked,
                answer,
                "id_token_signing_alg_values_supported",
                |list| {
                    *list = vec![json!("ES256")];
                },
            );
        }),
    ),
    of(
        "subjects-are-said-to-be-pairwise",
        "The discovery document says that each client sees other subjects",
        Act::Answer(|_, asked, answer| {
            list(asked, answer, "subject_types_supported", |list| {
                *list = vec![json!("pairwise")];
            });
        }),
    ),
    of(
        "response-type-code-is-left-out",
        "The discovery document leaves the response type `code` out",
        Act::Answer(|_, asked, answer| {
            list(asked, answer, "response_types_supported", |list| {
                *list = vec![json!("id_token")];
            });
        }),
    ),
    of(
        "response-types-are-made-up",
        "The discovery document names a response type that nobody knows",
        Act::Answer(|_, asked, answer| {
            list(asked, answer, "response_types_supported", |list| {
                list.push(json!("device"));
            });
        }),
    ),
    of(
        "response-modes-are-made-up",
        "The discovery document names a response mode that is refused",
        Act::Answer(|_, asked, answer| {
            list(asked, answer, "response_modes_supported", |list| {
                list.push(json!("web_message"));
            });
        }),
    ),
    of(
        "response-modes-are-left-out",
        "The discovery document leaves out that answers come as forms",
        Act::Answer(|_, asked, answer| {
            without_entry(asked, answer, "response_modes_supported", "form_post");
        }),
    ),
    of(
        "refresh-grant-is-left-out",
        "The discovery document leaves the refresh token grant out",
        Act::Answer(|_, asked, answer| {
            without_entry(asked, answer, "grant_types_supported", "refresh_token");
        }),
    ),
    of(
        "grants-are-made-up",
        "The discovery document names a grant that the token endpoint does not know",
        Act::Answer(|_, asked, answer| {
            list(asked, answer, "grant_types_supported", |list| {
                list.push(json!("password"));
            });
        }),
    ),
    of(
        "administrative-grant-is-the-other-way",
        "The discovery document names the grant of administrators where it should not, or leaves it out where it should",
        Act::Answer(|_, asked, answer| {
            list(asked, answer, "grant_types_supported", |list| {
                let before = list.len();
                list.retain(|grant| grant != "client_credentials");
                if list.len() == before {
                    list.push(json!("client_credentials"));
                }
            });
        }),
    ),
    of(
        "post-authentication-is-left-out",
        "The discovery document leaves out that secrets are taken from the form",
        Act::Answer(|_, asked, answer| {
            without_entry(
                asked,
                answer,
                "token_endpoint_auth_methods_supported",
                "client_secret_post",
            );
        }),
    ),
    of(
        "openid-is-no-scope",
        "The discovery document leaves `openid` out of the scopes",
        Act::Answer(|_, asked, answer| without_entry(asked, answer, "scopes_supported", "openid")),
    ),
    of(
        "claims-are-left-out",
        "The discovery document does not name the claims of the address and the telephone",
        Act::Answer(|_, asked, answer| {
            list(asked, answer, "claims_supported", |list| {
                list.retain(|claim| claim != "address" && claim != "phone_number");
            });
        }),
    ),
    of(
        "plain-challenges-are-said-to-work",
        "The discovery document names the challenge method `plain`, which is refused",
        Act::Answer(|_, asked, answer| {
            list(asked, answer, "code_challenge_methods_supported", |list| {
                *list = vec![json!("plain")];
            });
        }),
    ),
    of(
        "lists-name-entries-twice",
        "The discovery document names each scope twice",
        Act::Answer(|_, asked, answer| {
            list(asked, answer, "scopes_supported", |list| {
                list.extend(list.clone());
            });
        }),
    ),
    of(
        "lists-are-empty",
        "The discovery document says with an empty list that there is no response mode",
        Act::Answer(|_, asked, answer| list(asked, answer, "response_modes_supported", Vec::clear)),
    ),
    of(
        "discovery-needs-a-token",
        "The discovery document and the keys are shown only to who has a token",
        Act::Around(|_, asked, behind| {
            Box::pin(async move {
                if is_public(&asked) && asked.bearer().is_none() {
                    return Answer::oauth(
                        StatusCode::UNAUTHORIZED,
                        "invalid_request",
                        "a token is needed",
                    );
                }
                behind.ask(asked).await
            })
        }),
    ),
    of(
        "discovery-is-plain-text",
        "The discovery document and the keys are said to be plain text",
        Act::Answer(|_, asked, answer| {
            if is_public(asked) {
                answer.set_header(CONTENT_TYPE, "text/plain");
            }
        }),
    ),
    of(
        "discovery-is-closed-to-other-origins",
        "Pages of other origins may not read the discovery document and the keys",
        Act::Answer(|_, asked, answer| {
            if is_public(asked) {
                answer.headers.remove(ACCESS_CONTROL_ALLOW_ORIGIN);
            }
        }),
    ),
    of(
        "discovery-takes-any-method",
        "The discovery document and the keys answer any method as they answer GET",
        Act::Request(|_, asked| {
            if asked.is_on(DOCUMENT) || asked.is_on("login/jwk") {
                asked.method = Method::GET;
            }
        }),
    ),
    of(
        "discovery-is-there-for-anybody",
        "Under a customer id that nobody has there are a discovery document and a key set all the same",
        Act::Answer(|app, asked, answer| {
            if !is_public(asked) || answer.is_success() {
                return;
            }
            let issuer = format!(
                "{}{}",
                app.settings().public_url,
                asked
                    .uri
                    .path()
                    .replace("/.well-known/openid-configuration", "")
            );
            *answer = Answer::json(
                StatusCode::OK,
                &match asked.is_on(DOCUMENT) {
                    true => json!({ "issuer": issuer, "response_types_supported": ["code"] }),
                    false => json!({ "keys": [] }),
                },
            );
        }),
    ),
];

const DOCUMENT: &str = "login/.well-known/openid-configuration";

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "discovery",
        title,
        act,
    }
}

fn is_document(asked: &Asked) -> bool {
    asked.is(&Method::GET, DOCUMENT)
}

/// Tells whether it is what anybody may read: the document or the keys.
fn is_public(asked: &Asked) -> bool {
    is_document(asked) || asked.is(&Method::GET, "login/jwk")
}

fn members(asked: &Asked, answer: &mut Answer, edit: impl FnOnce(&mut Map<String, Value>)) {
    if is_document(asked) && answer.is_success() {
        answer.edit_members(edit);
    }
}

fn text(asked: &Asked, answer: &mut Answer, name: &str, change: impl FnOnce(&str) -> String) {
    members(asked, answer, |members| {
        if let Some(Value::String(text)) = members.get_mut(name) {
            *text = change(text);
        }
    });
}

fn list(asked: &Asked, answer: &mut Answer, name: &str, change: impl FnOnce(&mut Vec<Value>)) {
    members(asked, answer, |members| {
        if let Some(Value::Array(list)) = members.get_mut(name) {
            change(list);
        }
    });
}

fn without(asked: &Asked, answer: &mut Answer, name: &str) {
    members(asked, answer, |members| {
        members.remove(name);
    });
}

fn without_entry(asked: &Asked, answer: &mut Answer, name: &str, entry: &str) {
    list(asked, answer, name, |list| {
        list.retain(|each| each != entry);
    });
}
