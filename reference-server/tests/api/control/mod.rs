//! `/_control/...`: what tests do to the server from outside. Every answer is held to the contract.

mod clock;
mod contract;
mod faults;
mod journal;
mod keys;
mod pages;
mod server;
mod snapshots;
mod users;

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use reference_server::{Door, control_router};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::caller::Server;

/// The control API of a server.
pub(crate) struct Control {
    door: Door,
}

impl Control {
    pub(crate) fn of(server: &Server) -> Self {
        Self {
            door: control_router(server.app.clone()),
        }
    }

    pub(crate) async fn send(&self, method: &str, path: &str) -> Answer {
        self.ask(method, path, &[], Body::empty()).await
    }

    pub(crate) async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.text(method, path, &body.to_string()).await
    }

    async fn text(&self, method: &str, path: &str, body: &str) -> Answer {
        let json = [("content-type", "application/json")];
        self.ask(method, path, &json, body.to_owned().into()).await
    }

    /// Paths are below `/_control`. A header that is given stands in the place of a usual one.
    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let path = format!("/_control{path}");
        let mut request = Request::builder().method(method).uri(&path);
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header(header::HOST, "127.0.0.1:9401");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).expect("a request");
        let response = self
            .door
            .clone()
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body in memory").to_bytes();
        let body = match bytes.is_empty() {
            true => None,
            false => Some(serde_json::from_slice(&bytes).expect("every body is JSON")),
        };
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        };
        contract::hold(method, &path, &answer);
        answer
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Option<Value>,
}

impl Answer {
    /// Returns the body of an answer that has to be a success.
    #[track_caller]
    pub(crate) fn success(self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.body.unwrap_or(Value::Null)
    }

    /// Wants a refusal with that text.
    #[track_caller]
    fn refused(self, status: u16, error: &str) {
        let expected = json!({ "error": error });
        assert_eq!((self.status.as_u16(), self.body), (status, Some(expected)));
    }

    /// Wants a refusal whose text has these words in it.
    #[track_caller]
    fn refused_with(self, status: u16, words: &str) {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        let body = self.body.unwrap_or_default();
        let error = body["error"].as_str().unwrap_or_default();
        assert!(error.contains(words), "`{error}`");
    }
}
