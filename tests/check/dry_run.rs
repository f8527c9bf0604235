//! `check --dry-run`: what would be sent, and nothing sent.

use super::{
    program::{run, status, stderr, stdout},
    requests::during,
    served::{Served, shown},
};

fn dry_run(served: &Served, more: &[&str]) -> Vec<String> {
    let target = shown(&served.target());
    ["check", "--dry-run", "--target", &target]
        .iter()
        .chain(more)
        .map(ToString::to_string)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_is_not_asked_anything() {
    let served = Served::whole().await;
    let more = ["--mode", "own-objects", "--only", "config.token-policies.*"];
    let arguments = dry_run(&served, &[&more[..], &["--rate", "10"]].concat());
    let (output, entries) = during(&served.server, arguments).await;
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert_eq!(entries, []);

    let text = stdout(&output);
    let customer = served.server.customer();
    for told in [
        "nothing is sent to it".to_owned(),
        "Ids, codes and tokens are placeholders".to_owned(),
        format!("      POST    /{customer}/config/tokenPolicies\n"),
        "      DELETE ".to_owned(),
        "at 10 requests a second: ".to_owned(),
    ] {
        assert!(text.contains(&told), "{told}: {text}");
    }
    let made = text.split(" objects made, ").next().unwrap_or_default();
    let made = made.rsplit(' ').next().and_then(|made| made.parse().ok());
    assert!(made.is_some_and(|made: usize| made > 0), "{text}");
    assert!(
        text.contains(&format!(
            "{0} objects made, {0} removed",
            made.unwrap_or_default()
        )),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_need_not_be_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("target.toml");
    let described = "url = \"https://id.example.test\"\ncustomer = \"0f0e0d0c-0b0a-4909-8807-060504030201\"\n[configuration-client]\nid = \"6d1f0b8a-7c11-4c39-9a51-000000000001\"\nsecret-env = \"SECRET\"\n";
    std::fs::write(&file, described).expect("written");
    let dry_run = |more: &[&str]| {
        let file = shown(&file);
        let arguments = ["check", "--dry-run", "--target", &file];
        run(arguments
            .iter()
            .chain(more)
            .map(ToString::to_string)
            .collect())
    };
    let output = dry_run(&["--only", "config.bearer.*"]).await;
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("customer 0f0e0d0c-0b0a-4909-8807-060504030201 mode read-only"));
    assert!(
        text.contains("/0f0e0d0c-0b0a-4909-8807-060504030201/config/"),
        "{text}"
    );
    assert!(text.contains(" 0 writes to"), "{text}");
    assert!(
        text.contains("skip  attempts config.bearer.missing: "),
        "{text}"
    );
    assert!(!text.contains("127.0.0.1"), "{text}");
    let sums = dry_run(&["--only", "config.bearer.*", "--quiet"]).await;
    assert!(!stdout(&sums).contains("make  "), "{}", stdout(&sums));
    assert!(stdout(&sums).contains(" to make, "), "{}", stdout(&sums));
}
