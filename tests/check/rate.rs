//! The limit of requests a second, by the word of the server.

use std::time::Instant;

use super::{
    program::{status, stderr},
    requests::during,
    served::{Served, shown},
};

/// Requests a second; every command here would send as many in a small part of one.
const RATE: f64 = 20.0;

#[tokio::test(flavor = "multi_thread")]
async fn no_command_sends_more_than_it_may() {
    let served = Served::whole().await;
    let commands: [&[&str]; 4] = [
        &["doctor"],
        &["sweep"],
        // Scenarios and functions, many at a time.
        &["check", "--jobs", "64", "--only", "config.bearer.*"],
        // Pages, redirects and forms.
        &[
            "check",
            "--only",
            "sessions.administration.session-of-a-user",
        ],
    ];
    for command in commands {
        let target = shown(&served.target());
        let limit = ["--target", &target, "--rate", &RATE.to_string()];
        let arguments = command.iter().chain(&limit).map(ToString::to_string);
        let start = Instant::now();
        let (output, entries) = during(&served.server, arguments.collect()).await;
        // The first may go at once, each other one a gap later, however late the server notes it.
        let most = start.elapsed().as_secs_f64() * RATE + 1.0;
        assert_eq!(status(&output), 0, "{command:?}: {}", stderr(&output));
        assert!(entries.len() >= 4, "{command:?} asks for too little");
        assert!(
            entries.len() as f64 <= most,
            "{command:?}: {} requests, and {most} at most",
            entries.len()
        );
    }
}
