//! Authorization requests, parameter by parameter (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{LoginClient, Pkce};
use crate::{chance, secret::Secret};

/// An authorization request: parameters in their order, each of which may be changed, left out or repeated.
///
/// ```
/// use conformance::relying_party::{AuthorizationRequest, Kind, LoginClient};
///
/// let client = LoginClient {
///     kind: Kind::Public,
///     id: "c1".to_owned(),
///     secret: None,
///     redirect_uri: "https://app.example.test/cb".to_owned(),
///     post_logout_redirect_uri: None,
/// };
/// let request = AuthorizationRequest::new(&client, "https://id.example.test/authorize")
///     .with("prompt", "none")
///     .without("nonce");
/// assert_eq!(request.value("client_id"), Some("c1"));
/// assert_eq!(request.value("prompt"), Some("none"));
/// assert_eq!(request.value("nonce"), None);
/// assert_eq!(request.value("code_challenge_method"), Some("S256"));
/// ```
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    endpoint: String,
    pairs: Vec<(String, String)>,
    redirect_uri: String,
    verifier: Option<Secret>,
}

impl AuthorizationRequest {
    /// Makes a request for a code with the scope `openid`, a fresh state and nonce, and PKCE where the client is public.
    pub fn new(client: &LoginClient, endpoint: impl Into<String>) -> Self {
        let request = Self {
            endpoint: endpoint.into(),
            pairs: Vec::new(),
            redirect_uri: client.redirect_uri.clone(),
            verifier: None,
        }
        .with("client_id", &client.id)
        .with("redirect_uri", &client.redirect_uri)
        .with("response_type", "code")
        .scope("openid")
        .with("state", fresh())
        .with("nonce", fresh());
        match client.secret {
            None => request.with_pkce(Pkce::s256()),
            Some(_) => request,
        }
    }

    /// Sets a parameter; whatever was there under this name is gone.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<String>) -> Self {
        self.without(name).again(name, value)
    }

    /// Adds a parameter, be it a second one of this name.
    #[must_use]
    pub fn again(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if name == "redirect_uri" {
            self.redirect_uri.clone_from(&value);
        }
        self.pairs.push((name.to_owned(), value));
        self
    }

    /// Leaves a parameter out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.pairs.retain(|(given, _)| given != name);
        self
    }

    /// Asks for these scopes, separated by spaces.
    #[must_use]
    pub fn scope(self, scope: &str) -> Self {
        self.with("scope", scope)
    }

    /// Sends this challenge.
    #[must_use]
    pub fn with_pkce(self, pkce: Pkce) -> Self {
        let mut request = self
            .with("code_challenge", pkce.challenge)
            .with("code_challenge_method", pkce.method);
        request.verifier = Some(pkce.verifier);
        request
    }

    /// Sends no challenge.
    #[must_use]
    pub fn without_pkce(self) -> Self {
        let mut request = self
            .without("code_challenge")
            .without("code_challenge_method");
        request.verifier = None;
        request
    }

    /// Returns the first value of a parameter.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the verifier of the challenge that is sent.
    pub fn verifier(&self) -> Option<&Secret> {
        self.verifier.as_ref()
    }

    /// Returns the last redirect URI that was set, be it left out again: where an answer may lead.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Returns the parameters in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Returns the parameters as a query string.
    pub fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.pairs)
            .finish()
    }

    /// Returns the endpoint without parameters.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the endpoint with the parameters; a query that it has itself stays (RFC 6749 section 3.1).
    pub fn url(&self) -> String {
        let separator = if self.endpoint.contains('?') {
            '&'
        } else {
            '?'
        };
        format!("{}{separator}{}", self.endpoint, self.query())
    }
}

/// Returns 22 characters that nobody guesses.
fn fresh() -> String {
    URL_SAFE_NO_PAD.encode(chance::bytes::<16>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relying_party::Kind;

    fn request(secret: Option<&str>) -> AuthorizationRequest {
        let client = LoginClient {
            kind: Kind::Public,
            id: "c".to_owned(),
            secret: secret.map(Secret::new),
            redirect_uri: "app://cb".to_owned(),
            post_logout_redirect_uri: None,
        };
        AuthorizationRequest::new(&client, "https://h/a?tenant=1")
    }

    #[test]
    fn a_parameter_can_be_repeated_and_left_out() {
        let twice = request(None).again("scope", "profile");
        let count = |request: &AuthorizationRequest| {
            let names = request.pairs().iter().map(|(name, _)| name);
            names.filter(|name| *name == "scope").count()
        };
        assert_eq!(count(&twice), 2);
        assert_eq!(count(&twice.clone().scope("openid")), 1);
        assert_eq!(count(&twice.without("scope")), 0);
    }

    #[test]
    fn the_query_of_the_endpoint_stays() {
        let url = request(None).url();
        assert!(
            url.starts_with("https://h/a?tenant=1&client_id=c&"),
            "{url}"
        );
    }

    #[test]
    fn a_client_with_a_secret_needs_no_challenge() {
        let request = request(Some("hush"));
        assert_eq!(request.value("code_challenge"), None);
        assert!(request.verifier().is_none());
    }

    #[test]
    fn where_an_answer_may_lead_is_remembered() {
        let request = request(None)
            .with("redirect_uri", "app://other")
            .without("redirect_uri");
        assert_eq!(request.redirect_uri(), "app://other");
        assert_eq!(request.value("redirect_uri"), None);
    }
}
