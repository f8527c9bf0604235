//! A recorded run is judged again without its target: the same verdicts, and no secret for whoever has no key.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use conformance::{
    catalogue,
    description::{Usable, tenant::Served},
    doctor,
    expectations::Expectations,
    plan::{Plan, Wanted},
    recording::{Key, Recorder, Recording, RecordingError, Tape},
    report::Report,
    run::{self, stop::Stop},
    verdict::Verdict,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reference_server::{Clock, TestServer};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::liar::{Liar, Lie};

/// A recording, and the report of the run itself.
struct Recorded {
    folder: TempDir,
    report: Report,
}

impl Recorded {
    fn file(&self) -> PathBuf {
        self.folder.path().join("run.jsonl")
    }

    fn key(&self) -> Key {
        Key::read(&Key::beside(&self.file())).expect("a key")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file()).expect("text")
    }

    fn read(&self) -> Result<Recording, RecordingError> {
        Recording::read(&self.file(), &self.key())
    }

    /// Puts another text in the recording's place, and says what is wrong with it.
    fn refused(&self, text: &str) -> String {
        std::fs::write(self.file(), text).expect("written");
        let error = self.read().map(drop).expect_err("it is damaged");
        error.to_string()
    }
}

async fn judge(usable: &Usable, only: &[&str]) -> (Arc<conformance::target::Session>, Report) {
    let session = doctor::open(usable).await.expect("it is usable");
    let only: Vec<String> = only.iter().map(|id| (*id).to_owned()).collect();
    let wanted = Wanted::new(&only, &[]).expect("good globs");
    let plan = Plan::new(catalogue::all(), &wanted, usable.mode, usable.offer());
    let finished = run::run(&session, &plan, &usable.options, &Stop::never(), &|_| {}).await;
    let report = Report::new(&session, usable.mode, &finished, &Expectations::default());
    (session, report)
}

async fn record(url: String, only: &[&str]) -> Recorded {
    let served = Served::new(url, &fixtures::seed::demo());
    let mut usable = Usable::new(&served.description, Some(7), &|name| served.variable(name))
        .expect("a good description");
    let recorder: Arc<Recorder> = Arc::default();
    usable.settings.tape = Tape::Records(Arc::clone(&recorder));
    let (session, report) = judge(&usable, only).await;
    let folder = tempfile::tempdir().expect("a folder");
    let recorded = Recorded { folder, report };
    let key = Key::fresh();
    let file = recorded.file();
    key.write(&Key::beside(&file)).expect("written");
    recorder
        .write(&file, &key, &usable, &session, &recorded.report)
        .expect("written");
    recorded
}

/// Checks of every kind: with objects of their own, with sign-ins, with many requests at once, with the time of day.
const MANY: &[&str] = &[
    BEARER,
    "config.tokens.*",
    "config.secrets.*",
    "login.token.*",
    "login.races.*",
    "login.id-token.*",
    "login.introspect.*",
    "login.revoke.*",
    "oidc.authorization.*",
    "oidc.prompts.*",
    "profiles.userinfo.refused.*",
    "sessions.*",
];

/// Returns what a report says of checks, apart from durations; of races the verdict alone.
fn found(report: &Report) -> BTreeMap<&'static str, Value> {
    let entries = report.entries.iter();
    let said = entries.map(|entry| {
        // Of equal requests at once, any may be the first to be answered wrongly: the verdict is the same, the evidence one of them.
        let said = match entry.id.starts_with("login.races.") {
            true => json!([entry.verdict]),
            false => json!([entry.verdict, entry.reason, entry.mismatch]),
        };
        (entry.id, said)
    });
    said.collect()
}

