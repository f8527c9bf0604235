//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::pin::pin;

use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tower::Service;

use super::stall::Stalling;
use crate::door::Door;
use crate::patience::within;
use crate::settings::Limits;

/// Serves one connection until its client leaves, breaks a limit, or the server stops and the request in hand is done.
pub(super) async fn run<S>(
    stream: S,
    tls: Option<TlsAcceptor>,
    door: Door,
    limits: Limits,
    stopped: watch::Receiver<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = Stalling::new(stream, limits.stall);
    match tls {
        None => speak(stream, door, limits, stopped).await,
        Some(tls) => match tokio::time::timeout(limits.handshake, tls.accept(stream)).await {
            Ok(Ok(stream)) => speak(stream, door, limits, stopped).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        },
    }
}

/// The least buffer that hyper takes.
const LEAST_BUFFER: usize = 8192;

async fn speak<S>(stream: S, door: Door, limits: Limits, mut stopped: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| answer(door.clone(), request, limits));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(limits.head_fields)
        .max_buf_size(limits.head_bytes.max(LEAST_BUFFER))
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(
    mut door: Door,
    request: Request<Incoming>,
    limits: Limits,
) -> Result<Response, Infallible> {
    match within(limits.request, door.call(request)).await {
        Some(answer) => answer,
        None => Ok(StatusCode::SERVICE_UNAVAILABLE.into_response()),
    }
}
