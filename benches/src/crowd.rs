//! Customers in any number, and the requests that their clients send.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fixtures::seed::Tenant;
use fixtures::seed::tenant::{Client, ClientKind, TokenPolicy};

/// The id of the client that gets opaque tokens; every customer has one.
pub const OPAQUE: &str = "6d1f0b8a-7c11-4c39-9a51-00000000a001";

/// The id of the client that gets JWTs; every customer has one.
pub const JWT: &str = "6d1f0b8a-7c11-4c39-9a51-00000000a002";

/// The secret of both.
pub const SECRET: &str = "a-secret-of-the-benches";

/// The form that asks for a token.
pub const FORM: &str = "grant_type=client_credentials&scope=*%3A**";

/// Returns the id of a customer by its number; number 0 is the demo's, whose keys need not be made.
pub fn customer(number: u32) -> String {
    format!("{:08x}-0000-3000-9000-000000000000", 0x0100_0000 + number)
}

/// Returns a customer with a client for opaque tokens, one for JWTs, and some more, to be listed.
pub fn tenant(number: u32, more: u32) -> Tenant {
    let policy = |id: &str, use_access_jwt| TokenPolicy {
        id: id.to_owned(),
        title: "Benches".to_owned(),
        access_token_lifetime: None,
        refresh_token_lifetime: None,
        allowed_scopes: Some(vec!["*:**".to_owned()]),
        use_access_jwt,
    };
    let (opaque, jwt) = (
        policy("6d1f0b8a-7c11-4c39-9a51-00000000b001", false),
        policy("6d1f0b8a-7c11-4c39-9a51-00000000b002", true),
    );
    let client = |id: String, policy: &TokenPolicy| Client {
        id,
        name: "A client of the benches".to_owned(),
        kind: ClientKind::Confidential,
        secret: serde_json::from_value(SECRET.into()).ok(),
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        login_policy: None,
        token_policy: policy.id.clone(),
    };
    let mut clients = vec![
        client(OPAQUE.to_owned(), &opaque),
        client(JWT.to_owned(), &jwt),
    ];
    clients.extend((0..more).map(|n| client(format!("7d1f0b8a-7c11-4c39-9a51-{n:012x}"), &opaque)));
    Tenant {
        schema: None,
        customer: customer(number),
        token_policies: vec![opaque, jwt],
        login_policies: Vec::new(),
        clients,
        users: Vec::new(),
    }
}

/// Returns what stands in the `Authorization` field of a client.
pub fn basic(client: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client}:{SECRET}")))
}

/// Returns the bytes of a request for a token.
pub fn token_request(customer: &str, client: &str) -> Bytes {
    let authorization = basic(client);
    let path = format!("/{customer}/login/token");
    post(&path, &authorization, FORM)
}

/// Returns the bytes of a request with a form.
pub fn post(path: &str, authorization: &str, form: &str) -> Bytes {
    let length = form.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: {authorization}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
    )
    .into()
}

/// Returns the bytes of a request that reads, with or without an `Authorization` field.
pub fn get(path: &str, authorization: Option<&str>) -> Bytes {
    let authorization = authorization.map(|value| format!("authorization: {value}\r\n"));
    let authorization = authorization.unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{authorization}\r\n").into()
}
