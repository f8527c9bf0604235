//! Callers by role: they differ in what they authenticate with, and share how they ask.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use reference_server::settings::{HostedLogin, Limits, Readings, Settings};
use reference_server::{App, Clock, Ids, router};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const CUSTOMER: &str = fixtures::seed::DEMO_CUSTOMER;
pub(crate) const CONFIGURATION_CLIENT: &str = "6d1f0b8a-7c11-4c39-9a51-000000000001";
pub(crate) const CONFIGURATION_SECRET: &str = "demo-configuration-secret";
pub(crate) const PUBLIC_CLIENT: &str = "6d1f0b8a-7c11-4c39-9a51-000000000002";
pub(crate) const CONFIDENTIAL_CLIENT: &str = "6d1f0b8a-7c11-4c39-9a51-000000000003";
pub(crate) const CONFIDENTIAL_SECRET: &str = "demo-confidential-secret";
pub(crate) const CONFIGURATION_POLICY: &str = "6d1f0b8a-7c11-4c39-9a51-000000000101";
pub(crate) const TOKEN_POLICY: &str = "6d1f0b8a-7c11-4c39-9a51-000000000102";
pub(crate) const LOGIN_POLICY: &str = "6d1f0b8a-7c11-4c39-9a51-000000000201";
/// An id that nothing has.
pub(crate) const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A server without a socket, with the demo tenant and a clock that stands still.
pub(crate) struct Server {
    pub(crate) app: App,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    /// A server that answers these readings in another way than by default.
    pub(crate) fn reading(assignments: &[&str]) -> Self {
        let mut readings = Readings::default();
        for assignment in assignments {
            readings.set(assignment).expect("a reading of the table");
        }
        Self::with(Settings {
            readings,
            ..Settings::default()
        })
    }

    pub(crate) fn limited(limits: Limits) -> Self {
        Self::with(Settings {
            limits,
            ..Settings::default()
        })
    }

    /// A server whose hosted pages allow and remember other things than by default.
    pub(crate) fn hosting(hosted_login: HostedLogin) -> Self {
        Self::with(Settings {
            hosted_login,
            ..Settings::default()
        })
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self::drawing(settings, Ids::seeded(7))
    }

    /// A server that nobody can predict.
    pub(crate) fn by_chance() -> Self {
        Self::drawing(Settings::default(), Ids::by_chance())
    }

    fn drawing(settings: Settings, ids: Ids) -> Self {
        let app = App::new(settings, Clock::fixed(), ids);
        app.add_tenant(&fixtures::seed::demo())
            .expect("the demo tenant fits together");
        Self { app }
    }

    /// Somebody without credentials.
    pub(crate) fn anybody(&self) -> Caller<'_> {
        Caller {
            server: self,
            authorization: None,
        }
    }

    /// Somebody with a token, good or not.
    pub(crate) fn bearer(&self, token: &str) -> Caller<'_> {
        Caller {
            server: self,
            authorization: Some(format!("Bearer {token}")),
        }
    }

    /// A client that authenticates by Basic.
    pub(crate) fn client(&self, id: &str, secret: &str) -> Caller<'_> {
        let credentials = STANDARD.encode(format!("{id}:{secret}"));
        Caller {
            server: self,
            authorization: Some(format!("Basic {credentials}")),
        }
    }

    /// The demo's configuration client.
    pub(crate) fn configuration_client(&self) -> Caller<'_> {
        self.client(CONFIGURATION_CLIENT, CONFIGURATION_SECRET)
    }

    /// Somebody who may do everything.
    pub(crate) async fn owner(&self) -> Caller<'_> {
        let token = self.configuration_client().token("*:**").await;
        self.bearer(&token)
    }

    /// Somebody whose token was granted exactly these scopes, by a client and a token policy made for it.
    pub(crate) async fn scoped(&self, scopes: &[&str]) -> Caller<'_> {
        let token = self.scoped_token(scopes).await;
        self.bearer(&token)
    }

    pub(crate) async fn scoped_token(&self, scopes: &[&str]) -> String {
        let owner = self.owner().await;
        let policy = owner
            .post(
                "config/tokenPolicies",
                json!({ "title": "Scoped", "allowedScopes": scopes }),
            )
            .await
            .success();
        let client = owner
            .post(
                "config/clients",
                json!({ "name": "Scoped", "type": "confidential", "tokenPolicy": policy }),
            )
            .await
            .success();
        let id = text(&client["id"]);
        let secret = match client.get("secret") {
            Some(secret) => text(secret).to_owned(),
            None => text(
                &owner
                    .send("POST", &format!("config/clients/{id}/secret"))
                    .await
                    .success()["secret"],
            )
            .to_owned(),
        };
        self.client(id, &secret).token(&scopes.join(" ")).await
    }
}

