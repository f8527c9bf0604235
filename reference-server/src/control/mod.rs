//! `/_control/...`: what a test does to the server from outside. No part of the API, and on an address of its own.
//!
//! | module | what it answers |
//! |---|---|
//! | [`overview`] | what is served, and what time it is |
//! | [`clock`] | freeze, set, advance |
//! | [`reset`] | back to the start |
//! | [`snapshots`] | back to any other moment |
//! | [`state`] | one hash for configuration and users |
//! | [`users`] | the people of a customer |
//! | [`keys`] | the rotation of a customer's keys |
//! | [`faults`] | ways in which the server is wrong on purpose |
//! | [`journal`] | the requests that the server was asked |
//! | [`contract`] | all of it, as OpenAPI |
//!
//! [`pages`] keeps web pages out, [`body`] reads what is sent, and [`error`] is how something is refused.

mod body;
mod clock;
mod contract;
mod error;
mod faults;
mod journal;
mod keys;
mod overview;
mod pages;
mod reset;
mod snapshots;
mod state;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::from_fn;
use axum::routing::{delete, get, post};
use tokio::task::spawn_blocking;

use crate::app::App;
use crate::door::Door;
use crate::ids::Id;
use crate::store::Customer;
use error::ControlError;
use snapshots::Snapshots;

/// What the handlers share.
#[derive(Clone)]
struct Control {
    app: App,
    snapshots: Arc<Snapshots>,
}

impl FromRef<Control> for App {
    fn from_ref(control: &Control) -> Self {
        control.app.clone()
    }
}

/// Returns the control API as a service, and keeps a journal of the server's requests from now on.
///
/// Whoever reaches it owns the server, so it refuses what comes from web pages and needs no credentials.
///
/// ```
/// use axum::body::Body;
/// use http::{Request, StatusCode};
/// use reference_server::{App, Clock, Ids, control_router, settings::Settings};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::new(Settings::default(), Clock::fixed(), Ids::by_chance());
/// let control = control_router(app.clone());
/// let start = app.clock().now();
/// let request = Request::post("/_control/clock/advance")
///     .header("host", "127.0.0.1")
///     .header("content-type", "application/json")
///     .body(Body::from(r#"{"seconds": 60}"#))?;
/// assert_eq!(control.oneshot(request).await?.status(), StatusCode::OK);
/// assert_eq!(app.clock().now(), start + std::time::Duration::from_secs(60));
/// # Ok(())
/// # }
/// ```
pub fn control_router(app: App) -> Door {
    app.keep_journal();
    let control = Control {
        app,
        snapshots: Arc::default(),
    };
    let routes = Router::new()
        .route("/_control", get(overview::view))
        .route("/_control/openapi.json", get(contract::view))
        .route("/_control/clock", get(clock::view).put(clock::set))
        .route("/_control/clock/advance", post(clock::advance))
        .route("/_control/reset", post(reset::reset))
        .route("/_control/snapshots", post(snapshots::take))
        .route("/_control/snapshots/{snapshot}", delete(snapshots::delete))
        .route(
            "/_control/snapshots/{snapshot}/restore",
            post(snapshots::restore),
        )
        .route("/_control/state", get(state::view))
        .route(
            "/_control/customers/{customer}/users",
            get(users::list).post(users::add),
        )
        .route(
            "/_control/customers/{customer}/users/{user}",
            get(users::view).patch(users::change).delete(users::delete),
        )
        .route(
            "/_control/customers/{customer}/keys/rotate",
            post(keys::rotate),
        )
        .route(
            "/_control/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        )
        .route("/_control/faults/{fault}", delete(faults::remove))
        .route(
            "/_control/journal",
            get(journal::view).delete(journal::clear),
        )
        .fallback(async || ControlError::NotFound)
        .method_not_allowed_fallback(async || ControlError::MethodNotAllowed)
        .layer(from_fn(pages::keep_out))
        .with_state(control);
    Door::without_faults(routes)
}

/// Returns the customer that a path names.
fn customer(app: &App, id: &str) -> Result<Arc<Customer>, ControlError> {
    Id::parse(id)
        .and_then(|id| app.store().customer(id))
        .ok_or(ControlError::NotFound)
}

/// Does what may take long, when the server knows much, on a thread that answers nobody.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work)
        .await
        .expect("it does not panic, and nobody aborts it")
}
