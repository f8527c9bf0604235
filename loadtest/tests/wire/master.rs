//! A master that speaks Locust's protocol and does only what a test says.

use std::time::Duration;

use loadtest::locust::message::{Message, field, map};
use rmpv::Value;
use tokio::time::timeout;
use zeromq::{RouterSocket, Socket as _, SocketRecv as _, SocketSend as _, ZmqMessage};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A master of one worker.
pub(crate) struct FakeMaster {
    socket: RouterSocket,
    /// Where it listens.
    pub(crate) address: String,
    /// How the worker's socket is called.
    worker: Vec<u8>,
    /// How many requests its `stats` spoke of.
    pub(crate) counted: u64,
}

impl FakeMaster {
    /// Listens on a free port.
    pub(crate) async fn start() -> Self {
        let mut socket = RouterSocket::new();
        let bound = socket
            .bind("tcp://127.0.0.1:0")
            .await
            .expect("a port is free");
        Self {
            socket,
            address: bound.to_string().replace("tcp://", ""),
            worker: Vec::new(),
            counted: 0,
        }
    }

    /// Waits for a message of that type; others are passed over, but for what they count.
    pub(crate) async fn hear(&mut self, kind: &str) -> Message {
        loop {
            let received = timeout(PATIENCE, self.socket.recv()).await;
            let parts = received
                .unwrap_or_else(|_| panic!("the worker says `{kind}` in time"))
                .expect("it is a message")
                .into_vec();
            assert_eq!(parts.len(), 2, "an identity and a message");
            self.worker = parts[0].to_vec();
            let message = Message::read(&parts[1]).expect("the worker writes what can be read");
            assert_eq!(message.node.as_bytes(), self.worker);
            if message.kind == "stats" {
                let total = field(&message.data, "stats_total").expect("`stats` have a total");
                self.counted += number(total, "num_requests");
            }
            if message.kind == kind {
                return message;
            }
        }
    }

    /// Says something.
    pub(crate) async fn say(&mut self, kind: &str, data: Value) {
        let node = String::from_utf8_lossy(&self.worker).into_owned();
        self.throw(Message::new(kind, data, &node).bytes()).await;
    }

    /// Sends bytes, whatever they are.
    pub(crate) async fn throw(&mut self, bytes: Vec<u8>) {
        let mut message = ZmqMessage::from(self.worker.clone());
        message.push_back(bytes.into());
        self.socket
            .send(message)
            .await
            .expect("the worker is there");
    }

    /// Lets users in, the so-and-so-many-eth time.
    pub(crate) async fn spawn(&mut self, users: u64, time: u64) {
        self.say("spawn", order(users.into(), time)).await;
    }
}

/// Returns what a `spawn` says.
pub(crate) fn order(users: Value, time: u64) -> Value {
    map([
        ("timestamp", (1e9 + time as f64).into()),
        (
            "user_classes_count",
            Value::Map(vec![("Proofhouse".into(), users)]),
        ),
        // Where a load goes is not for a master to say.
        ("host", "http://192.0.2.1".into()),
        ("stop_timeout", 0.into()),
        ("parsed_options", map([("run_time", 60.into())])),
    ])
}

/// Returns a number by its name.
pub(crate) fn number(data: &Value, name: &str) -> u64 {
    let found = field(data, name).and_then(Value::as_u64);
    found.unwrap_or_else(|| panic!("`{name}` is a number in {data}"))
}
