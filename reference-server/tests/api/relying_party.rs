//! A client that signs users in: it asks for codes by way of a browser, exchanges them, and verifies what it gets.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;
use tower::ServiceExt;

use crate::browser::{Browser, CALLBACK, at, encoded};
use crate::caller::{
    Answer, Asks, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, CUSTOMER, LOGIN_POLICY, PUBLIC_CLIENT,
    Server, text,
};

pub(crate) const ISSUER: &str = "http://127.0.0.1:9400/01000000-0000-3000-9000-000000000000/login";

/// The verifier and the challenge of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A login client of the demo tenant.
pub(crate) struct RelyingParty<'a> {
    server: &'a Server,
    /// Without one, the client is public and uses PKCE.
    secret: Option<&'a str>,
}

impl<'a> RelyingParty<'a> {
    pub(crate) fn confidential(server: &'a Server) -> Self {
        Self {
            server,
            secret: Some(CONFIDENTIAL_SECRET),
        }
    }

    pub(crate) fn public(server: &'a Server) -> Self {
        Self {
            server,
            secret: None,
        }
    }

    pub(crate) fn id(&self) -> &'static str {
        match self.secret {
            Some(_) => CONFIDENTIAL_CLIENT,
            None => PUBLIC_CLIENT,
        }
    }

    /// Returns the path of an authorization request, with these parameters besides or instead.
    pub(crate) fn request(&self, more: &[(&str, &str)]) -> String {
        let mut parameters = vec![("client_id", self.id())];
        if self.secret.is_none() {
            parameters.push(("code_challenge", CHALLENGE));
            parameters.push(("code_challenge_method", "S256"));
        }
        parameters.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        parameters.extend(more);
        at("login/authorize", &parameters)
    }

    /// Asks for a code in a browser that is signed in.
    pub(crate) async fn code(&self, browser: &Browser<'_>, more: &[(&str, &str)]) -> String {
        let page = browser.get(&self.request(more)).await;
        page.came_back().remove("code").expect("a code")
    }

    /// Sends a form to an endpoint below `login/token`, with these parameters besides or instead.
    pub(crate) async fn send(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
        more: &[(&str, &str)],
    ) -> Answer {
        let mut form = vec![("client_id", self.id())];
        form.extend(self.secret.map(|secret| ("client_secret", secret)));
        form.extend(parameters);
        form.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        form.extend(more);
        let urlencoded = "application/x-www-form-urlencoded";
        let anybody = self.server.anybody();
        anybody.raw("POST", path, urlencoded, encoded(&form)).await
    }

    pub(crate) async fn exchange(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ];
        if self.secret.is_none() {
            form.push(("code_verifier", VERIFIER));
        }
        self.send("login/token", &form, more).await
    }

    pub(crate) async fn refresh(&self, token: &str, more: &[(&str, &str)]) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.send("login/token", &form, more).await
    }

    pub(crate) async fn revoke(&self, token: &str) -> Answer {
        let form = [("token", token)];
        self.send("login/token/revoke", &form, &[]).await
    }

    /// Signs the demo user in, and returns what the client gets.
    pub(crate) async fn tokens(&self, more: &[(&str, &str)]) -> Tokens {
        let browser = Browser::new(self.server);
        browser.sign_in().await;
        self.tokens_in(&browser, more).await
    }

    pub(crate) async fn tokens_in(&self, browser: &Browser<'_>, more: &[(&str, &str)]) -> Tokens {
        let code = self.code(browser, more).await;
        Tokens(self.exchange(&code, &[]).await.success())
    }
}

/// What a token endpoint gave.
#[derive(Debug, Clone)]
pub(crate) struct Tokens(pub(crate) Value);

impl Tokens {
    pub(crate) fn access(&self) -> &str {
        text(&self.0["access_token"])
    }

    pub(crate) fn refresh(&self) -> &str {
        text(&self.0["refresh_token"])
    }

    pub(crate) fn id_token(&self) -> &str {
        text(&self.0["id_token"])
    }
}

impl Server {
    /// Returns what the server says about a token.
    pub(crate) async fn introspect(&self, token: &str) -> Value {
        let client = RelyingParty::confidential(self);
        let form = [("token", token)];
        let answer = client.send("login/token/introspect", &form, &[]).await;
        answer.success()
    }

    pub(crate) async fn is_active(&self, token: &str) -> bool {
        let said = self.introspect(token).await;
        let active = said["active"].as_bool().expect("yes or no");
        assert_eq!(
            said.as_object().map(serde_json::Map::len) == Some(1),
            !active,
            "nothing more is said about a token that does not work: {said}"
        );
        active
    }

    /// Verifies a JWT by the published key that its header names, and returns its claims.
    ///
    /// The time is the server's own, so it is left to the caller.
    pub(crate) async fn verified(&self, jwt: &str) -> Value {
        self.verify(jwt).await.expect("a signature of the server")
    }

    pub(crate) async fn verify(&self, jwt: &str) -> Option<Value> {
        let keys = self.anybody().get("login/jwk").await.success();
        let keys: JwkSet = serde_json::from_value(keys).expect("a JWK set");
        let header = decode_header(jwt).expect("a header");
        assert_eq!(header.alg, Algorithm::RS256);
        assert_eq!(header.typ.as_deref(), Some("JWT"));
        let key = keys.find(header.kid.as_deref()?)?;
        let key = DecodingKey::from_jwk(key).expect("an RSA key");
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_issuer(&[ISSUER]);
        let token = decode::<Value>(jwt, &key, &validation).ok()?;
        Some(token.claims)
    }

    /// Lets the demo's login policy allow response types.
    pub(crate) async fn allow(&self, parts: &[&str]) {
        let path = format!("config/loginPolicies/{LOGIN_POLICY}/allowedResponseTypes");
        let body = serde_json::json!({ "allowedResponseTypes": parts });
        self.owner().await.put(&path, body).await.success();
    }

    /// Changes the demo's token policy for login clients.
    pub(crate) async fn token_policy(&self, member: &str, value: Value) {
        let path = format!("config/tokenPolicies/{}", crate::caller::TOKEN_POLICY);
        let owner = self.owner().await;
        let mut policy = owner.get(&path).await.success();
        policy[member] = value;
        owner.put(&path, policy).await.success();
    }

    /// Asks for something whose answer need not be JSON.
    pub(crate) async fn raw(
        &self,
        request: http::request::Builder,
        path: &str,
    ) -> http::Response<Body> {
        let request = request.uri(format!("/{CUSTOMER}/{path}"));
        let request = request.body(Body::empty()).expect("a request");
        let router = reference_server::router(self.app.clone());
        router.oneshot(request).await.expect("infallible")
    }

    /// Returns a path of the server under another customer.
    pub(crate) fn elsewhere(path: &str, customer: &str) -> String {
        assert_ne!(customer, CUSTOMER);
        format!("/{customer}/{path}")
    }
}

/// Returns the claims of a JWT without a look at its signature.
pub(crate) fn claims(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).expect("three parts");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}
