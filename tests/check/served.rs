//! A deployment to point the program at.

use std::{
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::Arc,
};

use conformance::{
    description::{
        Description, Usable,
        tenant::{self, variables},
    },
    doctor,
    sweep::{self, Leftover},
    target::{Session, Target},
};
use fixtures::seed;
use reference_server::{
    Clock, TestServer, TestServerBuilder,
    settings::{Readings, Webhooks},
};
use serde_json::json;
use tempfile::TempDir;

use super::program::command;

/// A server, and a file that describes it.
pub(crate) struct Served {
    pub(crate) server: TestServer,
    pub(crate) folder: TempDir,
}

impl Served {
    pub(crate) async fn start() -> Self {
        Self::of(TestServer::start().await)
    }

    /// Starts a server that reads the documentation in another way; the reading is `ID=ANSWER`.
    pub(crate) async fn reading(reading: &str) -> Self {
        let mut readings = Readings::default();
        readings.set(reading).expect("the server knows it");
        Self::of(TestServer::builder().readings(readings).start().await)
    }

    /// Starts a server with a clock that runs and a journal, described with everything that there is to sign in with.
    pub(crate) async fn whole() -> Self {
        Self::of_demo(TestServer::builder()).await
    }

    /// Starts the same server with a control API, and describes that, too.
    pub(crate) async fn controlled() -> Self {
        let served = Self::of_demo(TestServer::builder().control()).await;
        let url = served.server.control_url().expect("it was asked for");
        let text = std::fs::read_to_string(served.target()).expect("readable");
        let control = format!("[control]\nurl = \"{url}\"\n");
        std::fs::write(served.target(), text + &control).expect("written");
        served
    }

    async fn of_demo(builder: TestServerBuilder) -> Self {
        let server = builder.clock(Clock::running()).journal();
        // So that the judge's listener is told of what happens to its subscriptions.
        let server = server.webhooks(Webhooks {
            allow_local_listeners: true,
            ..Webhooks::default()
        });
        let served = Self::of(server.start().await);
        let tenant = tenant::Served::new(served.server.url(), &seed::demo());
        let whole = tenant.description.clone();
        let written = |file: &str, variable: &str| {
            let secret = tenant.variable(variable).expect("the demo tenant has it");
            std::fs::write(served.folder.path().join(file), secret).expect("written");
        };
        written("password", variables::PASSWORD);
        written("confidential", variables::CONFIDENTIAL_CLIENT_SECRET);
        // A machine that does much else must not be why a check is cut off.
        let mut text = served.description("limits = { check-ms = 600000, exchange-ms = 120000 }");
        for (kind, secret, client) in [
            ("public", "", whole.clients.public),
            (
                "confidential",
                "secret-file = \"confidential\"",
                whole.clients.confidential,
            ),
        ] {
            let client = client.expect("the demo tenant has both");
            let uri = client.redirect_uri.expect("it has one");
            let id = client.id.expect("it has one");
            text +=
                &format!("[clients.{kind}]\nid = \"{id}\"\nredirect-uri = \"{uri}\"\n{secret}\n");
        }
        let user = whole.user.and_then(|user| user.name);
        let user = user.expect("the demo tenant has one");
        text += &format!("[user]\nname = \"{user}\"\npassword-file = \"password\"\n");
        std::fs::write(served.target(), text).expect("written");
        served.subscribe_somebody_else().await;
        served
    }

    /// Makes a subscription that is none of any run's: it was there before. Nothing of it is sent anywhere.
    async fn subscribe_somebody_else(&self) {
        let target = Target::new(self.session().await, "x.y.somebody-else");
        let body = json!({
            "title": "Bakery Orders",
            "endpoint": "https://1.1.1.1/orders",
            "events": ["entityCreated", "entityUpdated", "entityDeleted"],
            "enabled": false,
        });
        let administrator = target.administrator();
        let made = administrator.post("webhooks/subscriptions", body).await;
        assert_eq!(made.expect("an answer").status(), 201);
    }

    fn of(server: TestServer) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let served = Self { server, folder };
        std::fs::write(served.target(), served.description("")).expect("written");
        served
    }

    pub(crate) fn target(&self) -> PathBuf {
        self.folder.path().join("target.toml")
    }

    pub(crate) fn description(&self, extra: &str) -> String {
        let (id, _) = self.server.configuration_client();
        format!(
            "url = \"{}\"\ncustomer = \"{}\"\n{extra}\n[configuration-client]\nid = \"{id}\"\nsecret-env = \"SECRET\"\n",
            self.server.url(),
            self.server.customer()
        )
    }

    pub(crate) async fn session(&self) -> Arc<Session> {
        let text = self.description("");
        let description = Description::parse("target.toml", &text).expect("a good description");
        let (_, secret) = self.server.configuration_client();
        let usable = Usable::new(&description, None, &|_| Some(secret.to_owned())).expect("usable");
        doctor::open_to_sweep(&usable).await.expect("usable")
    }

    pub(crate) async fn leftovers(&self) -> Vec<Leftover> {
        let session = self.session().await;
        sweep::find(&session).await.expect("the lists are readable")
    }

    /// Starts a run slow enough to be caught in the middle, and waits until something that it made is there.
    pub(crate) async fn slow_run(&self) -> Child {
        let target = self.target().display().to_string();
        let child = command(&["check", "--target", &target, "--rate", "40", "--quiet"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let session = self.session().await;
        while sweep::find(&session).await.expect("readable").is_empty() {
            tokio::task::yield_now().await;
        }
        child
    }
}

pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
