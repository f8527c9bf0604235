//! Forms to the token endpoint, pair by pair: each may be changed, left out or repeated.

use crate::{relying_party::AuthorizationRequest, secret::Secret};

/// The pairs of a form.
#[derive(Debug, Clone, Default)]
pub(super) struct Form(Vec<(String, Secret)>);

impl Form {
    /// Returns the form that exchanges the code of a request.
    pub(super) fn of_code(request: &AuthorizationRequest, code: &Secret) -> Self {
        let form = Self::default()
            .with("grant_type", "authorization_code")
            .with("code", code.expose())
            .with("redirect_uri", request.redirect_uri());
        match request.verifier() {
            Some(verifier) => form.with("code_verifier", verifier.expose()),
            None => form,
        }
    }

    /// Returns the form that exchanges a refresh token.
    pub(super) fn of_refresh(token: &Secret) -> Self {
        Self::default()
            .with("grant_type", "refresh_token")
            .with("refresh_token", token.expose())
    }

    /// Sets a pair; whatever was there under this name is gone.
    pub(super) fn with(self, name: &str, value: impl Into<String>) -> Self {
        self.without(name).again(name, value)
    }

    /// Adds a pair, be it a second one of this name.
    pub(super) fn again(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), Secret::new(value)));
        self
    }

    /// Leaves a pair out.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(given, _)| given != name);
        self
    }

    /// Returns the first value of a name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.expose())
    }

    /// Returns the pairs for the wire.
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.expose()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_replaced_repeated_or_left_out() {
        let form = Form::of_refresh(&Secret::new("r")).again("refresh_token", "s");
        assert_eq!(form.pairs().len(), 3);
        assert_eq!(form.value("refresh_token"), Some("r"));
        assert_eq!(form.clone().with("refresh_token", "t").pairs().len(), 2);
        assert_eq!(form.without("refresh_token").value("refresh_token"), None);
    }
}
