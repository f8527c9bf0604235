//! The table of contents: one line a route.

use axum::Router;
use axum::routing::{MethodRouter, any, get, post};

use crate::app::App;
use crate::auth_ui;
use crate::config::{self, clients, login_policies, token_policies};
use crate::cors;
use crate::door::Door;
use crate::error::AdminError;
use crate::login::token::{introspect, revoke};
use crate::login::{authorize, discovery, end_session, jwk, token};
use crate::profiles::oidc::userinfo;
use crate::sessions;
use crate::settings::{Readings, SecretResetMethod, SecretRetrieval};
use crate::webhooks::{self, events, exports, subscriptions};

/// Returns the whole API as a service: what [`serve`](crate::serve()) puts behind a socket, for those who have no need
/// of one.
///
/// ```
/// use axum::body::Body;
/// use http::{Request, StatusCode};
/// use reference_server::{App, Clock, Ids, router, settings::Settings};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::new(Settings::default(), Clock::running(), Ids::by_chance());
/// app.add_tenant(&fixtures::seed::demo())?;
/// let request = Request::get("/01000000-0000-3000-9000-000000000000/config/clients").body(Body::empty())?;
/// let response = router(app).oneshot(request).await?;
/// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// # Ok(())
/// # }
/// ```
pub fn router(app: App) -> Door {
    let readings = app.settings().readings;
    let login = Router::new()
        .route(
            "/{customer}/login/token",
            post(token::post).fallback(cors::preflight),
        )
        .route(
            "/{customer}/login/.well-known/openid-configuration",
            get(discovery::view).fallback(cors::preflight),
        )
        .route(
            "/{customer}/login/jwk",
            get(jwk::view).fallback(cors::preflight),
        )
        .route(
            "/{customer}/login/authorize",
            get(authorize::view)
                .post(authorize::submit)
                .fallback(authorize::method_not_allowed),
        )
        .route(
            "/{customer}/login/token/introspect",
            post(introspect::view).fallback(token::method_not_allowed),
        )
        .route(
            "/{customer}/login/token/revoke",
            post(revoke::revoke).fallback(cors::preflight),
        )
        .route(
            "/{customer}/profiles/oidc/userinfo",
            get(userinfo::view)
                .post(userinfo::view)
                .fallback(cors::preflight),
        );
    let config = Router::new()
        .route(
            "/{customer}/config/clients",
            get(clients::list).post(clients::create),
        )
        .route(
            "/{customer}/config/clients/{client}",
            get(clients::view)
                .put(clients::modify)
                .delete(clients::delete),
        )
        .route(
            "/{customer}/config/clients/{client}/secret",
            secret(&readings),
        )
        .route(
            "/{customer}/config/loginPolicies",
            get(login_policies::list).post(login_policies::create),
        )
        .route(
            "/{customer}/config/loginPolicies/{policy}",
            get(login_policies::view)
                .put(login_policies::modify)
                .delete(login_policies::delete),
        )
        .route(
            "/{customer}/config/loginPolicies/{policy}/pushClaims",
            get(login_policies::push_claims::view).put(login_policies::push_claims::modify),
        )
        .route(
            "/{customer}/config/loginPolicies/{policy}/allowedResponseTypes",
            get(login_policies::allowed_response_types::view)
                .put(login_policies::allowed_response_types::modify),
        )
        .route(
            "/{customer}/config/tokenPolicies",
            get(token_policies::list).post(token_policies::create),
        )
        .route(
            "/{customer}/config/tokenPolicies/{policy}",
            get(token_policies::view)
                .put(token_policies::modify)
                .delete(token_policies::delete),
        )
        .route("/{customer}/config", any(config::unknown))
        .route("/{customer}/config/{*rest}", any(config::unknown))
        .method_not_allowed_fallback(config::method_not_allowed);
    let pages = Router::new()
        .route(
            "/{customer}/auth-ui/login",
            get(auth_ui::login::view).post(auth_ui::login::sign_in),
        )
        .route(
            "/{customer}/auth-ui/register",
            get(auth_ui::register::view).post(auth_ui::register::register),
        )
        .route(
            "/{customer}/auth-ui/profile",
            get(auth_ui::profile::view).post(auth_ui::profile::modify),
        )
        .route("/{customer}/auth-ui/logout", get(auth_ui::logout::logout))
        .route(
            "/{customer}/login/end_session",
            get(end_session::end).post(end_session::submit),
        )
        .route("/{customer}/auth-ui", any(auth_ui::unknown))
        .route("/{customer}/auth-ui/{*rest}", any(auth_ui::unknown))
        .method_not_allowed_fallback(auth_ui::method_not_allowed);
    let sessions = Router::new()
        .route("/{customer}/sessions", get(sessions::find))
        .route(
            "/{customer}/sessions/{session}",
            get(sessions::view).delete(sessions::delete),
        )
        .method_not_allowed_fallback(config::method_not_allowed);
    let subscriptions = Router::new()
        .route(
            "/{customer}/webhooks/subscriptions",
            get(subscriptions::list).post(subscriptions::create),
        )
        .route(
            "/{customer}/webhooks/subscriptions/{subscription}",
            get(subscriptions::view)
                .patch(subscriptions::modify)
                .delete(subscriptions::delete),
        )
        .route(
            "/{customer}/webhooks/subscriptions/{subscription}/test",
            post(webhooks::test::send),
        )
        .route(
            "/{customer}/webhooks/subscriptions/{subscription}/summary",
            get(webhooks::summary::view),
        )
        .route(
            "/{customer}/webhooks/subscriptions/{subscription}/events",
            get(events::list),
        )
        .route(
            "/{customer}/webhooks/subscriptions/{subscription}/events/{event}",
            get(events::view),
        )
        .route(
            "/{customer}/webhooks/subscriptions/{subscription}/events/{event}/history",
            get(events::history),
        )
        .route(
            "/{customer}/webhooks/subscriptions/{subscription}/events/{event}/redeliver",
            post(events::redeliver),
        )
        .merge(exports("exports"))
        .merge(exports("events/exports"))
        .route("/{customer}/webhooks", any(config::unknown))
        .route("/{customer}/webhooks/{*rest}", any(config::unknown))
        .method_not_allowed_fallback(config::method_not_allowed);
    let routes = login
        .merge(config)
        .merge(subscriptions)
        .merge(pages)
        .merge(sessions)
        .fallback(async || AdminError::NotFound)
        .with_state(app.clone());
    Door::new(app, routes)
}

/// The documentation prints two places for exports.
fn exports(place: &str) -> Router<App> {
    let exports = format!("/{{customer}}/webhooks/subscriptions/{{subscription}}/{place}");
    Router::new()
        .route(&exports, get(exports::list).post(exports::start))
        .route(
            &format!("{exports}/{{export}}"),
            get(exports::view).delete(exports::cancel),
        )
        .route(
            &format!("{exports}/{{export}}/download"),
            get(exports::download),
        )
}

/// The documentation contradicts itself on how a secret is reset, and on whether it can be read.
fn secret(readings: &Readings) -> MethodRouter<App> {
    let reset = match readings.secret_reset_method {
        SecretResetMethod::Post => post(clients::secret::reset),
        SecretResetMethod::Put => axum::routing::put(clients::secret::reset),
    };
    match readings.secret_retrieval {
        SecretRetrieval::Refused => reset,
        SecretRetrieval::Readable => reset.get(clients::secret::view),
    }
}
