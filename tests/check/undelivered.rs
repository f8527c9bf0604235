//! What `serve` says at its end of notifications that never arrived.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::{Child, Stdio},
    time::Duration,
};

use conformance::{
    description::{Description, Usable},
    doctor,
    http::Request,
    target::Target,
};
use fixtures::seed;
use serde_json::{Value, json};

use super::program::{command, ended, status, stderr};

/// Starts a server that ends along with its standard input, and returns its address.
fn start() -> (Child, String) {
    let mut child = command(&["serve", "--listen", "127.0.0.1:0", "--until-stdin-ends"])
        .arg("--allow-local-listeners")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it is a pipe"))
        .read_line(&mut line)
        .expect("it says something");
    let url = line.split(' ').nth(2).unwrap_or_default().to_owned();
    (child, url)
}

async fn target(url: &str) -> Target {
    let tenant = seed::demo();
    let mut clients = tenant.clients.iter();
    let client = clients.find(|client| client.is_configuration_client());
    let client = client.expect("the demo tenant has one");
    let secret = client.secret.as_ref().expect("it has one").reveal();
    let text = format!(
        "url = \"{url}\"\ncustomer = \"{}\"\n[configuration-client]\nid = \"{}\"\nsecret-env = \"S\"\n",
        seed::DEMO_CUSTOMER,
        client.id
    );
    let description = Description::parse("target.toml", &text).expect("a good description");
    let usable = Usable::new(&description, None, &|_| Some(secret.to_owned())).expect("usable");
    Target::new(doctor::open(&usable).await.expect("usable"), "x.y.waits")
}

/// Returns an address of this machine where nobody listens any more.
fn nobody() -> String {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}/", socket.local_addr().expect("it is bound"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_ends_a_server_is_told_what_did_not_arrive() {
    for (endpoint, told) in [
        (None, ""),
        (
            Some(nobody()),
            "1 notifications to listeners were not delivered",
        ),
    ] {
        let (mut child, url) = start();
        if let Some(endpoint) = endpoint {
            let target = target(&url).await;
            let administrator = target.administrator();
            let body = json!({ "title": "nobody", "endpoint": endpoint, "events": [] });
            let made = administrator.post("webhooks/subscriptions", body).await;
            let made = made.expect("an answer").json().expect("JSON");
            let path = format!(
                "webhooks/subscriptions/{}",
                made["id"].as_str().expect("an id")
            );
            let test = Request::post(format!("{path}/test"));
            administrator.send(test).await.expect("an answer");
            let tried = async {
                loop {
                    let list = administrator.get(format!("{path}/events")).await;
                    let list: Value = list.expect("a list").json().expect("JSON");
                    if list["_embedded"]["events"][0]["state"] == "awaiting-retry" {
                        return;
                    }
                }
            };
            let tried = tokio::time::timeout(Duration::from_secs(60), tried).await;
            tried.expect("it is tried");
        }
        drop(child.stdin.take());
        let output = ended(child).await;
        assert_eq!(status(&output), 0, "{}", stderr(&output));
        let said = stderr(&output);
        let warned = said.contains("were not delivered");
        assert_eq!(
            (warned, said.contains(told)),
            (!told.is_empty(), true),
            "{said}"
        );
    }
}
