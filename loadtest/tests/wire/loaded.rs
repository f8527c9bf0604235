//! A load on a reference server.

use std::time::Duration;

use loadtest::{
    mix::Mix,
    run::{Ran, Run, RunError},
    secret::Secret,
    target::{Client, Target, User},
};
use reference_server::{Clock, TestServer};

/// Starts a server with a clock that runs.
pub(crate) async fn server() -> TestServer {
    TestServer::builder().clock(Clock::running()).start().await
}

/// Describes a server that serves the demo tenant.
pub(crate) fn target(server: &TestServer) -> Target {
    let tenant = fixtures::seed::demo();
    let client = |wanted: &str| {
        let client = tenant
            .clients
            .iter()
            .find(|client| client.id.ends_with(wanted));
        let client = client.expect("the demo tenant has it");
        Client {
            id: client.id.clone(),
            secret: client
                .secret
                .as_ref()
                .map(|secret| Secret::new(secret.reveal())),
            redirect_uri: client.redirect_uris.first().cloned().unwrap_or_default(),
        }
    };
    let user = &tenant.users[0];
    Target {
        configuration: Some(client("1")),
        login: Some(client("2")),
        user: Some(User {
            name: user.email.clone(),
            password: Secret::new(user.password.reveal()),
        }),
        may_write: true,
        ..Target::at(server.url(), server.customer())
    }
}

/// Returns a mix of these journeys alone, for so long.
pub(crate) fn mix(journeys: &[&str], duration: Duration, arrivals: Option<f64>) -> Mix {
    let mut mix = Mix::find("smoke").expect("it is one of the five");
    mix.journeys
        .retain(|(journey, _)| journeys.contains(&journey.name));
    assert_eq!(
        mix.journeys.len(),
        journeys.len(),
        "there is a journey of each name"
    );
    Mix {
        duration,
        arrivals,
        ..mix
    }
}

/// Makes a load with a seed of its own.
pub(crate) async fn load(target: Target, mix: Mix) -> Result<Ran, RunError> {
    Run::prepare(target, mix, 7).await?.make().await
}
