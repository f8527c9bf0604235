//! What a server was asked while the program ran, from its journal.

use std::{collections::BTreeSet, process::Child, time::Duration};

use reference_server::{Entry, TestServer};

use super::program::{ended, run};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The collections, and the name that each has in its list.
const COLLECTIONS: [(&str, &str); 4] = [
    ("config/clients", "clients"),
    ("config/loginPolicies", "loginPolicies"),
    ("config/tokenPolicies", "tokenPolicies"),
    ("webhooks/subscriptions", "subscriptions"),
];

/// Runs the program, and returns how it ended and everything that the server was asked meanwhile.
pub(crate) async fn during(
    server: &TestServer,
    arguments: Vec<String>,
) -> (std::process::Output, Vec<Entry>) {
    let mut entries = server.journal().since(u64::MAX);
    let mut last = last(server);
    let first = last + 1;
    let running = run(arguments);
    tokio::pin!(running);
    // A long run is more than a journal remembers, so it is read on the way.
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    let output = loop {
        let output = tokio::select! {
            output = &mut running => Some(output),
            _ = ticks.tick() => None,
        };
        let new = server.journal().since(last);
        last = new.last().map_or(last, |entry| entry.number);
        entries.extend(new);
        if let Some(output) = output {
            break output;
        }
    };
    let numbers: Vec<u64> = entries.iter().map(|entry| entry.number).collect();
    assert_eq!(
        numbers,
        (first..=last).collect::<Vec<_>>(),
        "none was missed"
    );
    (output, entries)
}

/// Tells whether a request may change something, by its method alone.
pub(crate) fn is_write(entry: &Entry) -> bool {
    !matches!(entry.method.as_str(), "GET" | "HEAD" | "OPTIONS")
}

/// Returns the path below the customer, without its query.
pub(crate) fn path(entry: &Entry) -> &str {
    let path = entry.path.split('?').next().unwrap_or_default();
    path.splitn(3, '/').nth(2).unwrap_or_default()
}

/// Tells whether a request is a write to the configuration, or to subscriptions, that was carried out.
pub(crate) fn has_changed_configuration(entry: &Entry) -> bool {
    is_write(entry)
        && ["config/", "webhooks/"]
            .iter()
            .any(|below| path(entry).starts_with(below))
        && entry
            .status
            .is_some_and(|status| (200..300).contains(&status))
}

/// Returns the ids of all objects of the configuration.
pub(crate) async fn ids(server: &TestServer) -> BTreeSet<String> {
    let (id, secret) = server.configuration_client();
    let mut ids = BTreeSet::new();
    let described = format!(
        "url = \"{}\"\ncustomer = \"{}\"\nmode = \"read-only\"\n[configuration-client]\nid = \"{id}\"\nsecret-env = \"S\"\n",
        server.url(),
        server.customer()
    );
    let described = conformance::description::Description::parse("target.toml", &described);
    let usable = conformance::description::Usable::new(
        &described.expect("a good description"),
        None,
        &|_| Some(secret.to_owned()),
    );
    let session = conformance::doctor::open(&usable.expect("usable")).await;
    let target = conformance::target::Target::new(session.expect("usable"), "x.y.ids");
    for (path, name) in COLLECTIONS {
        let administrator = target.administrator();
        let list = administrator.get(path).await;
        let list = list.expect("a list").json().expect("JSON");
        let elements = list["_embedded"][name].as_array().cloned();
        let elements = elements.expect("a list").into_iter();
        ids.extend(elements.filter_map(|element| Some(element["id"].as_str()?.to_owned())));
    }
    ids
}

/// Lets the others work before the next look.
async fn tick() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// Returns the number of the last request so far.
pub(crate) fn last(server: &TestServer) -> u64 {
    let entries = server.journal().since(0);
    entries.last().map_or(0, |entry| entry.number)
}

/// Waits until the server has changed its configuration so often since a request.
pub(crate) async fn changes(server: &TestServer, child: &mut Child, since: u64, count: usize) {
    until(child, &format!("change {count}"), || {
        let entries = server.journal().since(since);
        let changed = entries
            .iter()
            .filter(|entry| has_changed_configuration(entry));
        changed.count() >= count
    })
    .await;
}

/// Waits until the server has so many users.
pub(crate) async fn users(server: &TestServer, child: &mut Child, count: usize) {
    until(child, &format!("user {count}"), || {
        server.users().len() >= count
    })
    .await;
}

/// Waits until something holds, which it does while the program runs.
async fn until(child: &mut Child, what: &str, holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            let ended = child.try_wait().expect("it can be waited for");
            assert!(ended.is_none(), "it ended before {what}");
            tick().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    assert!(waited.is_ok(), "there is no {what}");
}

/// Waits until the program has ended, and the server has answered whatever was on its way.
pub(crate) async fn settled(server: &TestServer, child: Child) -> std::process::Output {
    let output = ended(child).await;
    let waiting = async {
        loop {
            let entries = server.journal().since(0);
            if entries.iter().all(|entry| entry.duration_ms.is_some()) {
                return;
            }
            tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .expect("every request ends");
    output
}
