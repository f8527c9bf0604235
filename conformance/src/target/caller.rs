//! Who sends a request.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::handle::Target;
use crate::{
    http::{Answer, Request},
    secret::{Credentials, Secret},
    verdict::NotPassed,
};

/// Sends requests in somebody's name.
///
/// Every method returns the answer whatever its status; only a violated contract is a mismatch already here.
#[derive(Debug, Clone)]
pub struct Caller<'t> {
    target: &'t Target,
    identity: Identity,
}

#[derive(Debug, Clone)]
pub(super) enum Identity {
    Administrator,
    Nobody,
    Bearer(Secret),
    Basic(Credentials),
}

impl<'t> Caller<'t> {
    pub(super) fn new(target: &'t Target, identity: Identity) -> Self {
        Self { target, identity }
    }

    /// Sends a GET.
    ///
    /// # Errors
    ///
    /// A mismatch when the answer violates the contract; broken when there is none. So do all methods here.
    pub async fn get(&self, path: impl Into<String>) -> Result<Answer, NotPassed> {
        self.send(Request::get(path)).await
    }

    /// Sends a POST with a JSON body.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`].
    pub async fn post(&self, path: impl Into<String>, body: Value) -> Result<Answer, NotPassed> {
        self.send(Request::post(path).json(body)).await
    }

    /// Sends a PUT with a JSON body.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`].
    pub async fn put(&self, path: impl Into<String>, body: Value) -> Result<Answer, NotPassed> {
        self.send(Request::put(path).json(body)).await
    }

    /// Sends a DELETE.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`].
    pub async fn delete(&self, path: impl Into<String>) -> Result<Answer, NotPassed> {
        self.send(Request::delete(path)).await
    }

    /// Sends any request.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`].
    pub async fn send(&self, request: Request) -> Result<Answer, NotPassed> {
        let authorization = match &self.identity {
            Identity::Nobody => None,
            Identity::Bearer(token) => Some(bearer(token)),
            Identity::Basic(client) => Some(basic(client)),
            Identity::Administrator => {
                Some(bearer(&self.target.session().administrative_token().await?))
            }
        };
        let request = match authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        };
        self.target.ask(request).await
    }
}

fn bearer(token: &Secret) -> String {
    format!("Bearer {}", token.expose())
}

/// Returns the value of an `Authorization` header with Basic credentials; id and secret are sent as they are, as the
/// documentation's samples do.
pub(crate) fn basic(client: &Credentials) -> String {
    let pair = format!("{}:{}", client.id, client.secret.expose());
    format!("Basic {}", STANDARD.encode(pair))
}

/// Returns a request for a token by client credentials, authenticated with Basic (RFC 6749 sections 2.3.1 and 4.4).
pub(crate) fn token_request(client: &Credentials, scope: &str) -> Request {
    Request::post("login/token")
        .header("authorization", basic(client))
        .form(&[("grant_type", "client_credentials"), ("scope", scope)])
}
