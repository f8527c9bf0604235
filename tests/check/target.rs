//! The program against a deployment.

use serde_json::Value;

use super::{
    program::{run, status, stderr, stdout},
    served::{Served, shown},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_known_deviation_is_written_kept_and_found_stale() {
    let served = Served::start().await;
    let known = served.folder.path().join("known.toml");
    let judge = |pinned: &str, rest: &[String]| {
        let mut arguments = vec![
            "check".to_owned(),
            "--target".to_owned(),
            shown(&served.target()),
        ];
        arguments.extend(["--only".to_owned(), "config.bearer.*".to_owned()]);
        arguments.extend(["--reading".to_owned(), format!("rejected-token={pinned}")]);
        arguments.extend_from_slice(rest);
        run(arguments)
    };
    // The server answers 401: held to 403, it fails, and that can be written down.
    let write = ["--write-expect".to_owned(), shown(&known)];
    let failed = judge("403", &write).await;
    assert_eq!(status(&failed), 1, "{}{}", stdout(&failed), stderr(&failed));
    assert!(
        stdout(&failed).contains("reading rejected-token (pinned: `403`)"),
        "{}",
        stdout(&failed)
    );
    let expect = ["--expect".to_owned(), shown(&known)];
    let kept = judge("403", &expect).await;
    assert_eq!(status(&kept), 0, "{}{}", stdout(&kept), stderr(&kept));
    let stale = judge("401", &expect).await;
    assert_eq!(status(&stale), 5, "{}{}", stdout(&stale), stderr(&stale));
    assert!(
        stdout(&stale).contains("remove it from the file"),
        "{}",
        stdout(&stale)
    );
    let good = "[[deviation]]\nid = \"config.bearer.unknown-token\"\nreason = \"x\"\n";
    for (wrong, what) in [
        (
            good.replace("config.bearer.unknown-token", "no.such"),
            "`no.such`",
        ),
        (format!("{good}{good}"), "listed twice"),
        (format!("{good}until = 2020-02-29\n"), "2020-02-29 is over"),
        (good.replace('x', " "), "`reason` is empty"),
    ] {
        std::fs::write(&known, wrong).expect("written");
        let refused = judge("401", &expect).await;
        assert_eq!(status(&refused), 5, "{what}");
        assert!(stderr(&refused).contains(what), "{}", stderr(&refused));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_files_that_appear_whole() {
    let served = Served::start().await;
    let (json, junit) = (
        served.folder.path().join("a.json"),
        served.folder.path().join("a.xml"),
    );
    let arguments = [
        "check",
        "--target",
        &shown(&served.target()),
        "--only",
        "config.bearer.*",
    ];
    let mut arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    for output in [
        format!("json={}", shown(&json)),
        format!("junit={}", shown(&junit)),
    ] {
        arguments.extend(["--report".to_owned(), output]);
    }
    let output = run(arguments).await;
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&std::fs::read(json).expect("there")).expect("JSON");
    assert_eq!(report["target"]["url"], served.server.url());
    assert!(
        std::fs::read_to_string(junit)
            .expect("there")
            .contains("<testsuites ")
    );
    // The description and the two reports: no part of a file is left.
    assert_eq!(
        std::fs::read_dir(served.folder.path())
            .expect("readable")
            .count(),
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_found_usable() {
    let served = Served::start().await;
    let output = run(vec![
        "doctor".to_owned(),
        "--target".to_owned(),
        shown(&served.target()),
    ])
    .await;
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert!(
        stdout(&output).starts_with("usable: http://127.0.0.1:"),
        "{}",
        stdout(&output)
    );
}
