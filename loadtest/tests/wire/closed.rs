//! The closed model against a server that is right.

use std::{sync::Arc, time::Duration};

use goose::{config::GooseConfiguration, goose::GooseUser};
use loadtest::{closed, journeys, load::Load, mix::Shape, wire::connection::Connector};

use crate::loaded::{load, mix, server, target};

#[tokio::test(flavor = "multi_thread")]
async fn every_journey_comes_through_and_every_answer_is_right() {
    let server = server().await;
    // Another mix has those that need listeners.
    let all = || {
        journeys::ALL
            .iter()
            .filter(|journey| !journey.needs_listeners())
    };
    let names: Vec<&str> = all().map(|journey| journey.name).collect();
    let ran = load(target(&server), mix(&names, Duration::from_secs(2), None))
        .await
        .expect("the server is right");
    assert_eq!(ran.findings, []);
    assert_eq!(ran.violations, []);
    assert_eq!(ran.leftovers, Vec::<String>::new());
    assert!(!ran.is_stopped);
    for journey in all() {
        for request in journey.requests {
            let count = ran
                .figures
                .requests
                .get(*request)
                .map_or(0, loadtest::figures::Requests::count);
            assert!(count > 0, "{} never sent `{request}`", journey.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_loads_run_one_after_the_other_in_one_process() {
    let server = server().await;
    for _ in 0..2 {
        let ran = load(
            target(&server),
            mix(&["token"], Duration::from_millis(300), None),
        )
        .await
        .expect("the server is right");
        assert!(ran.figures.whole().count() > 10);
        assert!(
            ran.figures.elapsed <= Duration::from_millis(300),
            "nothing counts after the end"
        );
        assert_eq!(ran.figures.whole().errors(), 0);
    }
}

/// As a worker of another master does.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_made_elsewhere_makes_the_same_transactions() {
    let server = server().await;
    let load = Arc::new(Load::new(target(&server), Duration::from_secs(60), 7));
    load.begin();
    let journey = journeys::find("token").expect("there is such a journey");
    let transaction = closed::transaction(&load, journey, &Shape::default(), 1);
    let mut configuration = GooseConfiguration::default();
    configuration.accept_invalid_certs = true;
    let url = server.url().parse().expect("it is an address");
    let mut user = GooseUser::single(url, &configuration).expect("a client can be made");
    let connector = Connector::new(&load.target).expect("it is an address of HTTP");
    user.set_session_data(connector.connection());
    for _ in 0..3 {
        (transaction.function)(&mut user)
            .await
            .expect("it comes through");
    }
    let figures = load.recorder().figures();
    assert_eq!(figures.requests["token"].good, 3);
}
