//! The closed model against a server that is right.

use std::time::Duration;

use loadtest::journeys;

use crate::loaded::{load, mix, server, target};

#[tokio::test(flavor = "multi_thread")]
async fn every_journey_comes_through_and_every_answer_is_right() {
    let server = server().await;
    let names: Vec<&str> = journeys::ALL.iter().map(|journey| journey.name).collect();
    let ran = load(target(&server), mix(&names, Duration::from_secs(2), None))
        .await
        .expect("the server is right");
    assert_eq!(ran.findings, []);
    assert_eq!(ran.violations, []);
    assert_eq!(ran.leftovers, Vec::<String>::new());
    assert!(!ran.is_stopped);
    for journey in journeys::ALL {
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
