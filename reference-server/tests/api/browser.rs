//! Somebody with a browser: it keeps cookies, shows pages, and follows nothing by itself.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use reference_server::router;
use tower::ServiceExt;
use url::Url;

use crate::caller::{CONFIDENTIAL_CLIENT, CUSTOMER, Server};

pub(crate) const CALLBACK: &str = "http://localhost:8080/callback";
pub(crate) const SIGNED_OUT: &str = "http://localhost:8080/signed-out";
pub(crate) const EMAIL: &str = "mira.lind@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const USER: &str = "6d1f0b8a-7c11-4c39-9a51-000000000301";
pub(crate) const SESSION_COOKIE: &str = "proofhouse_session";

/// A browser at the pages of the demo customer.
pub(crate) struct Browser<'a> {
    server: &'a Server,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(server: &'a Server) -> Self {
        Self {
            server,
            cookies: RefCell::default(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, Body::empty()).await
    }

    /// Posts a form as it is.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(Method::POST, path, encoded(form).into()).await
    }

    /// Opens a page, and posts its form with the token that it holds.
    pub(crate) async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let page = self.get(path).await;
        let token = page.token();
        let mut form = form.to_vec();
        form.push(("_csrf_token", &token));
        self.post(path, &form).await
    }

    /// Signs in as the demo user, by a request of the confidential client.
    pub(crate) async fn sign_in(&self) -> Page {
        self.sign_in_as(EMAIL, PASSWORD).await
    }

    pub(crate) async fn sign_in_as(&self, email: &str, password: &str) -> Page {
        let form = [("email", email), ("password", password)];
        self.submit(&login(&[]), &form).await
    }

    /// Asks for a code without a page, and returns the parameters that come back.
    pub(crate) async fn silently(&self) -> BTreeMap<String, String> {
        let page = self
            .get(&at("login/authorize", &[("prompt", "none")]))
            .await;
        page.came_back()
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.borrow_mut();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    async fn send(&self, method: Method, path: &str, body: Body) -> Page {
        let uri = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{CUSTOMER}/{path}")
        };
        let mut request = Request::builder().method(&method).uri(uri);
        if method == Method::POST {
            let form = "application/x-www-form-urlencoded";
            request = request.header(header::CONTENT_TYPE, form);
        }
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let request = request.body(body).expect("a request");
        let response = router(self.server.app.clone())
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body in memory").to_bytes();
        let page = Page {
            status: parts.status,
            headers: parts.headers,
            html: String::from_utf8(bytes.to_vec()).expect("pages are UTF-8"),
        };
        self.keep_cookies(&page);
        page
    }

    fn keep_cookies(&self, page: &Page) {
        let mut cookies = self.cookies.borrow_mut();
        for cookie in page.set_cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a name and a value");
            if attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// What a browser got.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|field| field.to_str().ok())
    }

    pub(crate) fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|field| field.to_str().expect("a cookie in ASCII"))
    }

    /// Returns the token that the first form of the page repeats.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let (_, rest) = self
            .html
            .split_once("name=\"_csrf_token\" value=\"")
            .unwrap_or_else(|| panic!("a form, not {self:?}"));
        let (token, _) = rest.split_once('"').expect("the end of the value");
        token.to_owned()
    }

    /// Wants a redirect to the callback, and returns the parameters that come along.
    #[track_caller]
    pub(crate) fn came_back(&self) -> BTreeMap<String, String> {
        assert_eq!(self.status, 302, "{self:?}");
        let location = self.header("location").expect("a redirect leads somewhere");
        let url = Url::parse(location).expect("a URL");
        assert!(location.starts_with(CALLBACK), "{location}");
        url.query_pairs().into_owned().collect()
    }

    /// Wants a page with that status, which says so.
    #[track_caller]
    pub(crate) fn says(&self, status: u16, text: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(
            self.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(
            self.html.contains(text),
            "`{text}` stands not in {}",
            self.html
        );
        assert_eq!(self.header("location"), None);
    }

    /// Wants the page of a refusal.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, heading: &str, code: &str) {
        self.says(status, &format!("<h1>{heading}</h1>"));
        self.says(status, &format!("<code>{code}</code>"));
    }
}

/// Returns the path of the login page for a request of the confidential client, with these parameters besides or
/// instead.
pub(crate) fn login(more: &[(&str, &str)]) -> String {
    at("auth-ui/login", more)
}

/// Returns the path of a page for such a request.
pub(crate) fn at(path: &str, more: &[(&str, &str)]) -> String {
    let parameters = [
        ("client_id", CONFIDENTIAL_CLIENT),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("redirect_uri", CALLBACK),
        ("state", "some state"),
    ];
    let kept = parameters
        .into_iter()
        .filter(|(name, _)| more.iter().all(|(other, _)| other != name))
        .chain(more.iter().copied());
    format!("{path}?{}", encoded(&kept.collect::<Vec<_>>()))
}

pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
