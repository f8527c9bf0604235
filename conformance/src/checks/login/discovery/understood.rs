//! Whether the authorization endpoint understands a request, found out without anybody who signs in.
//!
//! With `prompt=none` and nobody signed in, a request that is understood is refused with `login_required`, and with nothing else.

use serde_json::json;

use crate::{
    browser::{Authorized, Redirect},
    relying_party::{AuthorizationRequest, LoginClient},
    target::Target,
    verdict::{Mismatch, NotPassed},
};

/// What a request is refused with when all that it lacks is somebody signed in (OpenID Connect Core section 3.1.2.6).
const NOBODY_SIGNED_IN: &[&str] = &["login_required", "interaction_required"];

/// What came of a request.
pub(super) struct Understanding {
    landed: Authorized,
}

impl Understanding {
    /// Sends a request from a browser in which nobody is signed in.
    pub(super) async fn of(
        target: &Target,
        request: AuthorizationRequest,
    ) -> Result<Self, NotPassed> {
        let mut browser = target.browser().without_cookies();
        let landed = browser.authorize(&request.with("prompt", "none")).await?;
        Ok(Self { landed })
    }

    /// Tells whether nothing was wrong with the request.
    pub(super) fn is_good(&self) -> bool {
        let error = self.landed.error();
        error.is_some_and(|error| NOBODY_SIGNED_IN.contains(&error.as_str()))
    }

    /// Requires that nothing was wrong with the request.
    pub(super) fn require(&self, what: String) -> Result<(), Mismatch> {
        if self.is_good() {
            return Ok(());
        }
        let expected = NOBODY_SIGNED_IN.iter().map(|code| json!(code));
        Err(Mismatch::new(what, expected, json!(self.landed.error())))
    }

    /// Returns the redirect, if that is how the error came.
    pub(super) fn redirect(&self) -> Option<&Redirect> {
        match &self.landed {
            Authorized::Redirect(redirect) => Some(redirect),
            Authorized::Page(_) => None,
        }
    }
}

/// Makes a login client whose login policy allows every response type.
pub(super) async fn client_of_all_response_types(
    target: &Target,
) -> Result<LoginClient, NotPassed> {
    let policy = target.make_login_policy_like_described(json!({})).await?;
    let place = format!("config/loginPolicies/{policy}/allowedResponseTypes");
    let administrator = target.administrator();
    let answer = administrator.get(&place).await?;
    crate::expect::status(&answer, &[200])?;
    // No page prints the body: what is an array in it is the list.
    let all = json!(["code", "id_token", "token"]);
    let mut body = answer.json()?;
    match &mut body {
        serde_json::Value::Object(members) => {
            for list in members.values_mut().filter(|value| value.is_array()) {
                *list = all.clone();
            }
        }
        other => *other = all,
    }
    let answer = administrator.put(&place, body).await?;
    crate::expect::status(&answer, &[200, 204])?;
    target
        .make_login_client(json!({ "loginPolicy": policy }))
        .await
}
