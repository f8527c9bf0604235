//! `/{customerId}/config/clients`.

mod create;
mod items;
mod secret;

use serde_json::{Value, json};

use crate::caller::{CONFIGURATION_POLICY, LOGIN_POLICY, TOKEN_POLICY};

const CLIENTS: &str = "config/clients";

/// The body of a login client.
fn login_client(kind: &str) -> Value {
    json!({
        "name": "Shop Client",
        "redirectURIs": ["https://shop.example.test/callback"],
        "loginPolicy": LOGIN_POLICY,
        "tokenPolicy": TOKEN_POLICY,
        "type": kind,
    })
}

/// The body of a configuration client.
fn configuration_client() -> Value {
    json!({ "name": "Ops Client", "tokenPolicy": CONFIGURATION_POLICY, "type": "confidential" })
}

/// Puts a value in the place of a member, or removes it.
fn with(mut body: Value, member: &str, value: Option<Value>) -> Value {
    let members = body.as_object_mut().expect("an object");
    match value {
        Some(value) => members.insert(member.to_owned(), value),
        None => members.remove(member),
    };
    body
}
