//! A server for the tests of others.

mod builder;
mod control;

use std::net::SocketAddr;

use fixtures::seed::Tenant;
use tokio::task::JoinHandle;

pub use builder::TestServerBuilder;

use crate::app::App;
use crate::clock::Clock;
use crate::faults::Faults;

/// A reference server on a port of its own, with a clock and a seed of its own, that stops when it is dropped.
///
/// It runs on the runtime that started it. Any number may run at the same time.
///
/// ```
/// use std::time::Duration;
/// use reference_server::TestServer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), reqwest::Error> {
/// let server = TestServer::start().await;
/// let (id, secret) = server.configuration_client();
/// # let client = reqwest::Client::builder().tls_certs_only([]).build()?;
/// let token: serde_json::Value = client
///     .post(server.at("login/token"))
///     .basic_auth(id, Some(secret))
///     .form(&[("grant_type", "client_credentials"), ("scope", "*:**")])
///     .send().await?.json().await?;
/// let token = token["access_token"].as_str().unwrap_or_default();
///
/// let list = || client.get(server.at("config/clients")).bearer_auth(token).send();
/// assert_eq!(list().await?.status(), 200);
///
/// server.clock().advance(Duration::from_secs(3600));
/// assert_eq!(list().await?.status(), 401);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TestServer {
    address: SocketAddr,
    /// The address of the control API, if it is served.
    control: Option<SocketAddr>,
    tenant: Tenant,
    app: App,
    tasks: Vec<JoinHandle<()>>,
}

impl TestServer {
    /// Starts a server with the demo tenant, every setting at its default.
    ///
    /// # Panics
    ///
    /// Panics if this machine has no port to give.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Returns what a server is made of, for those who want one of its parts to be different.
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder::default()
    }

    /// Returns the base URL, for example `http://127.0.0.1:49152`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the URL of the control API, without `/_control`, if the builder was asked for it.
    pub fn control_url(&self) -> Option<String> {
        self.control.map(|address| format!("http://{address}"))
    }

    /// Returns the id of the customer that the server was started with.
    pub fn customer(&self) -> &str {
        &self.tenant.customer
    }

    /// Returns the URL of a path below the customer.
    pub fn at(&self, path: &str) -> String {
        format!("{}/{}/{path}", self.url(), self.customer())
    }

    /// Returns the id and the secret of the tenant's first configuration client.
    ///
    /// # Panics
    ///
    /// Panics if a tenant of your own has none.
    pub fn configuration_client(&self) -> (&str, &str) {
        self.tenant
            .clients
            .iter()
            .filter(|client| client.is_configuration_client())
            .find_map(|client| Some((client.id.as_str(), client.secret.as_ref()?.reveal())))
            .expect("the tenant has a configuration client")
    }

    /// Returns the server's clock. It stands still unless it is advanced, or the builder was given another.
    pub fn clock(&self) -> &Clock {
        self.app.clock()
    }

    /// Returns the faults that are on: none, unless the builder was given some.
    ///
    /// ```
    /// use reference_server::{TestServer, faults::Injection};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = TestServer::start().await;
    /// # let client = reqwest::Client::builder().tls_certs_only([]).build()?;
    /// let keys = || client.get(server.at("login/jwk")).send();
    /// server.faults().add(Injection::named("service-is-unavailable")?.times(1));
    /// assert_eq!(keys().await?.status(), 503);
    /// assert_eq!(keys().await?.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub fn faults(&self) -> &Faults {
        self.app.faults()
    }

    /// Returns the application behind the server, for adding tenants.
    pub fn app(&self) -> &App {
        &self.app
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.app.deliveries().stop();
    }
}
