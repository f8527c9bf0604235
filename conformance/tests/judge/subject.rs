//! What the tests here judge, and the checks that they judge it with.

use std::{sync::Arc, time::Duration};

use conformance::{
    check::{Check, Effects, Need, Run},
    description::{Description, Usable, file::ConfigurationClient},
    doctor,
    plan::{Offer, Plan, Wanted},
    run::{self, Finished, Options, stop::Stop},
    target::{Session, Target},
    verdict::Outcome,
};
use futures_util::future::BoxFuture;
use reference_server::TestServer;

/// A customer that no server has to know.
pub(crate) const CUSTOMER: &str = "01000000-0000-3000-9000-000000000000";

/// The secret that the descriptions here name.
pub(crate) const SECRET: &str = "a-secret-of-the-tests";

/// What the descriptions here offer to checks.
pub(crate) const OFFER: Offer = Offer {
    customer: true,
    configuration_client: true,
    public_client: false,
    confidential_client: false,
    user: false,
    time: false,
    listener: false,
    control: false,
    bounds: false,
};

/// Describes a target with credentials.
pub(crate) fn description(url: &str) -> Description {
    Description {
        url: Some(url.to_owned()),
        customer: Some(CUSTOMER.to_owned()),
        mode: Some("full".to_owned()),
        configuration_client: Some(ConfigurationClient {
            id: Some("6d1f0b8a-7c11-4c39-9a51-000000000001".to_owned()),
            secret_env: Some("SECRET".to_owned()),
            ..ConfigurationClient::default()
        }),
        ..Description::default()
    }
}

/// Looks a description up, with times short enough for a test.
pub(crate) fn usable(mut description: Description, secret: &str) -> Usable {
    description.limits.connect_ms.get_or_insert(2_000);
    description.limits.exchange_ms.get_or_insert(2_000);
    Usable::new(&description, Some(7), &|_| Some(secret.to_owned())).expect("a good description")
}

/// Starts a reference server and opens a session on it.
pub(crate) async fn served() -> (TestServer, Arc<Session>) {
    let server = TestServer::start().await;
    let (_, secret) = server.configuration_client();
    let usable = usable(description(&server.url()), secret);
    let session = doctor::open(&usable)
        .await
        .expect("our own server is usable");
    (server, session)
}

/// Opens a session without asking the target anything.
pub(crate) fn unasked(url: &str, exchange: Duration) -> Arc<Session> {
    let mut description = description(url);
    description.limits.exchange_ms = i64::try_from(exchange.as_millis()).ok();
    let usable = usable(description, SECRET);
    Arc::new(Session::new(usable.settings).expect("nothing to trust"))
}

/// Makes a check of a function.
pub(crate) const fn check(
    id: &'static str,
    function: for<'t> fn(&'t Target) -> BoxFuture<'t, Outcome>,
) -> Check {
    Check {
        id,
        title: "A check of the tests",
        cites: &["bearer-missing-body"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(function),
    }
}

/// How long a check may take: much more than one that ends takes on a busy machine, where even the trace of a panic needs its time.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(3);

/// Makes checks, each within [`TIME_LIMIT`].
pub(crate) async fn judge(session: &Arc<Session>, checks: &[Check], stop: &Stop) -> Finished {
    let plan = Plan::new(
        checks.iter().copied(),
        &Wanted::default(),
        conformance::plan::Mode::Full,
        OFFER,
    );
    let options = Options {
        jobs: 4,
        time_limit: TIME_LIMIT,
    };
    run::run(session, &plan, &options, stop, &|_| {}).await
}
