//! What a server for tests is made of.

use std::net::{Ipv4Addr, SocketAddr};

use fixtures::seed::{self, Tenant};
use tokio::net::TcpListener;

use super::TestServer;
use crate::app::App;
use crate::clock::Clock;
use crate::ids::Ids;
use crate::serve::{serve, serve_control};
use crate::settings::{HostedLogin, Limits, ListenerRoots, Readings, Settings, Webhooks};

/// What a [`TestServer`] is made of.
#[derive(Debug, Clone)]
#[must_use]
pub struct TestServerBuilder {
    tenant: Tenant,
    settings: Settings,
    clock: Clock,
    ids: Ids,
    is_journal_kept: bool,
    is_controlled: bool,
}

impl Default for TestServerBuilder {
    fn default() -> Self {
        Self {
            tenant: seed::demo(),
            settings: Settings::default(),
            clock: Clock::fixed(),
            ids: Ids::seeded(0),
            is_journal_kept: false,
            is_controlled: false,
        }
    }
}

impl TestServerBuilder {
    /// Starts with another tenant than the demo's.
    pub fn tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = tenant;
        self
    }

    /// Makes ids, secrets and tokens from another seed than 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.ids = Ids::seeded(seed);
        self
    }

    /// Tells the time by another clock than one that stands still.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Answers as these readings say.
    pub fn readings(mut self, readings: Readings) -> Self {
        self.settings.readings = readings;
        self
    }

    /// Lets the hosted pages allow and remember what these settings say.
    pub fn hosted_login(mut self, hosted_login: HostedLogin) -> Self {
        self.settings.hosted_login = hosted_login;
        self
    }

    /// Gives up as these limits say.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Notifies as these settings say.
    pub fn webhooks(mut self, webhooks: Webhooks) -> Self {
        self.settings.webhooks = webhooks;
        self
    }

    /// Trusts certificates of listeners that are of these authorities as well.
    pub fn listener_roots(mut self, roots: ListenerRoots) -> Self {
        self.settings.listener_roots = roots;
        self
    }

    /// Keeps a [journal](TestServer::journal) from the first request on.
    pub fn journal(mut self) -> Self {
        self.is_journal_kept = true;
        self
    }

    /// Serves the control API as well, on a free port of its own, and keeps a journal.
    ///
    /// ```
    /// use reference_server::TestServer;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), reqwest::Error> {
    /// let server = TestServer::builder().control().start().await;
    /// # let client = reqwest::Client::builder().tls_certs_only([]).build()?;
    /// let url = server.control_url().expect("it was asked for");
    /// let reset = client.post(format!("{url}/_control/reset")).send().await?;
    /// assert_eq!(reset.status(), 204);
    /// # Ok(())
    /// # }
    /// ```
    pub fn control(mut self) -> Self {
        self.is_controlled = true;
        self
    }

    /// Starts the server on a free port of the loopback interface.
    ///
    /// # Panics
    ///
    /// Panics if this machine has no port to give, or if the tenant was put together wrongly.
    pub async fn start(mut self) -> TestServer {
        let (listener, address) = bind().await;
        self.settings.public_url = format!("http://{address}")
            .parse()
            .expect("an address makes a URL");
        let app = App::new(self.settings, self.clock, self.ids);
        app.add_tenant(&self.tenant)
            .expect("a tenant whose parts fit together");
        if self.is_journal_kept || self.is_controlled {
            app.keep_journal();
        }
        let mut tasks = vec![tokio::spawn(serve(
            listener,
            app.clone(),
            std::future::pending(),
        ))];
        let mut control = None;
        if self.is_controlled {
            let (listener, address) = bind().await;
            control = Some(address);
            tasks.push(tokio::spawn(serve_control(
                listener,
                app.clone(),
                std::future::pending(),
            )));
        }
        TestServer {
            address,
            control,
            tenant: self.tenant,
            app,
            tasks,
        }
    }
}

async fn bind() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port on the loopback interface");
    let address = listener
        .local_addr()
        .expect("a bound listener has an address");
    (listener, address)
}
