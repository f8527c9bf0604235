//! Everything that a description says of signing in.

use super::{Kind, LoginClient};
use crate::{browser::recipe::Recipe, secret::Secret};

/// Who signs in, in whose name, and how.
#[derive(Debug, Clone, Default)]
pub struct Login {
    /// The client without a secret.
    pub public: Option<LoginClient>,
    /// The client with a secret.
    pub confidential: Option<LoginClient>,
    /// The user.
    pub user: Option<User>,
    /// What is done with the pages of the sign-in.
    pub recipe: Recipe,
    /// A `Cookie` header of a browser in which somebody is signed in, for a target whose sign-in cannot be scripted.
    pub cookie: Option<Secret>,
    /// A code, for a target where not even that can be had.
    pub code: Option<HandedCode>,
}

/// A user who can sign in with a password.
#[derive(Debug, Clone)]
pub struct User {
    /// What the user types as a name.
    pub name: String,
    /// The password.
    pub password: Secret,
}

/// An authorization code that somebody got by hand. It belongs to the public client if it comes with a verifier and there is
/// such a client; else to the confidential one, if there is such a client.
#[derive(Debug, Clone)]
pub struct HandedCode {
    /// The code.
    pub code: Secret,
    /// The PKCE verifier of its authorization request, if there was one.
    pub verifier: Option<Secret>,
}

impl Login {
    /// Returns the login client of a kind.
    pub fn client(&self, kind: Kind) -> Option<&LoginClient> {
        match kind {
            Kind::Public => self.public.as_ref(),
            Kind::Confidential => self.confidential.as_ref(),
        }
    }

    /// Returns the public client if there is one, else the confidential one.
    pub fn described(&self) -> Option<&LoginClient> {
        self.public.as_ref().or(self.confidential.as_ref())
    }

    /// Returns the redirect URIs of the described clients.
    pub(crate) fn redirect_uris(&self) -> impl Iterator<Item = &str> {
        let clients = [&self.public, &self.confidential].into_iter().flatten();
        clients.map(|client| client.redirect_uri.as_str())
    }

    /// Tells whether a browser can be signed in again and again.
    pub fn has_user(&self) -> bool {
        self.user.is_some() || self.cookie.is_some()
    }

    /// Returns the client that a code handed over belongs to.
    pub(crate) fn owner_of_code(&self) -> Option<&LoginClient> {
        let code = self.code.as_ref()?;
        if code.verifier.is_some() {
            self.described()
        } else {
            self.confidential.as_ref().or(self.public.as_ref())
        }
    }

    /// Returns what must not be shown.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let of_client = self
            .confidential
            .as_ref()
            .and_then(|client| client.secret.as_ref());
        let of_user = self.user.as_ref().map(|user| &user.password);
        let code = self.code.as_ref();
        [
            of_client,
            of_user,
            self.cookie.as_ref(),
            code.map(|code| &code.code),
            code.and_then(|code| code.verifier.as_ref()),
        ]
        .into_iter()
        .flatten()
    }
}
