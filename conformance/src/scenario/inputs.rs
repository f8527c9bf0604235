//! What a scenario is handed: the run's own names, and the clients of the target's description.

use serde_json::{Map, Value, json};

use crate::{
    profile::Profile,
    relying_party::{Kind, LoginClient},
    target::{Target, caller::basic},
    verdict::NotPassed,
};

/// Returns the inputs by name. What the target lacks is null: a scenario that reads it says so in `x-needs`, and is not played.
///
/// # Errors
///
/// Skips what is about webhooks where the administrator may not do everything with them.
pub(super) async fn of(target: &Target) -> Result<Value, NotPassed> {
    let client = target.session().configuration_client.as_ref();
    let mut inputs = Map::new();
    let mut give = |name: String, value: Option<String>| inputs.insert(name, json!(value));
    give("customer".to_owned(), Some(target.customer().to_owned()));
    give("prefix".to_owned(), Some(target.prefix().to_owned()));
    give(
        "client_id".to_owned(),
        client.map(|client| client.id.clone()),
    );
    give(
        "client_secret".to_owned(),
        client.map(|client| client.secret.expose().to_owned()),
    );
    give("client_basic".to_owned(), client.map(basic));
    for (who, client) in [
        ("login", target.any_login_client().ok()),
        ("public", target.login_client(Kind::Public).ok()),
        ("confidential", target.login_client(Kind::Confidential).ok()),
    ] {
        let client = client.as_ref();
        give(format!("{who}_id"), client.map(|client| client.id.clone()));
        give(
            format!("{who}_redirect_uri"),
            client.map(|client| client.redirect_uri.clone()),
        );
        let credentials = client.and_then(LoginClient::credentials);
        give(
            format!("{who}_secret"),
            credentials
                .as_ref()
                .map(|credentials| credentials.secret.expose().to_owned()),
        );
        give(format!("{who}_basic"), credentials.as_ref().map(basic));
    }
    if target.profile() == Some(Profile::Webhooks) {
        target.webhooks_administrator().await?;
        inputs.insert("endpoint".to_owned(), json!(target.endpoint().await?));
    }
    Ok(Value::Object(inputs))
}
