//! A load that is killed in the middle: what it made is found by its name, and swept.

use std::process::{Child, Stdio};

use conformance::target::owned::Collection;

use super::{
    program::{command, run, status, stderr},
    requests::{changes, last, settled},
    served::{Served, shown},
    stop::signal,
};

/// After how many changes of the configuration a load is killed.
const MOMENTS: [usize; 3] = [1, 7, 40];

/// Loads with one journey alone, for longer than anybody waits.
fn start(served: &Served, journey: &str) -> Child {
    let mix = served.folder.path().join("mix.toml");
    let text = format!("users = 16\nduration = \"10m\"\n[journeys]\n{journey} = 1\n");
    std::fs::write(&mix, text).expect("written");
    command(&["load", "--target", &shown(&served.target())])
        .args(["--mix", &shown(&mix), "--quiet"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

async fn killed(served: &Served, journey: &str, moment: usize) {
    let since = last(&served.server);
    let mut child = start(served, journey);
    changes(&served.server, &mut child, since, moment).await;
    signal(&child, "KILL");
    let output = settled(&served.server, child).await;
    assert_eq!(
        output.status.code(),
        None,
        "it had no time to end by itself"
    );
}

async fn sweep(served: &Served) {
    let target = shown(&served.target());
    let swept = run(["sweep", "--target", &target].map(str::to_owned).to_vec()).await;
    assert_eq!(status(&swept), 0, "{}", stderr(&swept));
    assert_eq!(served.leftovers().await, []);
}

/// Makes sure that a load has left something, all of it in one collection and under a name of its own.
async fn has_left(served: &Served, collection: Collection) -> usize {
    let left = served.leftovers().await;
    for leftover in &left {
        assert_eq!(leftover.object.collection, collection, "{leftover:?}");
        assert!(
            leftover.name.starts_with("proofhouse-load-"),
            "{leftover:?}"
        );
    }
    left.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_of_a_load_that_was_killed_are_swept() {
    let mut left = 0;
    for moment in MOMENTS {
        let served = Served::whole().await;
        let before = served.server.state_hash();
        killed(&served, "config-write", moment).await;
        left += has_left(&served, Collection::TokenPolicies).await;
        sweep(&served).await;
        assert_eq!(served.server.state_hash(), before, "after {moment}");
    }
    assert!(left > 0, "it was killed while its policies were there");
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_of_a_load_that_was_killed_are_swept() {
    let served = Served::controlled().await;
    let before = served.server.state_hash();
    // There are three listeners, subscribed before anybody registers.
    killed(&served, "registration", 3).await;
    assert_eq!(has_left(&served, Collection::Subscriptions).await, 3);
    sweep(&served).await;
    // Whoever registered meanwhile is gone as well.
    assert_eq!(served.server.state_hash(), before);
}
