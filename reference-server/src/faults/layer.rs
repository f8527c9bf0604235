//! The layer itself: between the door and the desk.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;
use tower::ServiceExt as _;

use super::asked::Asked;
use super::desk::Desk;
use crate::app::App;
use crate::extract::{BodyError, collect};

/// Returns the routes behind the faults that are on.
pub(crate) fn service(app: App, routes: Router) -> Router {
    Router::new().fallback(async move |request: Request| answer(&app, &routes, request).await)
}

async fn answer(app: &App, routes: &Router, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match collect(body, &app.settings().limits).await {
        Ok(body) => body,
        Err(error) => return refusal(app, routes, parts, &error).await,
    };
    let asked = Asked::new(parts, body);
    let faults = app.faults().taking_part(&asked, app.ids());
    let desk = Desk {
        app,
        faults: &faults,
        routes,
    };
    desk.ask(asked).await.into_response()
}

/// Lets the handlers refuse a body that cannot be had, each in its own words: they meet one that fails in the same way.
async fn refusal(app: &App, routes: &Router, parts: Parts, error: &BodyError) -> Response {
    let body = match error {
        BodyError::TooLarge(_) => Body::from(vec![b' '; app.settings().limits.body_bytes + 1]),
        _ => {
            let broken = std::io::Error::other(error.to_string());
            Body::from_stream(futures_util::stream::iter([Err::<&[u8], _>(broken)]))
        }
    };
    match routes
        .clone()
        .oneshot(Request::from_parts(parts, body))
        .await
    {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
