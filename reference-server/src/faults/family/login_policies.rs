//! Faults of the login policies that are made.

use serde_json::{Value, json};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::store::IdentityStore;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "login-policies-need-no-title",
        "A login policy without a title is called `Untitled`",
        Act::Request(|_, asked| {
            if asked.creates("loginPolicies") {
                asked.edit_members(|members| {
                    members.entry("title").or_insert(json!("Untitled"));
                });
            }
        }),
    ),
    of(
        "login-policies-need-no-login-page",
        "A login policy without `loginURL` has the page of the server",
        Act::Request(|_, asked| {
            if asked.creates("loginPolicies") {
                asked.edit_members(|members| {
                    members
                        .entry("loginURL")
                        .or_insert(json!("https://localhost/login"));
                });
            }
        }),
    ),
    of(
        "any-text-is-a-login-page",
        "A `loginURL` of a login policy that is made is taken whatever it is",
        Act::Request(|_, asked| {
            if asked.creates("loginPolicies") {
                asked.edit_members(|members| {
                    if let Some(url) = members.get_mut("loginURL").filter(|url| url.is_string()) {
                        *url = json!("https://localhost/login");
                    }
                });
            }
        }),
    ),
    of(
        "login-policies-need-no-store",
        "A login policy without an identity store gets one of the server",
        Act::Request(|_, asked| {
            if asked.creates("loginPolicies") {
                asked.edit_members(|members| {
                    members.entry("identityStoreDetails").or_insert(json!({ "type": "janrainCapture", "connectionDetails": { "domain": "localhost", "applicationId": "a", "entityType": "user", "clientId": "c", "clientSecret": "s" } }));
                });
            }
        }),
    ),
    of(
        "any-identity-store-will-do",
        "An identity store of another type is taken for the one that there is",
        Act::Request(|_, asked| {
            if asked.creates(POLICIES) {
                asked.edit_json(|policy| {
                    if let Some(kind) = policy.pointer_mut("/identityStoreDetails/type") {
                        *kind = IdentityStore::KIND.into();
                    }
                });
            }
        }),
    ),
    of(
        "connections-need-no-entity-type",
        "Connection details without an entity type mean `user`",
        Act::Request(|_, asked| fill_connection(asked, "entityType", "user")),
    ),
    of(
        "connections-need-no-secret",
        "Connection details need no `clientSecret`",
        Act::Request(|_, asked| fill_connection(asked, "clientSecret", "s")),
    ),
    of(
        "secrets-of-stores-are-hidden",
        "The `clientSecret` of an identity store is shown as asterisks",
        Act::Answer(|_, asked, answer| {
            if asked.is_below("config/loginPolicies") {
                answer.edit(|policy| {
                    if let Some(secret) =
                        policy.pointer_mut("/identityStoreDetails/connectionDetails/clientSecret")
                    {
                        *secret = "********".into();
                    }
                });
            }
        }),
    ),
    of(
        "new-login-policies-answer-whole",
        "The creation of a login policy answers with an object that holds the id",
        Act::Answer(|_, asked, answer| {
            if asked.creates(POLICIES) && answer.is_success() {
                answer.edit(|id| *id = json!({ "id": id.clone() }));
            }
        }),
    ),
    of(
        "new-login-policies-answer-with-their-title",
        "The creation of a login policy answers with its title",
        Act::Answer(|_, asked, answer| {
            if let Some(title) = asked
                .member("title")
                .filter(|_| asked.creates(POLICIES) && answer.is_success())
            {
                answer.set_body(json!(title).to_string());
            }
        }),
    ),
    of(
        "login-policies-are-linked-by-their-store",
        "The link of a login policy names its identity store",
        Act::Answer(|_, asked, answer| {
            if asked.views(POLICIES) {
                answer.edit(|policy| {
                    if let Some(href) = policy.pointer_mut("/_links/self/href") {
                        *href = "/config/store/loginPolicies".into();
                    }
                });
            }
        }),
    ),
    of(
        "custom-claims-are-needed",
        "A login policy without custom claims is refused",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.writes(POLICIES))?;
            body.get("customClaims")
                .is_none()
                .then(|| Answer::unprocessable("('customClaims',) field required"))
        }),
    ),
    of(
        "custom-claims-have-both-places",
        "Custom claims for one place alone are refused",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.writes(POLICIES))?;
            let places = body.get("customClaims")?.as_object()?;
            (places.len() == 1)
                .then(|| Answer::unprocessable("('customClaims', 'id_token') field required"))
        }),
    ),
    of(
        "attributes-are-not-kept",
        "Custom claims are kept with the name of the claim in the place of the attribute",
        Act::Request(|_, asked| {
            if asked.writes(POLICIES) {
                asked.edit_members(|members| {
                    let places = members
                        .get_mut("customClaims")
                        .and_then(Value::as_object_mut);
                    for claims in places.into_iter().flat_map(|places| places.values_mut()) {
                        for (name, attribute) in claims.as_object_mut().into_iter().flatten() {
                            *attribute = name.as_str().into();
                        }
                    }
                });
            }
        }),
    ),
    of(
        "no-custom-claims-are-null",
        "A login policy without custom claims shows null in their place",
        Act::Answer(|_, asked, answer| {
            if asked.views(POLICIES) {
                answer.edit_members(|members| {
                    members.entry("customClaims").or_insert(Value::Null);
                });
            }
        }),
    ),
    of(
        "copies-of-policies-are-refused",
        "A new login policy that comes with the links of a fetched one is refused",
        Act::Instead(|_, asked| {
            let body = asked.json().filter(|_| asked.creates(POLICIES))?;
            body.get("_links")
                .map(|_| Answer::unprocessable("('_links',) extra fields not permitted"))
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "login_policies",
        title,
        act,
    }
}

const POLICIES: &str = "loginPolicies";

/// Sends a connection detail along, if it is missing.
fn fill_connection(asked: &mut Asked, detail: &str, value: &str) {
    if asked.creates(POLICIES) {
        asked.edit_json(|policy| {
            let details = policy.pointer_mut("/identityStoreDetails/connectionDetails");
            if let Some(details) = details.and_then(Value::as_object_mut) {
                details.entry(detail).or_insert(value.into());
            }
        });
    }
}
