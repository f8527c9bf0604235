//! Faults of the modification of login policies: what has to come along, what changes and what does not.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::App;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::store::LoginPolicy;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "modified-policies-need-no-id",
        "A modification of a login policy need not repeat its id",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                asked.edit_members(|members| {
                    members.entry("id").or_insert(present.id.to_string().into());
                });
            }
        }),
    ),
    of(
        "modified-policies-need-no-title",
        "A modification of a login policy need not repeat its title",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                asked.edit_members(|members| {
                    members
                        .entry("title")
                        .or_insert(present.title.clone().into());
                });
            }
        }),
    ),
    of(
        "modified-policies-need-no-login-page",
        "A modification of a login policy need not repeat `loginURL`",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                asked.edit_members(|members| {
                    members
                        .entry("loginURL")
                        .or_insert(present.login_url.clone().into());
                });
            }
        }),
    ),
    of(
        "modified-policies-need-no-store",
        "A modification of a login policy need not repeat its identity store",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                asked.edit_members(|members| {
                    members
                        .entry("identityStoreDetails")
                        .or_insert(json!(present.identity_store));
                });
            }
        }),
    ),
    of(
        "another-id-is-ignored",
        "A modification of a login policy with another id succeeds, and the id stays",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                asked.edit_members(|members| {
                    members.insert("id".to_owned(), present.id.to_string().into());
                });
            }
        }),
    ),
    of(
        "another-store-is-ignored",
        "A modification with another identity store succeeds, and the store stays",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                asked.edit_members(|members| {
                    members.insert(
                        "identityStoreDetails".to_owned(),
                        json!(present.identity_store),
                    );
                });
            }
        }),
    ),
    of(
        "identity-stores-can-be-changed",
        "The identity store of a login policy can be changed",
        Act::Request(|app, asked| change_store(app, asked, |_| true)),
    ),
    of(
        "secrets-of-stores-can-be-changed",
        "The `clientSecret` of an identity store can be changed",
        Act::Request(|app, asked| change_store(app, asked, |detail| detail == "clientSecret")),
    ),
    of(
        "entity-types-have-no-case",
        "Whether the entity type of a store is to be changed is seen without regard to case",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                let own = &present.identity_store.connection_details.entity_type;
                asked.edit_json(|policy| {
                    let sent =
                        policy.pointer_mut("/identityStoreDetails/connectionDetails/entityType");
                    if let Some(sent) = sent.filter(|sent| {
                        sent.as_str()
                            .is_some_and(|sent| sent.eq_ignore_ascii_case(own))
                    }) {
                        *sent = own.clone().into();
                    }
                });
            }
        }),
    ),
    of(
        "fixed-stores-are-refused-in-other-words",
        "An attempt to change the identity store is refused in other words",
        Act::Answer(|_, asked, answer| {
            if asked.modifies(POLICIES) {
                answer.edit_text(|text| {
                    text.replace(
                        "identityStoreDetails cannot be changed",
                        "('identityStoreDetails',) is immutable",
                    )
                });
            }
        }),
    ),
    of(
        "titles-of-policies-stay",
        "A modification of a login policy leaves its title as it was",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                asked.edit_members(|members| {
                    members.insert("title".to_owned(), present.title.clone().into());
                });
            }
        }),
    ),
    of(
        "login-pages-stay",
        "A modification of a login policy leaves `loginURL` as it was",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                asked.edit_members(|members| {
                    members.insert("loginURL".to_owned(), present.login_url.clone().into());
                });
            }
        }),
    ),
    of(
        "custom-claims-stay",
        "A modification of a login policy leaves custom claims as they were",
        Act::Request(|app, asked| {
            let present = present(app, asked).filter(|_| asked.modifies(POLICIES));
            if let Some(present) = present {
                asked.edit_members(|members| match &present.custom_claims {
                    Some(claims) => drop(members.insert("customClaims".to_owned(), json!(claims))),
                    None => drop(members.remove("customClaims")),
                });
            }
        }),
    ),
    of(
        "custom-claims-add-up",
        "A modification of a login policy adds custom claims to those that there are",
        Act::Request(|app, asked| {
            let present = present(app, asked).and_then(|policy| policy.custom_claims.clone());
            let present = present
                .filter(|_| asked.modifies(POLICIES))
                .map(|claims| json!(claims));
            if let Some(Value::Object(places)) = present {
                asked.edit_members(|members| {
                    let sent = members.entry("customClaims").or_insert(json!({}));
                    for (place, claims) in places {
                        let Some(sent) = sent.as_object_mut() else {
                            continue;
                        };
                        let sent = sent.entry(place).or_insert(json!({}));
                        for (name, attribute) in claims.as_object().into_iter().flatten() {
                            if let Some(sent) = sent.as_object_mut() {
                                sent.entry(name).or_insert(attribute.clone());
                            }
                        }
                    }
                });
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "login_policy_changes",
        title,
        act,
    }
}

const POLICIES: &str = "loginPolicies";

fn present(app: &App, asked: &Asked) -> Option<Arc<LoginPolicy>> {
    app.customer_of(&asked.uri)?.find(asked.item()?)
}

/// Changes the connection details of a policy before its modification, so that the handlers see no difference.
fn change_store(app: &App, asked: &Asked, may_change: fn(&str) -> bool) {
    let sent = asked.json().filter(|_| asked.modifies(POLICIES));
    let (Some(sent), Some(customer), Some(id)) = (sent, app.customer_of(&asked.uri), asked.item())
    else {
        return;
    };
    let details = &sent["identityStoreDetails"]["connectionDetails"];
    let detail = |name: &str, present: &str| match details[name].as_str() {
        Some(sent) if may_change(name) => sent.to_owned(),
        _ => present.to_owned(),
    };
    // A policy that is gone has nothing to change.
    let _changed = customer.replace::<LoginPolicy, std::convert::Infallible>(id, |policy, _| {
        let mut policy = policy.clone();
        let store = &mut policy.identity_store.connection_details;
        store.domain = detail("domain", &store.domain);
        store.application_id = detail("applicationId", &store.application_id);
        store.entity_type = detail("entityType", &store.entity_type);
        store.client_id = detail("clientId", &store.client_id);
        store.client_secret = detail("clientSecret", &store.client_secret);
        Ok(policy)
    });
}
