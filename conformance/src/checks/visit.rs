//! A user's visit to one client: a browser that stays signed in, so that one password is good for many codes.

use std::collections::BTreeSet;

use serde_json::json;

use super::form::Form;
use crate::{
    browser::{Browser, Redirect},
    http::Answer,
    relying_party::{AuthorizationRequest, Endpoints, LoginClient, Tokens},
    secret::{Credentials, Secret},
    target::Target,
    verdict::{Broken, During as _, NotPassed, Skip},
};

/// The scopes of users that the documentation knows.
pub(super) const ALL_SCOPES: &str = "openid profile email address phone";

/// A browser in which the user signs in for one client, at the first request that needs it.
pub(super) struct Visit<'t> {
    target: &'t Target,
    browser: Browser<'t>,
    /// Where the target answers.
    pub(super) endpoints: Endpoints,
    /// The client.
    pub(super) client: LoginClient,
}

impl<'t> Visit<'t> {
    /// Opens a browser; nobody is signed in yet.
    pub(super) async fn of(target: &'t Target, client: LoginClient) -> Result<Self, NotPassed> {
        Ok(Self {
            target,
            browser: target.browser(),
            endpoints: target.endpoints().await?,
            client,
        })
    }

    /// Goes on in the same browser with another client.
    pub(super) fn with(mut self, client: LoginClient) -> Self {
        self.client = client;
        self
    }

    /// Returns a request for a code with the scope `openid`.
    pub(super) fn request(&self) -> AuthorizationRequest {
        self.target
            .authorization_request(&self.client, &self.endpoints)
    }

    /// Goes where a request leads, through the sign-in if there is one.
    pub(super) async fn redirect(
        &mut self,
        request: &AuthorizationRequest,
    ) -> Result<Redirect, NotPassed> {
        self.browser.sign_in(request).await
    }

    /// Gets the code of a request.
    pub(super) async fn code(
        &mut self,
        request: &AuthorizationRequest,
    ) -> Result<Secret, NotPassed> {
        Ok(self.redirect(request).await?.code()?)
    }

    /// Gets the code of a fresh request, and returns the form that would exchange it.
    pub(super) async fn exchange(&mut self) -> Result<Form, NotPassed> {
        let request = self.request();
        let code = self.code(&request).await?;
        Ok(Form::of_code(&request, &code))
    }

    /// Gets the code of a request, and exchanges it.
    pub(super) async fn tokens(
        &mut self,
        request: &AuthorizationRequest,
    ) -> Result<Tokens, NotPassed> {
        let code = self.code(request).await?;
        self.target.exchange(&self.client, request, &code).await
    }

    /// Gets tokens of these scopes.
    pub(super) async fn tokens_of(&mut self, scope: &str) -> Result<Tokens, NotPassed> {
        let request = self.request().scope(scope);
        self.tokens(&request).await
    }

    /// Gets tokens of these scopes, and of no fewer: a client whose token policy drops one of them is of no use here.
    pub(super) async fn granted(&mut self, scope: &str) -> Result<Tokens, NotPassed> {
        let tokens = self.tokens_of(scope).await?;
        let wanted: BTreeSet<String> = scope.split(' ').map(str::to_owned).collect();
        if wanted.is_subset(&tokens.scope()) {
            return Ok(tokens);
        }
        let reason = format!("the described client is not granted `{scope}`");
        Err(Skip::because(reason).into())
    }

    /// Returns what the client authenticates with.
    pub(super) fn credentials(&self) -> Result<Credentials, Broken> {
        self.client
            .credentials()
            .ok_or_else(|| Broken::Prerequisite("the client has no secret".to_owned()))
    }

    /// Sends a form to the token endpoint in the client's name, and returns whatever it answers.
    pub(super) async fn send(&self, form: &Form) -> Result<Answer, NotPassed> {
        self.target
            .post_as(&self.client, &self.endpoints.token, &form.pairs())
            .await
    }
}

impl Target {
    /// Makes a public login client under a token policy of these members, and starts a visit to it.
    pub(super) async fn visit_under(
        &self,
        token_policy: serde_json::Value,
    ) -> Result<Visit<'_>, NotPassed> {
        let policy = self
            .make_token_policy(token_policy)
            .await
            .during("a token policy for a login client")?;
        let client = self
            .make_login_client(json!({ "tokenPolicy": policy }))
            .await?;
        Visit::of(self, client).await
    }
}
