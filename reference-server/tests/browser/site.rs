//! A reference server, and an application that users come back to.

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::{Html, IntoResponse, Redirect};
use fixtures::seed::{self, Tenant};
use reference_server::TestServer;
use reference_server::settings::HostedLogin;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use url::Url;

pub(crate) const CLIENT: &str = "6d1f0b8a-7c11-4c39-9a51-000000000003";
pub(crate) const SECRET: &str = "demo-confidential-secret";
pub(crate) const EMAIL: &str = "mira.lind@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// How long a browser may take until it comes back.
const PATIENCE: Duration = Duration::from_secs(20);

/// The server with the demo tenant, whose client has an application that listens.
pub(crate) struct Site {
    pub(crate) server: TestServer,
    application: JoinHandle<()>,
    pub(crate) callback: String,
    arrivals: mpsc::Receiver<Arrival>,
}

/// A browser that came back to the application.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) method: String,
    /// The parameters of the query, or of the form.
    pub(crate) parameters: Vec<(String, String)>,
}

impl Arrival {
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(known, _)| known == name)?;
        Some(value)
    }
}

impl Site {
    pub(crate) async fn open() -> Self {
        Self::with(HostedLogin::default()).await
    }

    pub(crate) async fn with(settings: HostedLogin) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port on the loopback interface");
        let address = listener
            .local_addr()
            .expect("a bound listener has an address");
        let callback = format!("http://{address}/callback");
        let home = format!("http://localhost:{}/", address.port());
        let (arrived, arrivals) = mpsc::channel(16);
        let application = Router::new().fallback(async move |request: Request| {
            if request.uri().path() != "/callback" {
                return Html("<p id=\"home\">Home</p>").into_response();
            }
            let method = request.method().to_string();
            let query = request.uri().query().unwrap_or_default().to_owned();
            let body = to_bytes(request.into_body(), 64 * 1024)
                .await
                .unwrap_or_default();
            let encoded = if body.is_empty() { query.into() } else { body };
            let parameters = form_urlencoded::parse(&encoded).into_owned().collect();
            // A test that is over does not listen any more.
            let _ = arrived.send(Arrival { method, parameters }).await;
            // What takes the code often stands elsewhere than what people look at.
            Redirect::to(&home).into_response()
        });
        let application = tokio::spawn(async move {
            let _ = axum::serve(listener, application).await;
        });
        let server = TestServer::builder()
            .tenant(tenant(&callback))
            .hosted_login(settings)
            .start()
            .await;
        Self {
            server,
            application,
            callback,
            arrivals,
        }
    }

    /// Returns the address of an authorization request of the confidential client, with these parameters besides or
    /// instead.
    pub(crate) fn authorize(&self, more: &[(&str, &str)]) -> String {
        let parameters = [
            ("client_id", CLIENT),
            ("response_type", "code"),
            ("scope", "openid profile email"),
            ("redirect_uri", &self.callback),
            ("state", "some state"),
        ];
        let url = Url::parse_with_params(
            &self.server.at("login/authorize"),
            parameters
                .iter()
                .filter(|(name, _)| more.iter().all(|(other, _)| other != name))
                .chain(more),
        );
        url.expect("an address of the server").into()
    }

    /// Returns the address of a page of the client.
    pub(crate) fn page(&self, path: &str, more: &[(&str, &str)]) -> String {
        let parameters = [("client_id", CLIENT)];
        let url = Url::parse_with_params(&self.server.at(path), parameters.iter().chain(more));
        url.expect("an address of the server").into()
    }

    /// Waits until a browser comes back to the application.
    pub(crate) async fn arrival(&mut self) -> Arrival {
        timeout(PATIENCE, self.arrivals.recv())
            .await
            .expect("the browser comes back in time")
            .expect("the application listens")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.application.abort();
    }
}

/// The demo tenant, with an application that really listens.
fn tenant(callback: &str) -> Tenant {
    let mut tenant = seed::demo();
    for client in &mut tenant.clients {
        if client.login_policy.is_some() {
            client.redirect_uris.push(callback.to_owned());
            client.post_logout_redirect_uris.push(callback.to_owned());
        }
    }
    tenant
}
