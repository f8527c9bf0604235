//! What each mode sends, by the word of the server.

use reference_server::Entry;
use serde_json::Value;

use super::{
    program::{status, stderr, stdout},
    requests::{during, has_changed_configuration, ids, is_write, path},
    served::{Served, shown},
};

/// Where `read-only` posts to, as `conformance/SAFETY.md` lists them.
const POSTED_TO: [&str; 7] = [
    "auth-ui/login",
    "login/authorize",
    "login/end_session",
    "login/token",
    "login/token/introspect",
    "login/token/revoke",
    "profiles/oidc/userinfo",
];

fn check(served: &Served, more: &[&str]) -> Vec<String> {
    let target = shown(&served.target());
    ["check", "--target", &target, "--quiet"]
        .iter()
        .chain(more)
        .map(ToString::to_string)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn read_only_sends_no_write() {
    let told = include_str!("../../conformance/SAFETY.md");
    let told: Vec<&str> = told.split([' ', '\n', ',']).collect();
    for place in POSTED_TO {
        assert!(told.contains(&place), "{place}");
    }
    let served = Served::whole().await;
    let before = served.server.state_hash();
    let arguments = check(&served, &["--mode", "read-only", "--report", "json=-"]);
    let (output, entries) = during(&served.server, arguments).await;
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    for entry in &entries {
        let is_posted = entry.method == "POST" && POSTED_TO.contains(&path(entry));
        assert!(!is_write(entry) || is_posted, "{entry:?}");
    }
    for place in ["config/clients", "login/token", "auth-ui/login"] {
        let went = entries.iter().any(|entry| path(entry) == place);
        assert!(went, "nothing went to `{place}`, so nothing is proved");
    }
    assert_eq!(served.server.state_hash(), before);

    // Checks say beforehand what they do: none was begun that the mode had to hold back.
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let checks = report["checks"].as_array().expect("a list");
    for check in checks {
        let reason = check["reason"].as_str().unwrap_or_default();
        assert!(
            !reason.starts_with("it sends `"),
            "{}: {reason}",
            check["id"]
        );
    }
    let passed = checks.iter().filter(|check| check["verdict"] == "pass");
    assert!(passed.count() > 400, "all profiles are judged");
}

#[tokio::test(flavor = "multi_thread")]
async fn own_objects_touches_nothing_else_and_leaves_nothing() {
    let served = Served::whole().await;
    let before = served.server.state_hash();
    let foreign = ids(&served.server).await;
    let arguments = check(&served, &["--mode", "own-objects"]);
    let (output, entries) = during(&served.server, arguments).await;
    assert_eq!(status(&output), 0, "{}{}", stdout(&output), stderr(&output));
    assert_eq!(served.server.state_hash(), before);
    let changes = entries
        .iter()
        .filter(|entry| has_changed_configuration(entry));
    assert!(
        changes.count() > 1000,
        "objects are made, changed and deleted"
    );
    let is_patched = |entry: &&Entry| entry.method == "PATCH" && has_changed_configuration(entry);
    let patches = entries.iter().filter(is_patched);
    assert!(patches.count() > 20, "subscriptions are among them");
    for entry in entries.iter().filter(|entry| is_write(entry)) {
        let mut segments = entry.path.split(['/', '?', '#']).skip(2);
        let is_foreign = segments.any(|segment| foreign.contains(segment));
        assert!(!is_foreign, "the run did not make it: {entry:?}");
        let is_session = path(entry).starts_with("sessions/") && entry.status == Some(204);
        assert!(!is_session, "no session is ended in this mode: {entry:?}");
    }
    // Who is there afterwards was there before.
    assert_eq!(ids(&served.server).await, foreign);
}

#[tokio::test(flavor = "multi_thread")]
async fn full_ends_sessions_of_the_user_and_writes_to_no_more_objects() {
    let served = Served::whole().await;
    let before = served.server.state_hash();
    let foreign = ids(&served.server).await;
    let arguments = check(&served, &["--mode", "full", "--only", "sessions.*"]);
    let (output, entries) = during(&served.server, arguments).await;
    assert_eq!(status(&output), 0, "{}{}", stdout(&output), stderr(&output));
    let ends = |place: &str| {
        entries.iter().any(|entry| {
            entry.method == "DELETE"
                && path(entry).starts_with(place)
                && entry.status.is_some_and(|status| status < 300)
        })
    };
    assert!(ends("sessions/"), "that is what `full` adds");
    for entry in entries.iter().filter(|entry| is_write(entry)) {
        let mut segments = entry.path.split(['/', '?', '#']).skip(2);
        assert!(
            !segments.any(|segment| foreign.contains(segment)),
            "{entry:?}"
        );
    }
    assert_eq!(served.server.state_hash(), before);
}
