//! A run that makes objects of its own, ended in the middle: the target is as before.

use std::process::{Child, Stdio};

use conformance::{sweep::Leftover, target::owned::Collection};

use super::{
    program::{command, run, status, stderr},
    requests::{changes, last, settled, users},
    served::{Served, shown},
    stop::signal,
};

/// After how many changes of the configuration a run is ended: before, while and after much is there at a time.
const MOMENTS: [usize; 4] = [1, 9, 60, 300];

/// How many people of its own a run has at a time when it is ended.
const PEOPLE: [usize; 2] = [1, 2];

fn start(served: &Served, profile: &str) -> Child {
    let target = shown(&served.target());
    command(&["check", "--target", &target, "--mode", "own-objects"])
        .args(["--profile", profile, "--quiet"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

async fn ended_by(name: &str, profile: &str, moment: usize) -> (Served, String, Option<i32>) {
    let served = Served::whole().await;
    let before = served.server.state_hash();
    let since = last(&served.server);
    let mut child = start(&served, profile);
    changes(&served.server, &mut child, since, moment).await;
    signal(&child, name);
    let output = settled(&served.server, child).await;
    (served, before, output.status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_a_run_to_stop_finds_the_target_as_before() {
    for (name, moments) in [("TERM", &MOMENTS[..]), ("INT", &MOMENTS[1..2])] {
        for &moment in moments {
            let (served, before, code) = ended_by(name, "config", moment).await;
            assert_eq!(code, Some(4), "SIG{name} after {moment}: it was cut off");
            assert_eq!(
                served.server.state_hash(),
                before,
                "SIG{name} after {moment}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_kills_a_run_sweeps_and_finds_the_target_as_before() {
    for (profile, moments) in [("config", &MOMENTS[..]), ("webhooks", &MOMENTS[1..3])] {
        let mut has_left_something = false;
        for &moment in moments {
            let (served, before, code) = ended_by("KILL", profile, moment).await;
            assert_eq!(code, None, "it had no time to end by itself");
            has_left_something |= served.server.state_hash() != before;
            let target = shown(&served.target());
            // A description of a target where runs only read: to sweep is asked for by name.
            let sweep = ["sweep", "--target", &target, "--mode", "read-only"];
            let swept = run(sweep.map(str::to_owned).to_vec()).await;
            assert_eq!(status(&swept), 0, "{}", stderr(&swept));
            assert_eq!(
                served.server.state_hash(),
                before,
                "{profile}, after {moment}"
            );
        }
        assert!(
            has_left_something,
            "{profile}: it was killed while its objects were there"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_swept_are_subscriptions_as_well() {
    let (served, before, _) = ended_by("KILL", "webhooks", MOMENTS[2]).await;
    let found = served.leftovers().await;
    let is_subscription =
        |leftover: &&Leftover| leftover.object.collection == Collection::Subscriptions;
    let subscriptions = found.iter().filter(is_subscription).count();
    assert!(subscriptions > 0, "{found:?}");
    let target = shown(&served.target());
    let sweep = ["sweep", "--target", &target].map(str::to_owned);
    let swept = run(sweep.to_vec()).await;
    assert_eq!(status(&swept), 0, "{}", stderr(&swept));
    assert_eq!(served.leftovers().await, []);
    assert_eq!(served.server.state_hash(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_whom_a_killed_run_made_are_swept() {
    let mut has_left_somebody = false;
    for moment in PEOPLE {
        let served = Served::controlled().await;
        let before = served.server.state_hash();
        let people = served.server.users().len();
        let mut child = start(&served, "hosted-login");
        users(&served.server, &mut child, people + moment).await;
        signal(&child, "KILL");
        settled(&served.server, child).await;
        has_left_somebody |= served.server.users().len() > people;
        let target = shown(&served.target());
        let swept = run(["sweep", "--target", &target].map(str::to_owned).to_vec()).await;
        assert_eq!(status(&swept), 0, "{}", stderr(&swept));
        assert_eq!(served.server.users().len(), people);
        assert_eq!(served.server.state_hash(), before, "after {moment}");
    }
    assert!(
        has_left_somebody,
        "it was killed while people of its own were there"
    );
}
