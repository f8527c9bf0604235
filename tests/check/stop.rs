//! A run that is stopped, kindly or not.

use std::process::{Child, Command};

use super::{
    program::{ended, run, status, stderr, stdout},
    served::{Served, shown},
};

pub(crate) fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill")
        .args([format!("-{name}"), child.id().to_string()])
        .status()
        .expect("there is a `kill`");
    assert!(kill.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_asked_to_stop_leaves_nothing_and_says_what_it_saw() {
    for name in ["TERM", "INT"] {
        let served = Served::start().await;
        let child = served.slow_run().await;
        signal(&child, name);
        let output = ended(child).await;
        assert_eq!(status(&output), 4, "{}{}", stdout(&output), stderr(&output));
        let told = stdout(&output);
        assert!(told.contains("interrupted: "), "{told}");
        assert!(
            !told.contains("broken  "),
            "what was cut off is counted, not shown: {told}"
        );
        assert_eq!(served.leftovers().await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_leaves_is_swept() {
    let served = Served::start().await;
    let child = served.slow_run().await;
    signal(&child, "KILL");
    ended(child).await;
    let left = served.leftovers().await;
    assert!(
        !left.is_empty(),
        "it was killed while its objects were there"
    );

    let sweep = |rest: &[&str]| {
        let mut arguments = vec![
            "sweep".to_owned(),
            "--target".to_owned(),
            shown(&served.target()),
        ];
        arguments.extend(rest.iter().map(ToString::to_string));
        run(arguments)
    };
    let would = sweep(&["--dry-run"]).await;
    assert_eq!(status(&would), 0);
    assert_eq!(stdout(&would).lines().count(), left.len());
    assert_eq!(
        served.leftovers().await.len(),
        left.len(),
        "a dry run removes nothing"
    );
    let swept = sweep(&[]).await;
    assert_eq!(status(&swept), 0, "{}", stderr(&swept));
    assert_eq!(served.leftovers().await, []);
    let again = sweep(&[]).await;
    assert_eq!(stdout(&again), "nothing is left\n");
}
