//! The door: what every request passes before it is routed.

use std::borrow::Cow;
use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::Router;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{Request, Uri};
use hyper::body::Body;
use tower::{BoxError, Service};

use crate::path;

/// The whole API as a service.
///
/// It gives every request the plain spelling of its path, so that nothing behind it sees another one, and sends a
/// request whose path names nothing where nothing is.
#[derive(Debug, Clone)]
pub struct Door {
    routes: Router,
}

impl Door {
    pub(crate) fn new(routes: Router) -> Self {
        Self { routes }
    }
}

impl<B> Service<Request<B>> for Door
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let respelled = match path::plain(request.uri().path()) {
            Some(Cow::Borrowed(_)) => None,
            Some(Cow::Owned(plain)) => Some(plain),
            None => Some(path::NOWHERE.to_owned()),
        };
        if let Some(path) = respelled {
            *request.uri_mut() = uri(path);
        }
        self.routes.call(request)
    }
}

fn uri(plain: String) -> Uri {
    PathAndQuery::from_maybe_shared(plain)
        .map(Uri::from)
        .expect("a plain path has only characters that a URI may have")
}
