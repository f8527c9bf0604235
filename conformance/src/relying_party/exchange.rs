//! The requests that a client sends by itself, and what a check starts them with.

use serde_json::Value;

use super::{
    AuthorizationRequest, Endpoints, Jwks, Kind, LoginClient, Pkce, Tokens, Verified,
    id_token::Awaited,
};
use crate::{
    browser::Browser,
    http::{Answer, Request},
    profile::Profile,
    secret::Secret,
    target::Target,
    verdict::{Broken, During as _, NotPassed, Skip},
};

impl Target {
    /// Returns the login client of a kind that the description names.
    ///
    /// # Errors
    ///
    /// When there is none: the check lacks a `Need`.
    pub fn login_client(&self, kind: Kind) -> Result<LoginClient, Broken> {
        self.session()
            .login
            .client(kind)
            .cloned()
            .ok_or_else(|| Broken::Prerequisite(format!("no {kind} login client is described")))
    }

    /// Returns the public login client that the description names, else the confidential one.
    ///
    /// # Errors
    ///
    /// When there is none: the check lacks `Need::LoginClient`.
    pub fn any_login_client(&self) -> Result<LoginClient, Broken> {
        self.session()
            .login
            .described()
            .cloned()
            .ok_or_else(|| Broken::Prerequisite("no login client is described".to_owned()))
    }

    /// Returns where the target answers: as its discovery document says for checks of the profile `oidc`, as the documentation
    /// says for all others.
    ///
    /// # Errors
    ///
    /// A mismatch when the discovery document is of no use; broken when there is none.
    pub async fn endpoints(&self) -> Result<Endpoints, NotPassed> {
        let session = self.session();
        match &session.customer {
            Some(customer) if self.profile() != Some(Profile::Oidc) => {
                let document = session.discovery_document().await;
                let url = session.client.base();
                Ok(Endpoints::documented(url, customer, document))
            }
            _ => {
                let address = Endpoints::document_of(&session.issuer);
                let answer = self.anonymous().get(address).await?;
                let endpoints = Endpoints::read(&answer).during("discovery document")?;
                session.cover(&endpoints);
                Ok(endpoints)
            }
        }
    }

    /// Returns a request for a code that everything else about sign-in starts from.
    pub fn authorization_request(
        &self,
        client: &LoginClient,
        endpoints: &Endpoints,
    ) -> AuthorizationRequest {
        let request = AuthorizationRequest::new(client, &endpoints.authorization);
        match self.profile() {
            // Newer providers ask every client for it (RFC 9700 section 2.1.1).
            Some(Profile::Oidc) => request.with_pkce(Pkce::s256()),
            _ => request,
        }
    }

