//! The registry's oauth2-test-server, on a free port. Its own program listens on a fixed one and makes up the ids of its
//! clients when they register.

use oauth2_test_server::{AppState, Client, IssuerConfig};

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("`{name}` is not set"))
}

fn client(id: String, secret: Option<String>, method: &str) -> Client {
    Client {
        client_id: id,
        client_secret: secret,
        redirect_uris: vec![variable("FOREIGN_REDIRECT_URI")],
        grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
        response_types: vec!["code".to_owned()],
        scope: "openid profile email offline_access".to_owned(),
        token_endpoint_auth_method: method.to_owned(),
        client_name: None,
        client_uri: None,
        logo_uri: None,
        contacts: Vec::new(),
        policy_uri: None,
        tos_uri: None,
        jwks: None,
        jwks_uri: None,
        software_id: None,
        software_version: None,
        registration_access_token: None,
        registration_client_uri: None,
    }
}

#[tokio::main]
async fn main() {
    let config = IssuerConfig {
        host: "127.0.0.1".to_owned(),
        default_user_id: variable("FOREIGN_USER"),
        ..IssuerConfig::default()
    };
    let state = AppState::new(config);
    let public = client(variable("FOREIGN_PUBLIC_CLIENT"), None, "none");
    let confidential = client(
        variable("FOREIGN_CONFIDENTIAL_CLIENT"),
        Some(variable("FOREIGN_SECRET")),
        "client_secret_basic",
    );
    for client in [public, confidential] {
        state.store.insert_client(client).await;
    }
    let (address, server) = state.start().await;
    println!("listening on http://{address}");
    if let Err(error) = server.await {
        eprintln!("{error}");
    }
}
