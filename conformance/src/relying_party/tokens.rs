//! What the token endpoint gives (RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{expect, http::Answer, secret::Secret, verdict::Mismatch};

/// A successful answer of the token endpoint.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The whole answer.
    pub answer: Answer,
    /// Its body.
    pub body: Value,
}

impl Tokens {
    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// A mismatch when it is no success, no JSON, or has no access token.
    pub fn read(answer: Answer) -> Result<Self, Mismatch> {
        expect::status(&answer, &[200])?;
        let body = answer.json()?;
        expect::text(&body, "/access_token")?;
        Ok(Self { answer, body })
    }

    /// Returns the access token.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn access(&self) -> Result<Secret, Mismatch> {
        expect::text(&self.body, "/access_token").map(Secret::new)
    }

    /// Returns the refresh token.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn refresh(&self) -> Result<Secret, Mismatch> {
        expect::text(&self.body, "/refresh_token").map(Secret::new)
    }

    /// Returns the ID token.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn id(&self) -> Result<Secret, Mismatch> {
        expect::text(&self.body, "/id_token").map(Secret::new)
    }

    /// Returns the granted scopes.
    pub fn scope(&self) -> BTreeSet<String> {
        let scope = self.body["scope"].as_str().unwrap_or_default();
        scope.split_whitespace().map(str::to_owned).collect()
    }
}
