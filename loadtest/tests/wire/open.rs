//! The open model: arrivals keep to their rate, and what is late shows.

use std::time::Duration;

use loadtest::{
    figures::Percentile,
    secret::Secret,
    target::{Client, Target},
};

use crate::{
    loaded::{load, mix, server, target},
    standstill::Standstill,
};

#[tokio::test(flavor = "multi_thread")]
async fn arrivals_keep_to_their_rate() {
    let server = server().await;
    let ran = load(
        target(&server),
        mix(&["token"], Duration::from_secs(1), Some(200.0)),
    )
    .await
    .expect("the server is right");
    assert_eq!(ran.figures.whole().count(), 200);
    assert_eq!(ran.findings, []);
}

/// Half a second in which nothing is answered delays a quarter of what arrives in two seconds: by 480 ms and more where it is worst.
/// A generator that waits for its answers would send little meanwhile, and see nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_standstill_shows_in_the_latencies_of_whatever_was_due() {
    let still = Duration::from_millis(700)..Duration::from_millis(1200);
    let server = Standstill::start(still).await;
    let target = Target {
        configuration: Some(Client {
            id: "me".to_owned(),
            secret: Some(Secret::new("mine")),
            redirect_uri: String::new(),
        }),
        ..Target::at(server.url(), "customer")
    };
    let mut mix = mix(&["token"], Duration::from_secs(2), Some(200.0));
    mix.users = 200;
    let ran = load(target, mix).await.expect("the server answers");
    let whole = ran.figures.whole();
    assert_eq!(whole.count(), 400);
    assert_eq!(ran.findings, []);
    let took = |percentile| {
        whole
            .percentile(percentile)
            .expect("something was measured")
    };
    assert!(
        took(Percentile::P99) >= Duration::from_millis(450),
        "{:?}",
        took(Percentile::P99)
    );
    assert!(
        took(Percentile::P50) < Duration::from_millis(200),
        "{:?}",
        took(Percentile::P50)
    );
}

/// Two users cannot be under way more often than twice: what is due meanwhile waits, and that counts.
#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_free_user_counts() {
    let server = Standstill::start(Duration::ZERO..Duration::from_millis(400)).await;
    let target = Target {
        configuration: Some(Client {
            id: "me".to_owned(),
            secret: Some(Secret::new("mine")),
            redirect_uri: String::new(),
        }),
        ..Target::at(server.url(), "customer")
    };
    let ran = load(target, mix(&["token"], Duration::from_secs(1), Some(100.0)))
        .await
        .expect("the server answers");
    let whole = ran.figures.whole();
    assert_eq!(whole.count(), 100);
    assert_eq!(whole.errors(), 0, "what is late is sent all the same");
    let late = whole
        .percentile(Percentile::P95)
        .expect("something was measured");
    assert!(late >= Duration::from_millis(200), "{late:?}");
}