pub(crate) fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a text, not {value}"))
}

/// Somebody who asks the server for something.
pub(crate) struct Caller<'a> {
    server: &'a Server,
    authorization: Option<String>,
}

/// How to ask. Paths are below the customer.
pub(crate) trait Asks {
    async fn ask(&self, request: http::request::Builder, path: &str, body: Body) -> Answer;

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.json("POST", path, body).await
    }

    async fn put(&self, path: &str, body: Value) -> Answer {
        self.json("PUT", path, body).await
    }

    /// Sends a request without a body.
    async fn send(&self, method: &str, path: &str) -> Answer {
        self.ask(builder(method), path, Body::empty()).await
    }

    async fn json(&self, method: &str, path: &str, body: Value) -> Answer {
        self.raw(method, path, "application/json", body.to_string())
            .await
    }

    async fn form(&self, parameters: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        self.raw(
            "POST",
            "login/token",
            "application/x-www-form-urlencoded",
            body,
        )
        .await
    }

    async fn raw(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: impl Into<Body>,
    ) -> Answer {
        let request = builder(method).header(header::CONTENT_TYPE, content_type);
        self.ask(request, path, body.into()).await
    }

    async fn token(&self, scope: &str) -> String {
        let answer = self
            .form(&[("grant_type", "client_credentials"), ("scope", scope)])
            .await;
        text(&answer.success()["access_token"]).to_owned()
    }
}

fn builder(method: &str) -> http::request::Builder {
    Request::builder().method(Method::from_bytes(method.as_bytes()).expect("a method"))
}

impl Asks for Caller<'_> {
    async fn ask(&self, request: http::request::Builder, path: &str, body: Body) -> Answer {
        // A path that begins with a slash is of the whole server, for those who want another customer.
        let uri = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{CUSTOMER}/{path}")
        };
        let mut request = request.uri(uri);
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let request = request.body(body).expect("a request");
        let response = router(self.server.app.clone())
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body in memory").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: if bytes.is_empty() {
                None
            } else {
                Some(serde_json::from_slice(&bytes).expect("every body is JSON"))
            },
        }
    }
}

/// What the server said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Value>,
}

impl Answer {
    /// Returns the body of an answer that has to be a success.
    #[track_caller]
    pub(crate) fn success(self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.body.unwrap_or(Value::Null)
    }

    /// Returns status and body.
    pub(crate) fn whole(self) -> (u16, Value) {
        (self.status.as_u16(), self.body.unwrap_or(Value::Null))
    }

    /// Wants a refusal of the configuration APIs: one member, which is that text.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, errors: &str) {
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.whole(), (status, json!({ "errors": errors })));
    }

    /// Wants a refusal of the token endpoint: that code, a description, no caching.
    #[track_caller]
    pub(crate) fn refused_oauth(self, status: u16, code: &str) {
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let challenge = self
            .header("www-authenticate")
            .is_some_and(|field| field.starts_with("Basic"));
        assert_eq!(challenge, status == 401, "{self:?}");
        let (given, body) = self.whole();
        assert_eq!((given, &body["error"]), (status, &json!(code)), "{body}");
        assert!(
            body["error_description"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{body}"
        );
        assert_eq!(
            body.as_object().map(serde_json::Map::len),
            Some(2),
            "{body}"
        );
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|field| field.to_str().ok())
    }
}
