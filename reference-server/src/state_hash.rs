//! One hash for configuration and users: equal as long as nobody changed any of it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::store::{Client, Customer, LoginPolicy, TokenPolicy};
use crate::webhooks::Filter;

impl App {
    /// Returns the SHA-256 hash of all configuration and all users, as 64 hexadecimal digits: what must not change when
    /// somebody only works with objects of their own, and removes them.
    ///
    /// Secrets and passwords are part of it. Sessions, codes, tokens, keys and events are not.
    pub fn state_hash(&self) -> String {
        let mut hash = Sha256::new();
        for customer in self.store().customers() {
            feed(&mut hash, &described(&customer));
        }
        hex(&hash.finalize())
    }
}

/// Everything about a customer that can be configured, secrets as digests.
fn described(customer: &Customer) -> Value {
    let clients: Vec<Value> = customer
        .list::<Client>()
        .iter()
        .map(|client| {
            let login = client.login.as_ref();
            let secret = client.secret.as_ref();
            json!({
                "id": client.id,
                "name": client.name,
                "redirectURIs": client.redirect_uris,
                "postLogoutRedirectURIs": client.post_logout_redirect_uris,
                "loginPolicy": login.map(|login| login.policy),
                "applicationClient": login.map(|login| &login.application_client),
                "tokenPolicy": client.token_policy,
                "secret": secret.map(|secret| hex(secret.digest.bytes())),
            })
        })
        .collect();
    let login_policies: Vec<Value> = customer
        .list::<LoginPolicy>()
        .iter()
        .map(|policy| {
            json!({
                "id": policy.id,
                "title": policy.title,
                "loginURL": policy.login_url,
                "identityStore": policy.identity_store,
                "customClaims": policy.custom_claims,
                "pushClaims": policy.push_claims,
                "allowedResponseTypes": policy.allowed_response_types,
            })
        })
        .collect();
    let token_policies: Vec<Value> = customer
        .list::<TokenPolicy>()
        .iter()
        .map(|policy| {
            json!({
                "id": policy.id,
                "title": policy.title,
                "accessTokenLifetime": policy.access_token_lifetime,
                "refreshTokenLifetime": policy.refresh_token_lifetime,
                "allowedScopes": policy.allowed_scopes(),
                "useAccessJWT": policy.use_access_jwt,
            })
        })
        .collect();
    let users: Vec<Value> = customer
        .users()
        .list()
        .iter()
        .map(
            |user| json!({ "attributes": user.attributes, "password": hex(&user.password.mark()) }),
        )
        .collect();
    let subscriptions: Vec<Value> = customer
        .webhooks()
        .list()
        .iter()
        .map(|subscription| {
            let terms = &subscription.terms;
            let events: Vec<_> = terms.events.iter().map(|event| event.name()).collect();
            json!({
                "id": subscription.id,
                "title": terms.title,
                "endpoint": terms.endpoint,
                "events": events,
                "enabled": terms.enabled,
                "filter": terms.filter.as_ref().map(Filter::schema),
            })
        })
        .collect();
    json!({
        "subscriptions": subscriptions,
        "id": customer.id(),
        "clients": clients,
        "loginPolicies": login_policies,
        "tokenPolicies": token_policies,
        "users": users,
    })
}

/// Feeds a value in a form of its own: the members of objects in the order of their names, whatever order they are kept
/// in, and lengths in front, so that no two values are fed alike.
fn feed(hash: &mut Sha256, value: &Value) {
    let mut length = |kind: u8, length: usize| {
        hash.update([kind]);
        hash.update((length as u64).to_be_bytes());
    };
    match value {
        Value::Array(items) => {
            length(b'[', items.len());
            items.iter().for_each(|item| feed(hash, item));
        }
        Value::Object(members) => {
            length(b'{', members.len());
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            for (name, member) in members {
                feed(hash, &Value::from(name.as_str()));
                feed(hash, member);
            }
        }
        Value::String(text) => {
            length(b'"', text.len());
            hash.update(text);
        }
        other => {
            let text = other.to_string();
            length(b'1', text.len());
            hash.update(text);
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &Value) -> String {
        let mut hash = Sha256::new();
        feed(&mut hash, value);
        hex(&hash.finalize())
    }

    #[test]
    fn no_two_values_are_fed_alike() {
        let values = [
            json!(null),
            json!("null"),
            json!([]),
            json!({}),
            json!([""]),
            json!(["a", "b"]),
            json!(["ab"]),
            json!([["a"], "b"]),
            json!({ "a": "b" }),
            json!({ "a": 1 }),
            json!({ "a": "1" }),
        ];
        let hashes: std::collections::BTreeSet<String> = values.iter().map(of).collect();
        assert_eq!(hashes.len(), values.len());
        assert_eq!(
            of(&json!({ "a": 1, "b": 2 })),
            of(&json!({ "b": 2, "a": 1 }))
        );
    }
}
