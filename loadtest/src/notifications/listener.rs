//! The listeners' HTTP: one socket, a path for each.

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use bytes::Bytes;
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::AbortHandle};

use super::{
    arrival::Arrival,
    ledger::Ledger,
    manner::{self, Manner},
};
use crate::target;

/// The largest body, in bytes.
const BODY: usize = 256 * 1024;

/// Listens until it is dropped.
#[derive(Debug)]
pub(super) struct Listener {
    base: String,
    accepting: AbortHandle,
}

impl Listener {
    /// Listens below a path that nobody else knows: in that place, or on a free port of this machine.
    pub(super) async fn start(
        place: Option<&target::Listener>,
        ledger: &Arc<Ledger>,
        secret: &str,
    ) -> io::Result<Self> {
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let bind = place.map_or(free, |place| place.bind);
        let socket = TcpListener::bind(bind)
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("`{bind}`: {error}")))?;
        let base = match place.and_then(|place| place.url.as_deref()) {
            Some(url) => format!("{}/{secret}", url.trim_end_matches('/')),
            None => format!("http://{}/{secret}", socket.local_addr()?),
        };
        let accepting = tokio::spawn(accept(socket, Arc::clone(ledger), secret.into()));
        Ok(Self {
            base,
            accepting: accepting.abort_handle(),
        })
    }

    /// Returns the address below which the listeners are.
    pub(super) fn base(&self) -> &str {
        &self.base
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(socket: TcpListener, ledger: Arc<Ledger>, secret: Arc<str>) {
    loop {
        let Ok((stream, _)) = socket.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let (ledger, secret) = (Arc::clone(&ledger), Arc::clone(&secret));
        let service = service_fn(move |request| {
            let (ledger, secret) = (Arc::clone(&ledger), Arc::clone(&secret));
            async move { Ok::<_, Infallible>(answer(request, &ledger, &secret).await) }
        });
        // It ends with the other side.
        tokio::spawn(async move {
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    ledger: &Ledger,
    secret: &str,
) -> Response<Empty<Bytes>> {
    let manner = match request.method() {
        &Method::POST => called(request.uri().path(), secret),
        _ => None,
    };
    let Some(manner) = manner else {
        return of(StatusCode::NOT_FOUND);
    };
    let body = Limited::new(request.into_body(), BODY).collect().await;
    let Ok(body) = body else {
        return of(StatusCode::BAD_REQUEST);
    };
    ledger.arrive(manner, Arrival::read(&body.to_bytes()));
    tokio::time::sleep(manner.delay()).await;
    of(manner.status())
}

/// Returns the listener with that path.
fn called(path: &str, secret: &str) -> Option<Manner> {
    let name = path.strip_prefix('/')?.strip_prefix(secret)?;
    let name = name.strip_prefix('/')?;
    manner::ALL
        .into_iter()
        .find(|manner| manner.as_str() == name)
}

fn of(status: StatusCode) -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_knows_the_path_is_heard() {
        assert_eq!(called("/abc/slow", "abc"), Some(Manner::Slow));
        for wrong in [
            "/abc",
            "/abc/",
            "/abd/slow",
            "/abc/other",
            "abc/slow",
            "/abcslow",
        ] {
            assert_eq!(called(wrong, "abc"), None, "{wrong}");
        }
    }
}