#[track_caller]
fn are_alike(again: &Report, report: &Report) {
    let (again, before) = (found(again), found(report));
    assert_eq!(again.len(), before.len());
    let differ: Vec<_> = before
        .iter()
        .filter(|(id, said)| again.get(*id) != Some(said))
        .map(|(id, said)| format!("{id}: {said} became {:?}", again.get(id)))
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_gets_the_same_verdicts_when_it_is_gone() {
    let server = TestServer::builder().clock(Clock::running()).start().await;
    let recorded = record(server.url(), MANY).await;
    drop(server);
    let recording = recorded.read().expect("a recording");
    let (_, again) = judge(&recording.usable, MANY).await;
    assert!(again.summary().count(Verdict::Pass) > 80);
    are_alike(&again, &recorded.report);
    assert_eq!(again.run, recorded.report.run);
    assert_eq!(again.started, recorded.report.started);
    assert_eq!(again.leftovers, [""; 0]);
    let readings = |report: &Report| format!("{:?}", report.readings);
    assert_eq!(readings(&again), readings(&recorded.report));
}

/// Somebody who tells other claims, refuses with another status every now and then, and breaks off.
const LIE: Lie = Lie::tells(|asked, told| {
    if asked.path.ends_with("/userinfo") {
        told.change(|body| body["sub"] = json!("somebody else"));
    }
    if told.status == 401 && asked.method == "DELETE" {
        told.status = 403;
    }
    if asked.path.ends_with("/revoke") {
        told.status = 500;
    }
});

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_server_gets_the_same_verdicts_when_it_is_gone() {
    let liar = Liar::start(LIE).await;
    let recorded = record(liar.url(), MANY).await;
    drop(liar);
    assert!(recorded.report.summary().count(Verdict::Fail) > 3);
    let recording = recorded.read().expect("a recording");
    let (_, again) = judge(&recording.usable, MANY).await;
    are_alike(&again, &recorded.report);
}

const BEARER: &str = "config.bearer.*";

#[tokio::test(flavor = "multi_thread")]
async fn another_pin_changes_the_verdict_and_what_was_not_sent_is_broken() {
    let server = TestServer::builder().clock(Clock::running()).start().await;
    let recorded = record(server.url(), &[BEARER]).await;
    drop(server);
    assert!(!recorded.report.has(Verdict::Fail));
    let mut pinned = recorded.read().expect("a recording").usable;
    let pin = ("rejected-token".to_owned(), "403".to_owned());
    pinned.settings.pinned.extend([pin]);
    let (_, report) = judge(&pinned, &[BEARER]).await;
    assert!(report.has(Verdict::Fail), "{report:?}");
    assert!(!report.has(Verdict::Broken), "{report:?}");

    let more = recorded.read().expect("a recording").usable;
    let (_, report) = judge(&more, &["config.errors.*"]).await;
    // What needs a reading that nothing observed is left out; nothing else is anything but broken.
    for entry in &report.entries {
        let reason = entry.reason.as_deref().unwrap_or_default();
        match entry.verdict {
            Verdict::Broken => assert!(reason.contains("the recording has no answer"), "{reason}"),
            other => assert_eq!(other, Verdict::Skip, "{}", entry.id),
        }
    }
    assert!(report.has(Verdict::Broken));
}

/// What somebody heard who listens.
static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Somebody who tells everything as it is, and remembers what is nobody else's business.
const LISTENS: Lie = Lie::tells(|asked, told| {
    let body: Value = serde_json::from_str(&told.body).unwrap_or_default();
    let names = ["access_token", "refresh_token", "id_token", "secret"];
    let told_in_body = names.map(|name| body[name].as_str().map(str::to_owned));
    let asked_for = ["code_verifier", "code", "password"].map(|name| asked.value(name));
    let location = told.headers.iter().find(|(name, _)| name == "location");
    let code = location.and_then(|(_, place)| {
        let (_, rest) = place.split_once("code=")?;
        Some(rest.split('&').next()?.to_owned())
    });
    let heard = told_in_body.into_iter().chain(asked_for).chain([code]);
    let mut all = HEARD.lock().expect("nobody panicked");
    all.extend(heard.flatten().filter(|secret| secret.len() >= 8));
});

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_key_learns_no_secret() {
    let liar = Liar::start(LISTENS).await;
    let recorded = record(liar.url(), &["login.token.*", BEARER, "config.secrets.*"]).await;
    let text = recorded.text();
    let schema = fixtures::schemas::find("recording").expect("there is a schema");
    let schema = serde_json::from_str(schema.text).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&line)
            .map(|e| e.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{line}");
    }
    let demo = fixtures::seed::demo();
    let secrets = demo
        .clients
        .iter()
        .filter_map(|client| client.secret.as_ref());
    let mut secrets: Vec<String> = secrets.map(|secret| secret.reveal().to_owned()).collect();
    secrets.extend(
        demo.users
            .iter()
            .map(|user| user.password.reveal().to_owned()),
    );
    let key = std::fs::read_to_string(Key::beside(&recorded.file())).expect("text");
    secrets.push(key.trim().to_owned());
    // Whatever came over the wire as a secret of the run.
    secrets.extend(HEARD.lock().expect("nobody panicked").clone());
    assert!(secrets.len() > 50, "{}", secrets.len());
    for secret in secrets {
        for form in [
            secret.clone(),
            utf8_percent_encode(&secret, NON_ALPHANUMERIC).to_string(),
            form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
            STANDARD.encode(&secret)[..secret.len() / 3 * 4].to_owned(),
            URL_SAFE_NO_PAD.encode(&secret)[..secret.len() / 3 * 4].to_owned(),
            json!(secret).to_string(),
        ] {
            assert!(!text.contains(&form), "`{form}` is there");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_recording_is_told_with_its_line() {
    let server = TestServer::builder().clock(Clock::running()).start().await;
    let recorded = record(server.url(), &["config.bearer.missing"]).await;
    let text = recorded.text();
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.len();
    let told = |text: &str| recorded.refused(text);

    let cut = lines[..last - 1].join("\n") + "\n";
    assert!(told(&cut).contains(&format!("ends after line {}", last - 1)));
    let half = &text[..text.len() - 20];
    assert!(told(half).contains(&format!("line {last}: it has no end")));
    assert!(told("").contains("this is no recording"));
    assert!(told("{\"a\": 1}\n").contains("line 1: this is no recording"));
    let newer = text.replacen("\"form\":1", "\"form\":2", 1);
    assert!(told(&newer).contains("form 2, and this program reads form 1"));
    // What is in the clear is sealed with the rest.
    let changed = text.replacen("\"mode\":\"full\"", "\"mode\":\"read-only\"", 1);
    assert!(told(&changed).contains("line 1: its seal does not open"));
    let mut swapped = lines.clone();
    swapped.swap(1, 2);
    assert!(told(&(swapped.join("\n") + "\n")).contains("line 2: its seal does not open"));
    let more = format!("{text}{}\n", lines[1]);
    assert!(told(&more).contains("it comes after the last line"));
    let bare = format!("{}\n{{\"exchange\":{{}}}}\n", lines[0]);
    assert!(told(&bare).contains("line 2: it has no seal"));

    std::fs::write(recorded.file(), &text).expect("written");
    let other = Recording::read(&recorded.file(), &Key::fresh()).map(drop);
    let error = other.expect_err("the key is another one").to_string();
    assert!(error.contains("line 1: its seal does not open"), "{error}");
    #[cfg(target_os = "linux")]
    {
        let endless = Recording::read("/dev/zero".as_ref(), &Key::fresh()).map(drop);
        let error = endless.expect_err("it has no end").to_string();
        assert!(error.contains("line 1: it is longer than"), "{error}");
    }
}
