//! Objects of the target's configuration, made in the documentation's words.

use serde_json::{Map, Value, json};

use super::{
    caller::{Caller, token_request},
    handle::Target,
};
use crate::{
    expect,
    http::Answer,
    secret::{Credentials, Secret},
    verdict::{During as _, Mismatch, NotPassed},
};

/// A configuration client that the check made, with its token policy.
#[derive(Debug, Clone)]
pub struct ConfigurationClient {
    /// Its id and secret.
    pub credentials: Credentials,
    /// Id of the token policy whose `allowedScopes` decide what it can be granted.
    pub token_policy: String,
}

impl Target {
    /// Asks for a token by client credentials, and returns whatever the token endpoint answers.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`].
    pub async fn request_token(
        &self,
        client: &Credentials,
        scope: &str,
    ) -> Result<Answer, NotPassed> {
        self.anonymous().send(token_request(client, scope)).await
    }

    /// Asks for a token by client credentials, and returns it.
    ///
    /// # Errors
    ///
    /// A mismatch when there is none in the answer; else as [`Caller::get`].
    pub async fn token(&self, client: &Credentials, scope: &str) -> Result<Secret, NotPassed> {
        let answer = self.request_token(client, scope).await?;
        let action = "asking for a token";
        expect::status(&answer, &[200]).during(action)?;
        let body = answer.json().during(action)?;
        let token = expect::text(&body, "/access_token").during(action)?;
        Ok(Secret::new(token))
    }

    /// Makes a token policy and returns its id. A title is added when there is none among the members.
    ///
    /// # Errors
    ///
    /// A mismatch when the target refuses; else as [`Caller::get`].
    pub async fn make_token_policy(&self, members: Value) -> Result<String, NotPassed> {
        let members = with(members, [("title", json!(self.name("token-policy")))]);
        self.make("config/tokenPolicies", members).await
    }

    /// Makes a login policy and returns its id. What is required and not among the members is added.
    ///
    /// # Errors
    ///
    /// As [`Target::make_token_policy`].
    pub async fn make_login_policy(&self, members: Value) -> Result<String, NotPassed> {
        let members = with(
            members,
            [
                ("title", json!(self.name("login-policy"))),
                (
                    "loginURL",
                    json!("https://login.example.test/auth-ui/login"),
                ),
                ("identityStoreDetails", identity_store_details()),
            ],
        );
        self.make("config/loginPolicies", members).await
    }

    /// Makes a client and returns the target's answer: the whole client. A name is added when there is none.
    ///
    /// # Errors
    ///
    /// As [`Target::make_token_policy`].
    pub async fn make_client(&self, members: Value) -> Result<Value, NotPassed> {
        let members = with(members, [("name", json!(self.name("client")))]);
        let answer = self.administrator().post("config/clients", members).await?;
        let action = "making a client";
        expect::status(&answer, &[200, 201]).during(action)?;
        let client = answer.json().during(action)?;
        expect::text(&client, "/id").during(action)?;
        Ok(client)
    }

    /// Makes a configuration client whose token policy allows exactly these scopes.
    ///
    /// Its secret comes from the answer that makes it or, when that has none, from a reset.
    ///
    /// # Errors
    ///
    /// As [`Target::make_token_policy`].
    pub async fn make_configuration_client(
        &self,
        scopes: &[&str],
    ) -> Result<ConfigurationClient, NotPassed> {
        let token_policy = self
            .make_token_policy(json!({ "allowedScopes": scopes }))
            .await?;
        let client = self
            .make_client(json!({ "type": "confidential", "tokenPolicy": token_policy }))
            .await?;
        let id = expect::text(&client, "/id")?.to_owned();
        let secret = match client.get("secret").and_then(Value::as_str) {
            Some(secret) => secret.to_owned(),
            None => self.reset_secret(&id).await?,
        };
        Ok(ConfigurationClient {
            credentials: Credentials::new(id, secret),
            token_policy,
        })
    }

    /// Resets a client's secret and returns the new one.
    ///
    /// # Errors
    ///
    /// As [`Target::make_token_policy`].
    pub async fn reset_secret(&self, client: &str) -> Result<String, NotPassed> {
        let (_, answer) = self.reset(client).await?;
        let action = "resetting a secret";
        expect::status(&answer, &[200, 201]).during(action)?;
        let body = answer.json().during(action)?;
        Ok(expect::text(&body, "/secret").during(action)?.to_owned())
    }

    /// Returns who holds a token with exactly these scopes, granted to a client made for it.
    ///
    /// # Errors
    ///
    /// A mismatch when the target refuses, or grants anything else.
    pub async fn bearer_of(&self, scopes: &[&str]) -> Result<Caller<'_>, NotPassed> {
        let client = self.make_configuration_client(scopes).await?;
        let answer = self
            .request_token(&client.credentials, &scopes.join(" "))
            .await?;
        let action = "asking for the scopes that the token policy allows";
        expect::status(&answer, &[200]).during(action)?;
        let body = answer.json().during(action)?;
        expect::same_words(&body, "/scope", scopes).during(action)?;
        let token = Secret::new(expect::text(&body, "/access_token").during(action)?);
        Ok(self.bearer(&token))
    }

    async fn make(&self, collection: &str, members: Value) -> Result<String, NotPassed> {
        let answer = self.administrator().post(collection, members).await?;
        let action = format!("POST of {collection}");
        expect::status(&answer, &[200, 201]).during(&action)?;
        let body = answer.json().during(&action)?;
        match body.as_str() {
            Some(id) => Ok(id.to_owned()),
            None => Err(
                Mismatch::new("body", [json!("the id as a JSON string")], body)
                    .during(action)
                    .into(),
            ),
        }
    }
}

/// Returns an identity store that no login ever reaches.
pub fn identity_store_details() -> Value {
    json!({
        "type": "janrainCapture",
        "connectionDetails": {
            "domain": "store.example.test",
            "applicationId": "proofhouse0application0id",
            "clientId": "proofhouse0owner0client0id",
            "clientSecret": "proofhouse0owner0client0secret",
            "entityType": "user",
        },
    })
}

/// Adds members that are not there yet.
fn with<const N: usize>(members: Value, defaults: [(&str, Value); N]) -> Value {
    let mut object = match members {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    for (name, value) in defaults {
        object.entry(name.to_owned()).or_insert(value);
    }
    Value::Object(object)
}
