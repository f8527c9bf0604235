//! Login clients and login policies, made for a check through the configuration API.

use serde_json::{Map, Value, json};

use super::{Kind, LoginClient};
use crate::{
    expect,
    secret::Secret,
    target::Target,
    verdict::{During as _, NotPassed, Skip},
};

impl Target {
    /// Makes a login client like the one that is described: of its policies and its redirect URI, unless the members name
    /// others. It is public, unless they say otherwise.
    ///
    /// # Errors
    ///
    /// A mismatch when the target refuses.
    pub async fn make_login_client(&self, members: Value) -> Result<LoginClient, NotPassed> {
        let members = match members {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        let described = self.any_login_client()?;
        let mut whole = json!({
            "type": Kind::Public.as_str(),
            "redirectURIs": [described.redirect_uri],
        });
        if !members.contains_key("loginPolicy") || !members.contains_key("tokenPolicy") {
            let shown = self.described_client().await?;
            for policy in ["loginPolicy", "tokenPolicy"] {
                whole[policy] = json!(expect::text(&shown, &format!("/{policy}"))?);
            }
        }
        for (name, value) in members {
            whole[name] = value;
        }
        let kind = match whole["type"].as_str() {
            Some("confidential") => Kind::Confidential,
            _ => Kind::Public,
        };
        let client = self.make_client(whole).await?;
        let id = expect::text(&client, "/id")?.to_owned();
        let secret = match (kind, client["secret"].as_str()) {
            (Kind::Public, _) => None,
            (Kind::Confidential, Some(secret)) => Some(Secret::new(secret)),
            (Kind::Confidential, None) => Some(Secret::new(self.reset_secret(&id).await?)),
        };
        Ok(LoginClient {
            kind,
            id,
            secret,
            redirect_uri: expect::text(&client, "/redirectURIs/0")?.to_owned(),
            post_logout_redirect_uri: None,
        })
    }

    /// Makes a login policy with the identity store and the login page of the one that the described client has, unless the
    /// members name others, and returns its id.
    ///
    /// # Errors
    ///
    /// A mismatch when the target refuses; a skip when it does not show its identity store as a whole.
    pub async fn make_login_policy_like_described(
        &self,
        members: Value,
    ) -> Result<String, NotPassed> {
        let client = self.described_client().await?;
        let policy = expect::text(&client, "/loginPolicy")?;
        let answer = self
            .administrator()
            .get(format!("config/loginPolicies/{policy}"))
            .await?;
        let action = "GET of the described client's login policy";
        expect::status(&answer, &[200]).during(action)?;
        let shown = answer.json().during(action)?;
        let secret = "/identityStoreDetails/connectionDetails/clientSecret";
        if shown
            .pointer(secret)
            .is_none_or(|secret| !secret.is_string())
        {
            let reason = "the target does not show the secret of its identity store, so no other policy can use the same";
            return Err(Skip::because(reason).into());
        }
        let mut whole = Map::new();
        for name in ["identityStoreDetails", "loginURL"] {
            whole.insert(name.to_owned(), shown[name].clone());
        }
        if let Value::Object(members) = members {
            whole.extend(members);
        }
        self.make_login_policy(Value::Object(whole)).await
    }

    /// Returns the described login client as the configuration API shows it.
    async fn described_client(&self) -> Result<Value, NotPassed> {
        let client = self.any_login_client()?;
        let answer = self
            .administrator()
            .get(format!("config/clients/{}", client.id))
            .await?;
        let action = "GET of the described client";
        expect::status(&answer, &[200]).during(action)?;
        Ok(answer.json().during(action)?)
    }
}
