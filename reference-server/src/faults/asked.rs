//! A request as faults see it.

use std::sync::Arc;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};

use crate::app::App;
use crate::ids::Id;
use crate::path::{ResourcePath, Sent};
use crate::store::Item;

/// A request with its whole body.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    path: ResourcePath,
    sent: Option<Sent>,
    let_in: Option<Id>,
}

impl Asked {
    pub(super) fn new(mut parts: http::request::Parts, body: Bytes) -> Self {
        let path = ResourcePath::of(&parts.uri);
        let sent = parts.extensions.remove();
        Self {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body,
            path,
            sent,
            let_in: None,
        }
    }

    /// Returns what follows the customer in the path.
    pub(crate) fn resource(&self) -> &str {
        self.path.resource()
    }

    /// Returns what a scope has to allow.
    pub(crate) fn guarded(&self) -> String {
        self.path.guarded().into_owned()
    }

    /// Returns the path as it was sent, in whatever spelling.
    pub(crate) fn sent_path(&self) -> &str {
        match &self.sent {
            Some(Sent(path)) => path,
            None => self.uri.path(),
        }
    }

    /// Returns the customer that the path names.
    pub(crate) fn customer(&self) -> Option<Id> {
        Id::parse(self.path.customer())
    }

    /// Returns an item of the customer that the path names.
    pub(crate) fn stored<T: Item>(&self, app: &App, id: Id) -> Option<Arc<T>> {
        app.customer_of(&self.uri)?.find(id)
    }

    /// Returns whether it is this operation; `*` in the path stands for one segment: `config/clients/*`.
    pub(crate) fn is(&self, method: &Method, path: &str) -> bool {
        self.method == *method && self.is_on(path)
    }

