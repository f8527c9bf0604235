//! What a run may send in its mode, whatever a check asks for: the last word before the wire.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::Method;

use crate::{http::Request, plan::Mode, relying_party::Endpoints};

/// Where a POST changes nothing that is configured: the endpoints of the protocol, below the customer.
const PROTOCOL: [&str; 7] = [
    "login/authorize",
    "login/token",
    "login/token/introspect",
    "login/token/revoke",
    "login/end_session",
    "auth-ui/login",
    "profiles/oidc/userinfo",
];

/// Segments of a path to which no form of a sign-in goes.
const KEPT: [&str; 5] = ["config", "webhooks", "sessions", "register", "profile"];

/// Decides what may go out.
///
/// In `read-only` nothing but GET, HEAD and OPTIONS does, and POST to the endpoints of the protocol and of the pages that sign the
/// user in. In every mode, whatever was there before the run is never written to.
#[derive(Debug)]
pub(crate) struct Permit {
    mode: Mode,
    /// Endpoints that discovery documents name, without their query; never held across an await.
    endpoints: Mutex<BTreeSet<String>>,
}

impl Permit {
    /// Makes the permit of a mode.
    pub(super) fn new(mode: Mode) -> Self {
        Self {
            mode,
            endpoints: Mutex::default(),
        }
    }

    /// Takes what an issuer names for endpoints of the protocol.
    pub(super) fn take(&self, endpoints: &Endpoints) {
        let named = [
            Some(&endpoints.authorization),
            Some(&endpoints.token),
            endpoints.userinfo.as_ref(),
            endpoints.introspection.as_ref(),
            endpoints.revocation.as_ref(),
            endpoints.end_session.as_ref(),
        ];
        let named = named.into_iter().flatten();
        self.lock().extend(named.map(|address| bare(address)));
    }

    /// Returns why a request may not go out, if it may not. Its path is complete; `is_foreign` knows the ids of objects that were
    /// there before the run.
    pub(super) fn refusal(
        &self,
        base: &str,
        request: &Request,
        is_foreign: impl Fn(&str) -> bool,
    ) -> Option<String> {
        if matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return None;
        }
        let address = bare(&request.address(base));
        let path = address.strip_prefix(base);
        if self.mode == Mode::ReadOnly && !self.is_protocol(&address, path, request) {
            return Some(format!(
                "it sends `{} {}`; the mode is `{}`",
                request.method,
                path.unwrap_or(&address),
                self.mode
            ));
        }
        let segments = path.unwrap_or_default().split('/');
        segments.skip(2).any(is_foreign).then(|| {
            "it would write to an object that the run did not make; no mode allows that".to_owned()
        })
    }

    fn is_protocol(&self, address: &str, path: Option<&str>, request: &Request) -> bool {
        if request.method != Method::POST {
            return false;
        }
        let segments = || path.into_iter().flat_map(|path| path.split('/'));
        if request.is_form_of_a_page {
            return !segments().any(|segment| KEPT.contains(&segment));
        }
        let mut below = path
            .into_iter()
            .flat_map(|path| path.splitn(3, '/'))
            .skip(2);
        let is_documented = below
            .next()
            .is_some_and(|below| PROTOCOL.contains(&below.trim_end_matches('/')));
        is_documented || self.lock().contains(address)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.endpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns an address without its query.
fn bare(address: &str) -> String {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    address[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://id.example.test";
    const FOREIGN: &str = "11111111-2222-4333-8444-555555555555";

    fn goes(mode: Mode, method: &Method, path: &str) -> bool {
        let request = Request::new(method.clone(), path);
        let refusal = Permit::new(mode).refusal(BASE, &request, |id| id == FOREIGN);
        refusal.is_none()
    }

    #[test]
    fn to_read_is_all_that_read_only_allows() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(goes(Mode::ReadOnly, &method, "/c/config/clients"));
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::POST] {
            assert!(!goes(Mode::ReadOnly, &method, "/c/config/clients"));
            assert!(!goes(Mode::ReadOnly, &method, "/c/sessions/x"));
            assert!(goes(Mode::OwnObjects, &method, "/c/config/clients"));
        }
        assert!(!goes(Mode::ReadOnly, &Method::DELETE, "/c/login/token"));
        assert!(!goes(
            Mode::ReadOnly,
            &Method::from_bytes(b"delete").expect("a method"),
            "/c/config/clients/x"
        ));
    }

    #[test]
    fn the_protocol_has_its_posts() {
        for path in ["login/token", "login/token/introspect", "login/token?a=b"] {
            assert!(goes(Mode::ReadOnly, &Method::POST, &format!("/c/{path}")));
        }
        for path in [
            "/c/x/../config/clients",
            "/c/login/token/../../config/clients",
            "/c/%63onfig/clients",
            "/c/auth-ui/register",
            "/login/token",
            "https://evil.example.test/c/login/token",
        ] {
            assert!(!goes(Mode::ReadOnly, &Method::POST, path), "{path}");
        }
    }

    #[test]
    fn what_an_issuer_names_and_the_forms_of_a_sign_in_are_of_the_protocol() {
        let permit = Permit::new(Mode::ReadOnly);
        let document = serde_json::json!({
            "issuer": BASE,
            "authorization_endpoint": "https://id.example.test/authorize",
            "token_endpoint": "https://tokens.example.test/t?x=y",
            "jwks_uri": "https://id.example.test/jwks",
        });
        permit.take(&Endpoints::discovered(document).expect("a document"));
        let refusal = |request: &Request| permit.refusal(BASE, request, |_| false);
        assert_eq!(
            refusal(&Request::post("https://tokens.example.test/t?x=z")),
            None
        );
        assert!(refusal(&Request::post("https://id.example.test/jwks")).is_some());
        let mut form = Request::post("https://id.example.test/any/page");
        assert!(refusal(&form).is_some());
        form.is_form_of_a_page = true;
        assert_eq!(refusal(&form), None);
        form.path = "https://id.example.test/c/config/clients".to_owned();
        assert!(refusal(&form).is_some());
    }

    #[test]
    fn no_mode_lets_a_run_write_to_what_it_did_not_make() {
        for mode in Mode::ALL {
            let item = format!("/c/config/clients/{FOREIGN}");
            assert!(goes(mode, &Method::GET, &item));
            assert!(!goes(mode, &Method::PUT, &item));
            assert!(!goes(mode, &Method::POST, &format!("{item}/secret")));
            assert!(!goes(mode, &Method::DELETE, &format!("{BASE}{item}")));
        }
        assert!(goes(Mode::OwnObjects, &Method::PUT, "/c/config/clients/x"));
    }
}