    /// Returns a browser that has been nowhere yet.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// Signs the described user in with a new browser, and exchanges the code.
    ///
    /// # Errors
    ///
    /// A mismatch when the target refuses; a skip when the description cannot do this again.
    pub async fn sign_in(&self, client: &LoginClient, scope: &str) -> Result<Tokens, NotPassed> {
        if self.session().login.has_user() {
            let endpoints = self.endpoints().await?;
            let request = self.authorization_request(client, &endpoints).scope(scope);
            let code = self.browser().sign_in(&request).await?.code()?;
            return self.exchange(client, &request, &code).await;
        }
        if self.session().login.owner_of_code() != Some(client) {
            let reason = "the code handed over belongs to another client";
            return Err(Skip::because(reason).into());
        }
        let handed = self.take_code().ok_or_else(|| {
            Skip::because("the code handed over is used up; describe `user` to sign in again")
        })?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", handed.code.expose()),
            ("redirect_uri", &client.redirect_uri),
        ];
        if let Some(verifier) = &handed.verifier {
            form.push(("code_verifier", verifier.expose()));
        }
        let answer = self.request_tokens(client, &form).await?;
        Ok(Tokens::read(answer).during("exchange of the code handed over")?)
    }

    /// Exchanges a code, and returns what came for it.
    ///
    /// # Errors
    ///
    /// A mismatch when the target refuses.
    pub async fn exchange(
        &self,
        client: &LoginClient,
        request: &AuthorizationRequest,
        code: &Secret,
    ) -> Result<Tokens, NotPassed> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", request.redirect_uri()),
        ];
        if let Some(verifier) = request.verifier() {
            form.push(("code_verifier", verifier.expose()));
        }
        let answer = self.request_tokens(client, &form).await?;
        Ok(Tokens::read(answer).during("exchange of the code")?)
    }

    /// Exchanges a refresh token, and returns what came for it.
    ///
    /// # Errors
    ///
    /// A mismatch when the target refuses.
    pub async fn refresh(
        &self,
        client: &LoginClient,
        refresh_token: &Secret,
    ) -> Result<Tokens, NotPassed> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
        ];
        let answer = self.request_tokens(client, &form).await?;
        Ok(Tokens::read(answer).during("exchange of the refresh token")?)
    }

    /// Sends a form to the token endpoint in a client's name, and returns whatever it answers.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`](crate::target::Caller::get).
    pub async fn request_tokens(
        &self,
        client: &LoginClient,
        form: &[(&str, &str)],
    ) -> Result<Answer, NotPassed> {
        let endpoint = self.endpoints().await?.token;
        self.post_as(client, &endpoint, form).await
    }

    /// Sends a form in a client's name: with Basic credentials if it has a secret, else with its id in the form.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`](crate::target::Caller::get).
    pub async fn post_as(
        &self,
        client: &LoginClient,
        url: &str,
        form: &[(&str, &str)],
    ) -> Result<Answer, NotPassed> {
        match client.credentials() {
            Some(credentials) => {
                let request = Request::post(url).form(form);
                self.basic(&credentials).send(request).await
            }
            None => {
                let mut form = form.to_vec();
                form.push(("client_id", &client.id));
                self.anonymous().send(Request::post(url).form(&form)).await
            }
        }
    }

    /// Asks what a token is good for (RFC 7662), in a client's name.
    ///
    /// # Errors
    ///
    /// A skip when the target has no such endpoint; else as [`Caller::get`](crate::target::Caller::get).
    pub async fn introspect(
        &self,
        client: &LoginClient,
        token: &Secret,
    ) -> Result<Answer, NotPassed> {
        let endpoint = offered(self.endpoints().await?.introspection, "introspection")?;
        let form = [("token", token.expose())];
        self.post_as(client, &endpoint, &form).await
    }

    /// Revokes a token (RFC 7009), in a client's name.
    ///
    /// # Errors
    ///
    /// As [`Target::introspect`].
    pub async fn revoke(&self, client: &LoginClient, token: &Secret) -> Result<Answer, NotPassed> {
        let endpoint = offered(self.endpoints().await?.revocation, "revocation")?;
        let form = [("token", token.expose())];
        self.post_as(client, &endpoint, &form).await
    }

    /// Asks for the claims of the user to whom an access token was issued.
    ///
    /// # Errors
    ///
    /// As [`Target::introspect`].
    pub async fn userinfo(&self, token: &Secret) -> Result<Answer, NotPassed> {
        let endpoint = offered(self.endpoints().await?.userinfo, "userinfo")?;
        self.bearer(token).get(endpoint).await
    }

    /// Returns the keys that verify the target's tokens.
    ///
    /// # Errors
    ///
    /// A mismatch when the answer is no set of keys.
    pub async fn jwks(&self) -> Result<Jwks, NotPassed> {
        let answer = self.anonymous().get(self.endpoints().await?.jwks).await?;
        Ok(Jwks::read(&answer).during("set of keys")?)
    }

    /// Verifies an ID token as its client has to: signature, issuer, audience, times, and the nonce if one was sent. Returns
    /// the claims.
    ///
    /// # Errors
    ///
    /// A mismatch when anything about it is wrong.
    pub async fn verify(
        &self,
        client: &LoginClient,
        id_token: &Secret,
        nonce: Option<&str>,
    ) -> Result<Value, NotPassed> {
        Ok(self.verified(client, id_token, nonce).await?.claims)
    }

    /// As [`Target::verify`], and returns the header as well.
    ///
    /// # Errors
    ///
    /// As [`Target::verify`].
    pub async fn verified(
        &self,
        client: &LoginClient,
        id_token: &Secret,
        nonce: Option<&str>,
    ) -> Result<Verified, NotPassed> {
        let token = self.jwks().await?.verify(id_token).during("ID token")?;
        self.session().masks.learn(&token.claims);
        let endpoints = self.endpoints().await?;
        let awaited = Awaited {
            issuer: &endpoints.issuer,
            client: &client.id,
            nonce,
            now: self.now().await,
        };
        awaited.check(&token.claims)?;
        Ok(token)
    }
}

fn offered(endpoint: Option<String>, what: &str) -> Result<String, Skip> {
    endpoint.ok_or_else(|| Skip::because(format!("the target offers no {what} endpoint")))
}