    /// Returns whether the path is this one; `*` stands for one segment.
    pub(crate) fn is_on(&self, path: &str) -> bool {
        let (mut wanted, mut given) = (path.split('/'), self.resource().split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some("*"), Some(_)) => {}
                (Some(wanted), Some(given)) if wanted == given => {}
                _ => return false,
            }
        }
    }

    /// Returns whether the path lies below this one, or is it.
    pub(crate) fn is_below(&self, path: &str) -> bool {
        self.resource()
            .strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Returns a parameter of the query; the first one, if it is repeated.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        parameter(self.uri.query().unwrap_or_default().as_bytes(), name)
    }

    /// Returns every value of a parameter of the query.
    pub(crate) fn query_all(&self, name: &str) -> Vec<String> {
        pairs(self.uri.query().unwrap_or_default().as_bytes())
            .into_iter()
            .filter_map(|(key, value)| (key == name).then_some(value))
            .collect()
    }

    /// Returns the name of whoever authenticates by Basic.
    pub(crate) fn basic_user(&self) -> Option<String> {
        let field = self.headers.get(AUTHORIZATION)?.to_str().ok()?;
        let bytes = STANDARD.decode(field.strip_prefix("Basic ")?).ok()?;
        let (user, _) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        Some(user.to_owned())
    }

    /// Returns a parameter of the form; the first one, if it is repeated.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        parameter(&self.body, name)
    }

    /// Returns whether it asks for tokens by this grant.
    pub(crate) fn is_grant(&self, grant: &str) -> bool {
        self.is(&Method::POST, "login/token") && self.form("grant_type").as_deref() == Some(grant)
    }

    /// Sends a parameter of the form, in the place of all of that name.
    pub(crate) fn set_form(&mut self, name: &str, value: impl Into<String>) {
        self.edit_form(|pairs| {
            pairs.retain(|(present, _)| present != name);
            pairs.push((name.to_owned(), value.into()));
        });
    }

    /// Sends no such parameter of the form.
    pub(crate) fn without_form(&mut self, name: &str) {
        self.edit_form(|pairs| pairs.retain(|(present, _)| present != name));
    }

    /// Changes the parameters of the query.
    pub(crate) fn edit_query(&mut self, edit: impl FnOnce(&mut Vec<(String, String)>)) {
        let mut pairs = pairs(self.uri.query().unwrap_or_default().as_bytes());
        edit(&mut pairs);
        let path = self.uri.path();
        let text = match encoded(&pairs) {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        };
        if let Ok(uri) = text.parse() {
            self.uri = uri;
        }
    }

    /// Changes the parameters of the form.
    pub(crate) fn edit_form(&mut self, edit: impl FnOnce(&mut Vec<(String, String)>)) {
        let mut pairs = pairs(&self.body);
        edit(&mut pairs);
        self.set_body(encoded(&pairs).into());
    }

    /// Returns whether it makes something in this collection.
    pub(crate) fn creates(&self, collection: &str) -> bool {
        self.is(&Method::POST, &format!("config/{collection}"))
    }

    /// Returns whether it puts something in the place of an item of this collection.
    pub(crate) fn modifies(&self, collection: &str) -> bool {
        self.is(&Method::PUT, &format!("config/{collection}/*"))
    }

    /// Returns whether it makes or modifies something in this collection.
    pub(crate) fn writes(&self, collection: &str) -> bool {
        self.creates(collection) || self.modifies(collection)
    }

    /// Returns whether it looks at an item of this collection.
    pub(crate) fn views(&self, collection: &str) -> bool {
        self.is(&Method::GET, &format!("config/{collection}/*"))
    }

    /// Returns the item that the path names.
    pub(crate) fn item(&self) -> Option<Id> {
        self.path.item().and_then(Id::parse)
    }

    /// Returns the body, if it is JSON.
    pub(crate) fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns a member of the body that is a text, if the body is JSON.
    pub(crate) fn member(&self, name: &str) -> Option<String> {
        Some(self.json()?.get(name)?.as_str()?.to_owned())
    }

    /// Sends a body of JSON.
    pub(crate) fn set_json(&mut self, value: &serde_json::Value) {
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.set_body(value.to_string().into());
    }

    /// Returns a request of the same sender: GET of a path below the customer.
    pub(crate) fn viewing(&self, resource: &str) -> Self {
        let mut view = self.clone();
        view.method = Method::GET;
        view.headers.remove(CONTENT_TYPE);
        view.set_body(Bytes::new());
        if let Ok(uri) = format!("/{}/{resource}", self.path.customer()).parse() {
            view.set_uri(uri);
        }
        view
    }

    /// Changes the members of the body, if it is a JSON object.
    pub(crate) fn edit_members(
        &mut self,
        edit: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>),
    ) {
        self.edit_json(|value| {
            if let serde_json::Value::Object(members) = value {
                edit(members);
            }
        });
    }

    /// Changes the body, if it is JSON.
    pub(crate) fn edit_json(&mut self, edit: impl FnOnce(&mut serde_json::Value)) {
        if let Ok(mut value) = serde_json::from_slice(&self.body) {
            edit(&mut value);
            self.set_body(value.to_string().into());
        }
    }

    /// Sends other credentials.
    pub(crate) fn set_bearer(&mut self, token: &str) {
        if let Ok(value) = HeaderValue::try_from(format!("Bearer {token}")) {
            self.headers.insert(AUTHORIZATION, value);
        }
    }

    /// Returns the bearer token, if one was sent.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let field = self.headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = field.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    }

    /// Returns the id and the secret that a client presents, in the header or in the form; either may be wrong.
    pub(crate) fn credentials(&self) -> Option<(String, Option<String>)> {
        let field = self
            .headers
            .get(AUTHORIZATION)
            .and_then(|field| field.to_str().ok());
        let basic = field
            .and_then(|field| field.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
        let Some((_, credentials)) = basic else {
            return Some((self.form("client_id")?, self.form("client_secret")));
        };
        let decoded = STANDARD.decode(credentials).ok()?;
        let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
        Some((id.to_owned(), Some(secret.to_owned())))
    }

    /// Lets a client in that does not prove who it is: the handlers take the request for one of that client.
    pub(crate) fn let_in(&mut self, client: Id) {
        self.let_in = Some(client);
    }

    /// Returns the client that is let in.
    pub(super) fn is_let_in(&self) -> Option<Id> {
        self.let_in
    }

    /// Authenticates a client in the header, and nowhere else.
    pub(super) fn set_basic(&mut self, id: Id, secret: &str) {
        let credentials = STANDARD.encode(format!("{id}:{secret}"));
        if let Ok(value) = HeaderValue::try_from(format!("Basic {credentials}")) {
            self.headers.insert(AUTHORIZATION, value);
        }
        self.edit_form(|pairs| {
            pairs.retain(|(name, _)| name != "client_secret" && name != "client_id");
        });
    }

    /// Asks for something else instead.
    pub(crate) fn set_uri(&mut self, uri: Uri) {
        self.path = ResourcePath::of(&uri);
        self.uri = uri;
    }

    fn set_body(&mut self, body: Bytes) {
        self.headers.remove(CONTENT_LENGTH);
        self.body = body;
    }

    pub(super) fn into_request(self) -> Request<Body> {
        let mut request = Request::new(Body::from(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        *request.headers_mut() = self.headers;
        request
    }
}

fn parameter(encoded: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(encoded)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

fn encoded(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
