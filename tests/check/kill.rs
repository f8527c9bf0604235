//! A run that makes objects of its own, ended in the middle: the target is as before.

use std::process::{Child, Stdio};

use super::{
    program::{command, run, status, stderr},
    requests::{changes, settled},
    served::{Served, shown},
    stop::signal,
};

/// After how many changes of the configuration a run is ended: before, while and after much is there at a time.
const MOMENTS: [usize; 4] = [1, 9, 60, 300];

fn start(served: &Served) -> Child {
    let target = shown(&served.target());
    command(&["check", "--target", &target, "--mode", "own-objects"])
        .args(["--profile", "config", "--quiet"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

async fn ended_by(name: &str, moment: usize) -> (Served, String, Option<i32>) {
    let served = Served::whole().await;
    let before = served.server.state_hash();
    let mut child = start(&served);
    changes(&served.server, &mut child, moment).await;
    signal(&child, name);
    let output = settled(&served.server, child).await;
    (served, before, output.status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_a_run_to_stop_finds_the_target_as_before() {
    for (name, moments) in [("TERM", &MOMENTS[..]), ("INT", &MOMENTS[1..2])] {
        for &moment in moments {
            let (served, before, code) = ended_by(name, moment).await;
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
    let mut has_left_something = false;
    for moment in MOMENTS {
        let (served, before, code) = ended_by("KILL", moment).await;
        assert_eq!(code, None, "it had no time to end by itself");
        has_left_something |= served.server.state_hash() != before;
        let target = shown(&served.target());
        // A description of a target where runs only read: to sweep is asked for by name.
        let sweep = ["sweep", "--target", &target, "--mode", "read-only"];
        let swept = run(sweep.map(str::to_owned).to_vec()).await;
        assert_eq!(status(&swept), 0, "{}", stderr(&swept));
        assert_eq!(served.server.state_hash(), before, "after {moment}");
    }
    assert!(
        has_left_something,
        "it was killed while its objects were there"
    );
}
