//! `/{customerId}/login/end_session`: signing out on one browser, or everywhere (OpenID Connect RP-Initiated Logout).

use axum::body::Body;
use axum::response::Response;

use crate::auth_ui::Visitor;
use crate::auth_ui::logout::{forget, send_back};
use crate::error::PageError;
use crate::ids::Id;

/// Signs the browser out, with the id of its session as hint all browsers of the user, and sends it to the client.
///
/// An ID token as a hint is not documented, and ignored. So is the id of a session that is not the browser's: whoever
/// learns of it does not sign others out.
pub(crate) async fn end(visitor: Visitor) -> Result<Response, PageError> {
    let client = visitor.client()?;
    let back = required(&visitor, "post_logout_redirect_uri")?;
    let state = required(&visitor, "state")?;
    let hint = visitor.parameter("logout_hint")?.and_then(Id::parse);
    if !client
        .post_logout_redirect_uris
        .iter()
        .any(|known| known == back)
    {
        return Err(visitor.refused("invalid_redirect_uri", "invalid post_logout_redirect_uri"));
    }
    if let Some(device) = visitor.device() {
        let now = visitor.app().clock().now();
        let sessions = visitor.customer().sessions();
        match sessions.of_device(device, now) {
            Some(session) if hint == Some(session.id) => {
                sessions.end(session.id, now);
            }
            _ => sessions.unbind(device, now),
        }
    }
    Ok(forget(&visitor, send_back(back, Some(state))))
}

/// Takes the parameters from a form instead (OpenID Connect RP-Initiated Logout, 2).
///
/// Browsers do not send the session's cookie along with the form of another site, which so signs nobody out.
pub(crate) async fn submit(visitor: Visitor, body: Body) -> Result<Response, PageError> {
    end(visitor.with_form(body).await?).await
}

/// Returns a parameter without which nobody is sent anywhere.
fn required<'a>(visitor: &'a Visitor, name: &str) -> Result<&'a str, PageError> {
    visitor
        .parameter(name)?
        .ok_or_else(|| visitor.bad_request(format!("{name} is missing")))
}
