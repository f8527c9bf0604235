//! What an authorization request gives once the user is known.

use std::sync::Arc;

use axum::response::Response;

use super::error::{Refusal, RefusalCode};
use super::prompt::Prompt;
use super::reply::with_query;
use super::request::AuthorizationRequest;
use crate::app::App;
use crate::login::access_token::AccessToken;
use crate::login::id_token::IdToken;
use crate::store::{Authorization, Code, Customer, Revoked, Session, User};

impl AuthorizationRequest {
    /// Answers for a user who is signed in: issues what the response type names, and sends the browser to the client.
    ///
    /// A client that demands somebody else gets nothing (OpenID Connect Core, 3.1.2.2).
    pub(crate) async fn complete(
        &self,
        app: &App,
        customer: &Customer,
        user: &User,
        session: &Session,
    ) -> Response {
        if !self.is_about(session) {
            return self.refuse(
                RefusalCode::UnmetAuthenticationRequirements,
                "claims demands another user, or another way to sign in",
            );
        }
        match self.issue(app, customer, user, session).await {
            Ok(pairs) => self.reply.send(pairs),
            Err(refusal) => self.reply.refuse(refusal),
        }
    }

    /// Sends the browser to the client with an error.
    pub(crate) fn refuse(&self, code: RefusalCode, description: &str) -> Response {
        self.reply.refuse(Refusal::new(code, description))
    }

    /// Returns the URL of the page on which the user signs in, or makes an account, with this request along.
    pub(super) fn login_page(&self, app: &App, customer: &Customer) -> String {
        let base = &app.settings().public_url;
        let policy = &self.from.login_policy;
        let is_own = policy.login_url.is_none();
        let page = match self.prompt() {
            Prompt::Create if is_own => format!("{base}/{}/auth-ui/register", customer.id()),
            _ => policy.login_page(base, customer.id()).into_owned(),
        };
        with_query(&page, &self.query())
    }

    async fn issue(
        &self,
        app: &App,
        customer: &Customer,
        user: &User,
        session: &Session,
    ) -> Result<Vec<(&'static str, String)>, Refusal> {
        let asked = self.response_type;
        let authorization = Arc::new(self.authorization(customer, user, session));
        let mut pairs = Vec::new();
        let code = match asked.has_code() {
            true => Some(self.code(app, &authorization)?),
            false => None,
        };
        let access_token = match asked.has_token() {
            true => {
                let policy = &self.from.token_policy;
                let scope = &self.scope;
                Some(AccessToken::for_user(app, customer, policy, &authorization, scope).await?)
            }
            false => None,
        };
        let id_token = match asked.has_id_token() {
            true => {
                let mut id_token = IdToken::new(app, customer, user, &authorization)
                    .lifetime(self.from.token_policy.access_token_lifetime)
                    .nonce(self.nonce.as_deref());
                if let Some(code) = &code {
                    id_token = id_token.beside_code(code);
                }
                if let Some(access_token) = &access_token {
                    id_token = id_token.beside_access_token(access_token.reveal());
                }
                if !asked.has_code() && !asked.has_token() {
                    id_token = id_token.instead_of_userinfo();
                }
                Some(id_token.sign().await?)
            }
            false => None,
        };
        pairs.extend(code.map(|code| ("code", code)));
        if let Some(access_token) = access_token {
            pairs.extend([
                ("access_token", access_token.reveal().to_owned()),
                ("token_type", "Bearer".to_owned()),
                ("expires_in", access_token.expires_in().to_string()),
                ("scope", access_token.scope().to_owned()),
            ]);
        }
        pairs.extend(id_token.map(|id_token| ("id_token", id_token)));
        Ok(pairs)
    }

    fn authorization(&self, customer: &Customer, user: &User, session: &Session) -> Authorization {
        let policy = &self.from.login_policy;
        Authorization {
            customer: customer.id(),
            client: self.client().id,
            login_policy: policy.id,
            user: user.id,
            global_sub: policy.identity_store.global_sub(user.id).into(),
            session: session.id,
            auth_time: session.auth_time,
            acr: session.acr,
            amr: session.amr,
            scope: self.scope.as_str().into(),
            claims: self.claims.clone(),
            resource: self.resource.as_deref().map(Box::from),
            revoked: Revoked::default(),
        }
    }

    fn code(&self, app: &App, authorization: &Arc<Authorization>) -> Result<String, Refusal> {
        let text = app.ids().code();
        let code = Code {
            authorization: Arc::clone(authorization),
            redirect_uri: self.redirect_uri().to_owned(),
            challenge: self.challenge.clone(),
            nonce: self.nonce.clone(),
        };
        app.store()
            .codes()
            .add(&text, code, app.clock().now(), &app.settings().limits)
            .map_err(|_| {
                Refusal::new(
                    RefusalCode::TemporarilyUnavailable,
                    "too many codes wait to be exchanged",
                )
            })?;
        Ok(text)
    }
}
