//! How an issuer turns an authorization request down.

use serde_json::json;

use super::reached::reached;
use crate::{
    browser::{Authorized, Browser, Redirect},
    expect,
    relying_party::AuthorizationRequest,
    verdict::{Mismatch, NotPassed, Outcome},
};

/// What a user sees of a request that was turned down.
#[derive(Debug)]
pub(super) enum Refused {
    /// The browser is back at the client, with an error.
    Back(Redirect),
    /// The issuer shows a page, and that is the end of it.
    Page,
}

impl Refused {
    /// Sends a request and requires that nothing comes of it: neither at once, nor after a user has signed in.
    pub(super) async fn expect(
        browser: &mut Browser<'_>,
        request: &AuthorizationRequest,
    ) -> Result<Self, NotPassed> {
        match reached(browser, request).await? {
            Authorized::Redirect(redirect) => Self::back(redirect),
            Authorized::Page(_) => Ok(Self::Page),
        }
    }

    fn back(redirect: Redirect) -> Result<Self, NotPassed> {
        if redirect.error().is_some() {
            return Ok(Self::Back(redirect));
        }
        let names: Vec<&str> = redirect
            .parameters
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let expected = [json!("a page"), json!(["error"])];
        Err(Mismatch::new("parameters at the redirect URI", expected, json!(names)).into())
    }

    /// Requires that the browser was sent nowhere.
    pub(super) fn on_a_page(self) -> Outcome {
        match self {
            Self::Page => Ok(()),
            Self::Back(redirect) => {
                let expected = [json!("a page of the issuer")];
                let place = json!(redirect.location);
                Err(Mismatch::new("answer", expected, place).into())
            }
        }
    }

    /// Requires one of these errors, and the state of the request, where the browser is back at the client. A page may say what
    /// it likes.
    pub(super) fn because_of(self, errors: &[&str], request: &AuthorizationRequest) -> Outcome {
        match self {
            Self::Page => Ok(()),
            Self::Back(redirect) => has_error(&redirect, errors, request),
        }
    }
}

/// Requires one of these errors and the state of the request.
pub(super) fn has_error(
    redirect: &Redirect,
    errors: &[&str],
    request: &AuthorizationRequest,
) -> Outcome {
    let expected: Vec<_> = errors.iter().map(|error| json!(error)).collect();
    expect::one_of("error", &expected, &json!(redirect.error()))?;
    let state = json!(redirect.parameter("state"));
    expect::equal("state", &json!(request.value("state")), &state)?;
    Ok(())
}
