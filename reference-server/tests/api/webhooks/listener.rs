//! A listener on a port of its own, which answers as it is told and remembers what it got.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// It stops when it is dropped.
pub(crate) struct Listener {
    pub(crate) url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    /// What it answers, in this order; then 204 for ever. 0 is no answer at all, and 1 is 204 once it is released.
    answers: Mutex<VecDeque<u16>>,
    received: watch::Sender<Vec<Delivery>>,
    is_released: watch::Sender<bool>,
}

/// A notification as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Listener {
    pub(crate) async fn start(answers: &[u16]) -> Self {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let socket = socket.expect("a free port");
        let address = socket.local_addr().expect("it is bound");
        let shared = Arc::new(Shared {
            answers: Mutex::new(answers.iter().copied().collect()),
            received: watch::Sender::new(Vec::new()),
            is_released: watch::Sender::new(false),
        });
        let router = Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            let _ = axum::serve(socket, router).await;
        });
        Self {
            url: format!("http://{address}/hook"),
            shared,
            task,
        }
    }

    /// Waits until so many notifications have arrived, and returns all of them.
    pub(crate) async fn received(&self, count: usize) -> Vec<Delivery> {
        let mut received = self.shared.received.subscribe();
        let enough = received.wait_for(|received| received.len() >= count);
        let enough = tokio::time::timeout(Duration::from_secs(60), enough).await;
        enough
            .expect("they arrive in time")
            .expect("the listener is there")
            .clone()
    }

    /// Lets it answer those whom it keeps waiting.
    pub(crate) fn release(&self) {
        self.shared.is_released.send_replace(true);
    }

    pub(crate) fn count(&self) -> usize {
        self.shared.received.borrow().len()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Delivery {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// Returns a part of the token: the header is 0, the claims are 1.
    pub(crate) fn part(&self, number: usize) -> Value {
        part(&self.body, number)
    }
}

pub(crate) fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

async fn receive(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => panic!("the notification broke off: {error}"),
    };
    let body = String::from_utf8(body.to_vec()).expect("a token is text");
    let answer = {
        let mut answers = shared.answers.lock().expect("nobody panics with it");
        answers.pop_front().unwrap_or(204)
    };
    shared.received.send_modify(|received| {
        received.push(Delivery {
            method: parts.method,
            headers: parts.headers,
            body,
        });
    });
    if answer == 0 {
        std::future::pending::<()>().await;
    }
    if answer == 1 {
        let mut is_released = shared.is_released.subscribe();
        let _ = is_released.wait_for(|is_released| *is_released).await;
    }
    let status = StatusCode::from_u16(if answer == 1 { 204 } else { answer }).expect("a status");
    (
        status,
        [
            (header::LOCATION, "/elsewhere"),
            (header::SERVER, "a listener"),
        ],
    )
        .into_response()
}
