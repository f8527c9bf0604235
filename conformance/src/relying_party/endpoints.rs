//! Where an issuer answers (OpenID Connect Discovery section 3, RFC 8414 section 2).

use serde_json::Value;

use crate::{http::Answer, verdict::Mismatch};

/// The addresses of an issuer, each whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoints {
    /// Who issues tokens: the claim `iss`.
    pub issuer: String,
    /// Where a browser is sent.
    pub authorization: String,
    /// Where codes and refresh tokens are exchanged.
    pub token: String,
    /// Where the keys are.
    pub jwks: String,
    /// Where claims of a user are.
    pub userinfo: Option<String>,
    /// Where a token is looked at.
    pub introspection: Option<String>,
    /// Where a token is revoked.
    pub revocation: Option<String>,
    /// Where a browser is signed out.
    pub end_session: Option<String>,
    /// The discovery document; `null` where documented paths are known and there is none.
    pub document: Value,
}

impl Endpoints {
    /// Returns the documented addresses of a customer. A document that the target gives says who the issuer is: a customer may
    /// have a name of its own.
    pub fn documented(url: &str, customer: &str, document: Value) -> Self {
        let login = format!("{url}/{customer}/login");
        Self {
            issuer: document["issuer"].as_str().unwrap_or(&login).to_owned(),
            authorization: format!("{login}/authorize"),
            token: format!("{login}/token"),
            jwks: format!("{login}/jwk"),
            userinfo: Some(format!("{url}/{customer}/profiles/oidc/userinfo")),
            introspection: Some(format!("{login}/token/introspect")),
            revocation: Some(format!("{login}/token/revoke")),
            end_session: Some(format!("{login}/end_session")),
            document,
        }
    }

    /// Reads a discovery document.
    ///
    /// # Errors
    ///
    /// A mismatch when it is no JSON object, or a member is missing without which nobody can sign in, or an endpoint is no
    /// address of HTTP.
    ///
    /// ```
    /// use conformance::relying_party::Endpoints;
    /// use serde_json::json;
    ///
    /// let endpoints = Endpoints::discovered(json!({
    ///     "issuer": "https://id.example.test",
    ///     "authorization_endpoint": "https://id.example.test/authorize",
    ///     "token_endpoint": "https://id.example.test/token",
    ///     "jwks_uri": "https://keys.example.test/jwks",
    /// }))?;
    /// assert_eq!(endpoints.jwks, "https://keys.example.test/jwks");
    /// assert_eq!(endpoints.userinfo, None);
    /// # Ok::<(), conformance::verdict::Mismatch>(())
    /// ```
    pub fn discovered(document: Value) -> Result<Self, Mismatch> {
        let optional = |name: &str| match &document[name] {
            Value::Null => Ok(None),
            value => address(name, value).map(Some),
        };
        let required = |name: &str| address(name, &document[name]);
        Ok(Self {
            issuer: crate::expect::text(&document, "/issuer")?.to_owned(),
            authorization: required("authorization_endpoint")?,
            token: required("token_endpoint")?,
            jwks: required("jwks_uri")?,
            userinfo: optional("userinfo_endpoint")?,
            introspection: optional("introspection_endpoint")?,
            revocation: optional("revocation_endpoint")?,
            end_session: optional("end_session_endpoint")?,
            document,
        })
    }

    /// Reads the answer with a discovery document.
    ///
    /// # Errors
    ///
    /// As [`Endpoints::discovered`], and when the status is not 200.
    pub fn read(answer: &Answer) -> Result<Self, Mismatch> {
        crate::expect::status(answer, &[200])?;
        Self::discovered(answer.json()?)
    }

    /// Returns the address of the discovery document of an issuer.
    pub fn document_of(issuer: &str) -> String {
        let issuer = issuer.trim_end_matches('/');
        format!("{issuer}/.well-known/openid-configuration")
    }

    /// Returns every address that there is.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        let optional = [
            &self.userinfo,
            &self.introspection,
            &self.revocation,
            &self.end_session,
        ];
        [&self.authorization, &self.token, &self.jwks]
            .into_iter()
            .chain(optional.into_iter().flatten())
            .map(String::as_str)
    }
}

fn address(name: &str, value: &Value) -> Result<String, Mismatch> {
    let text = value.as_str().unwrap_or_default();
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            Ok(text.to_owned())
        }
        _ => Err(Mismatch::new(
            format!("member /{name}"),
            ["an address of HTTP".into()],
            if value.is_null() {
                "absent".into()
            } else {
                value.clone()
            },
        )),
    }
}
