//! The reference server without a socket.

use axum::body::Body;
use bytes::Bytes;
use fixtures::seed::Tenant;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use reference_server::settings::Settings;
use reference_server::{App, Clock, Door, Ids, router};
use tokio::runtime::{Builder, Runtime};
use tower::Service as _;

use crate::crowd;

/// A server that is asked in the process of whoever asks.
#[derive(Debug)]
pub struct Desk {
    door: Door,
    runtime: Runtime,
}

impl Desk {
    /// Opens a server with these tenants, whose clock stands still.
    ///
    /// # Panics
    ///
    /// Panics if a tenant breaks a rule, and if the machine has no runtime to give.
    pub fn of(tenants: impl IntoIterator<Item = Tenant>) -> Self {
        let app = App::new(Settings::default(), Clock::fixed(), Ids::seeded(1));
        for tenant in tenants {
            app.add_tenant(&tenant)
                .expect("a tenant of the benches fits together");
        }
        let runtime = Builder::new_current_thread().enable_all().build();
        Self {
            door: router(app),
            runtime: runtime.expect("a runtime for one thread"),
        }
    }

    /// Asks, and returns the status and the whole body of the answer.
    ///
    /// # Panics
    ///
    /// Panics if the body breaks off.
    pub fn ask(&mut self, request: Request<Body>) -> (StatusCode, Bytes) {
        let Self { door, runtime } = self;
        runtime.block_on(async {
            let Ok(answer) = door.call(request).await;
            let status = answer.status();
            let body = answer.into_body().collect().await;
            (status, body.expect("a body in memory").to_bytes())
        })
    }

    /// Issues a token to a client of the first customer.
    ///
    /// # Panics
    ///
    /// Panics if it gets none.
    pub fn token(&mut self, client: &str) -> String {
        let (_, answer) = self.ask(form("login/token", client, crowd::FORM));
        let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap_or_default();
        let token = answer["access_token"].as_str();
        token.expect("the answer has a token").to_owned()
    }
}

/// Returns a request with a form, of a client of the first customer.
///
/// # Panics
///
/// Panics if the path is none.
pub fn form(path: &str, client: &str, form: &str) -> Request<Body> {
    Request::post(format!("/{}/{path}", crowd::customer(0)))
        .header(header::AUTHORIZATION, crowd::basic(client))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .expect("a request with plain parts")
}

/// Returns a request that reads something of the first customer's, with a token or without.
///
/// # Panics
///
/// Panics if the path is none.
pub fn get(path: &str, token: Option<&str>) -> Request<Body> {
    let mut request = Request::get(format!("/{}/{path}", crowd::customer(0)));
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request
        .body(Body::empty())
        .expect("a request with plain parts")
}
