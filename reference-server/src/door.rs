//! The door: what every request passes before it is routed.

use std::borrow::Cow;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderMap, Request, Uri};
use hyper::body::Body;
use tower::{BoxError, Service};

use crate::app::App;
use crate::faults::{self, Faults};
use crate::ids::Id;
use crate::login::token;
use crate::path;

/// The whole API as a service.
///
/// It gives every request the plain spelling of its path, so that nothing behind it sees another one, and sends a
/// request whose path names nothing where nothing is. The one resource that may be named without its customer,
/// `/sessions`, gets the customer of the header `Tenant-ID` in front: behind the door there is one form.
#[derive(Debug, Clone)]
pub struct Door {
    routes: Router,
    /// The same routes behind the faults that are on.
    faulty: Router,
    faults: Faults,
    /// Whose tokens are issued without a look at the routes, which saves a fifth of the work.
    app: Option<App>,
}

impl Door {
    pub(crate) fn new(app: App, routes: Router) -> Self {
        Self {
            faults: app.faults().clone(),
            app: Some(app.clone()),
            faulty: faults::service(app, routes.clone()),
            routes,
        }
    }

    /// Returns a door to routes that no fault reaches.
    pub(crate) fn without_faults(routes: Router) -> Self {
        Self {
            faults: Faults::default(),
            app: None,
            faulty: routes.clone(),
            routes,
        }
    }

    /// Returns the server whose tokens may be issued by whoever stands before the door; none while a fault is on.
    pub(crate) fn issuer(&self) -> Option<&App> {
        self.app.as_ref().filter(|_| !self.faults.are_any())
    }

    /// Answers a request.
    pub(crate) async fn answer<B>(&self, mut request: Request<B>) -> Response
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let has_faults = self.faults.are_any();
        if let Some(path) = respelled(&request) {
            if has_faults {
                let sent = path::Sent(request.uri().path().to_owned());
                request.extensions_mut().insert(sent);
            }
            *request.uri_mut() = uri(path, request.uri().query());
        }
        if has_faults {
            return ask(&self.faulty, request).await;
        }
        match &self.app {
            Some(app) if token::is_wanted(request.method(), request.uri()) => {
                token::issue(app, request).await.into_response()
            }
            _ => ask(&self.routes, request).await,
        }
    }
}

async fn ask<B>(routes: &Router, request: Request<B>) -> Response
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let Ok(answer) = routes.clone().call(request).await;
    answer
}

/// Returns the plain spelling of a path, with its customer, if it was sent in another one.
fn respelled<B>(request: &Request<B>) -> Option<String> {
    match path::plain(request.uri().path()) {
        Some(path) if path::lacks_customer(&path) => {
            let customer = tenant(request.headers()).unwrap_or(path::NO_CUSTOMER);
            Some(format!("/{customer}{path}"))
        }
        Some(Cow::Borrowed(_)) => None,
        Some(Cow::Owned(plain)) => Some(plain),
        None => Some(path::NOWHERE.to_owned()),
    }
}

impl<B> Service<Request<B>> for Door
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let door = self.clone();
        Box::pin(async move { Ok(door.answer(request).await) })
    }
}

/// Returns the customer of the one `Tenant-ID` field.
fn tenant(headers: &HeaderMap) -> Option<&str> {
    let mut fields = headers.get_all("tenant-id").iter();
    let field = fields.next()?.to_str().ok()?;
    let is_alone = fields.next().is_none();
    (is_alone && Id::parse(field).is_some()).then_some(field)
}

fn uri(mut plain: String, query: Option<&str>) -> Uri {
    if let Some(query) = query {
        plain.push('?');
        plain.push_str(query);
    }
    PathAndQuery::from_maybe_shared(plain)
        .map(Uri::from)
        .expect("a plain path has only characters that a URI may have, and the query stood in one")
}
