//! `/{customerId}/login/authorize`: where signing in begins (RFC 6749, 3.1, and OpenID Connect Core, 3).
//!
//! | module | what it holds |
//! |---|---|
//! | [`request`] | a request that keeps the rules, and in which order they are checked |
//! | [`prompt`] | whether the user may be asked |
//! | [`completion`] | what a request gives once the user is known |
//! | [`reply`] | how an answer travels to the client |
//! | [`error`] | refusals, on a page or by way of the client |

mod completion;
mod error;
mod prompt;
mod reply;
mod request;

use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, Uri};

use crate::app::App;
use crate::auth_ui::cookie;
use crate::error::PageError;
use crate::extract::{ParameterError, Parameters};
use crate::store::Customer;

pub(crate) use error::{AuthorizeError, RefusalCode};
pub(crate) use prompt::Prompt;
pub(crate) use reply::{Reply, ResponseMode, redirect};
pub(crate) use request::AuthorizationRequest;

/// Takes a request from the query.
pub(crate) async fn view(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let customer = app
        .customer_of(&uri)
        .ok_or_else(PageError::unknown_customer)?;
    let parameters = Parameters::parse(uri.query().unwrap_or_default().as_bytes());
    answer(&app, &customer, &headers, parameters).await
}

/// Takes a request from a form; a query does not count then.
pub(crate) async fn submit(
    State(app): State<App>,
    request: Request,
) -> Result<Response, AuthorizeError> {
    let (parts, body) = request.into_parts();
    let customer = app
        .customer_of(&parts.uri)
        .ok_or_else(PageError::unknown_customer)?;
    let parameters = Parameters::of_form(&parts.headers, body, &app.settings().limits)
        .await
        .map_err(PageError::from)?;
    answer(&app, &customer, &parts.headers, parameters).await
}

/// Refuses a method.
pub(crate) async fn method_not_allowed() -> PageError {
    PageError::method_not_allowed()
}

/// Sends the user back to the client if there is a session that will do, else to the login page.
async fn answer(
    app: &App,
    customer: &Customer,
    headers: &HeaderMap,
    parameters: Result<Parameters, ParameterError>,
) -> Result<Response, AuthorizeError> {
    let parameters = parameters.map_err(PageError::from)?;
    let request = AuthorizationRequest::check(app, customer, &parameters)?;
    let now = app.clock().now();
    let session = cookie::device(headers)
        .and_then(|device| customer.sessions().of_device(device, now))
        .filter(|session| request.is_content_with(session, now));
    let user = session
        .as_ref()
        .and_then(|session| customer.users().find(session.user));
    if let (Some(session), Some(user)) = (session, user) {
        // Signing in without being asked counts as signing in. A session that ended just now is good for once more.
        let session = customer
            .sessions()
            .touch(session.id, now)
            .unwrap_or(session);
        return Ok(request.complete(app, customer, &user, &session).await);
    }
    if request.prompt() == Prompt::None {
        return Ok(request.refuse(RefusalCode::LoginRequired, "the user has to sign in"));
    }
    Ok(redirect(&request.login_page(app, customer)))
}
