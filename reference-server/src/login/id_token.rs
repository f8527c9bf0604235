//! ID tokens: OpenID Connect Core, 2, with every claim that the documentation shows.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::discovery::issuer;
use crate::app::App;
use crate::keys::KeyError;
use crate::profiles::oidc::claims::Delivery;
use crate::store::{Authorization, Customer, User};

/// An ID token in the making.
pub(crate) struct IdToken<'a> {
    app: &'a App,
    customer: &'a Customer,
    user: &'a User,
    authorization: &'a Authorization,
    claims: Map<String, Value>,
}

impl<'a> IdToken<'a> {
    /// Begins with what every ID token says, and with the claims that the client asked for by name.
    pub(crate) fn new(
        app: &'a App,
        customer: &'a Customer,
        user: &'a User,
        authorization: &'a Authorization,
    ) -> Self {
        let client = authorization.client.to_string();
        let mut claims = Delivery::of(app, customer, user, authorization).id_token();
        for (name, value) in [
            ("acr", authorization.acr.into()),
            ("amr", authorization.amr.into()),
            ("aud", vec![client.as_str()].into()),
            ("auth_time", authorization.auth_time.seconds().into()),
            ("azp", client.as_str().into()),
            ("global_sub", authorization.global_sub.as_ref().into()),
            (
                "iss",
                issuer(&app.settings().public_url, customer.id()).into(),
            ),
            ("jti", app.ids().jti().into()),
            ("sid", authorization.session.to_string().into()),
            ("sub", user.id.to_string().into()),
        ] {
            let value: Value = value;
            claims.insert(name.to_owned(), value);
        }
        let new = Self {
            app,
            customer,
            user,
            authorization,
            claims,
        };
        new.without("nonce").without("at_hash").without("c_hash")
    }

    /// Makes it live for so many seconds.
    pub(crate) fn lifetime(self, seconds: u32) -> Self {
        let issued_at = self.app.clock().now().seconds();
        self.with("iat", issued_at)
            .with("exp", issued_at + u64::from(seconds))
    }

    /// Repeats the nonce of the request.
    pub(crate) fn nonce(self, nonce: Option<&str>) -> Self {
        match nonce {
            Some(nonce) => self.with("nonce", nonce),
            None => self,
        }
    }

    /// Ties it to an access token that is issued along with it.
    pub(crate) fn beside_access_token(self, access_token: &str) -> Self {
        self.with("at_hash", half_digest(access_token))
    }

    /// Ties it to a code that is issued along with it.
    pub(crate) fn beside_code(self, code: &str) -> Self {
        self.with("c_hash", half_digest(code))
    }

    /// Adds the claims of the granted scopes: without an access token, the client has no other way to them (OpenID
    /// Connect Core, 5.4).
    pub(crate) fn instead_of_userinfo(mut self) -> Self {
        let delivery = Delivery::of(self.app, self.customer, self.user, self.authorization);
        for (name, value) in delivery.of_scopes(&self.authorization.scope) {
            self.claims.entry(name).or_insert(value);
        }
        self
    }

    pub(crate) async fn sign(self) -> Result<String, KeyError> {
        let keys = self.customer.keys();
        self.app.signer().sign(keys, &self.claims).await
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// A claim of the customer's own does not stand in for one that the protocol gives a meaning.
    fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }
}

/// Returns the left half of the SHA-256 digest in base64url: OpenID Connect Core, 3.1.3.6 and 3.3.2.11.
fn half_digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_digest_is_that_of_the_samples() {
        // The access token and code of OpenID Connect Core, appendices A.3, A.4 and A.6.
        assert_eq!(
            half_digest("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
        assert_eq!(
            half_digest("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
    }
}
