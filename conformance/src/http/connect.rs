//! How connections come about: directly, or through a proxy.

use std::{
    error::Error as StdError,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{
    client::legacy::connect::{Connected, Connection, HttpConnector, proxy::SocksV5},
    rt::TokioIo,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tower::Service;

use super::proxy::{Proxies, Proxy};

/// The longest head of an answer to CONNECT that is read, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type BoxError = Box<dyn StdError + Send + Sync>;

/// Opens connections, each the way that the proxies of the environment ask for.
#[derive(Debug, Clone)]
pub(super) struct Connector {
    tcp: HttpConnector,
    /// To the proxies themselves: some are reached by TLS.
    outer: HttpsConnector<HttpConnector>,
    proxies: Proxies,
}

/// Says that a proxy is in the way.
#[derive(Debug, thiserror::Error)]
#[error("the proxy {proxy} {reason}")]
pub(super) struct ThroughError {
    /// The proxy, without its credentials.
    pub(super) proxy: String,
    /// What it does.
    pub(super) reason: String,
}

impl Connector {
    pub(super) fn new(
        tcp: HttpConnector,
        outer: HttpsConnector<HttpConnector>,
        proxies: Proxies,
    ) -> Self {
        Self {
            tcp,
            outer,
            proxies,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = Wire;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Wire, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // Connections come about independently of each other.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let Some(proxy) = self.proxies.route(&address).cloned() else {
            let connecting = self.tcp.call(address);
            return Box::pin(
                async move { Ok(Wire::to(MaybeHttpsStream::Http(connecting.await?))) },
            );
        };
        let through = Through {
            tcp: self.tcp.clone(),
            outer: self.outer.clone(),
            proxy,
        };
        Box::pin(async move { Ok(through.connect(address).await?) })
    }
}

/// One connection through a proxy.
struct Through {
    tcp: HttpConnector,
    outer: HttpsConnector<HttpConnector>,
    proxy: Proxy,
}

impl Through {
    async fn connect(mut self, address: Uri) -> Result<Wire, ThroughError> {
        if self.proxy.is_socks() {
            return self.by_socks(address).await;
        }
        let connecting = self.outer.call(self.proxy.address());
        let stream = connecting
            .await
            .map_err(|error| self.error(format!("cannot be reached: {}", last(&*error))))?;
        if address.scheme_str() == Some("https") {
            return Ok(Wire::to(self.tunnel(stream, &address).await?));
        }
        Ok(Wire {
            stream,
            is_forwarded: true,
        })
    }

    async fn by_socks(self, address: Uri) -> Result<Wire, ThroughError> {
        let mut socks = SocksV5::new(self.proxy.address(), self.tcp.clone());
        if let Some((name, password)) = self.proxy.name_and_password() {
            socks = socks.with_auth(name.to_owned(), password.to_owned());
        }
        match socks.call(address).await {
            Ok(stream) => Ok(Wire::to(MaybeHttpsStream::Http(stream))),
            Err(error) => Err(self.error(format!("opens no connection: {}", last(&error)))),
        }
    }

    /// Asks for a tunnel (RFC 9110 section 9.3.6): what goes through it is between the target and us.
    async fn tunnel(&self, stream: Stream, address: &Uri) -> Result<Stream, ThroughError> {
        let host = address.host().unwrap_or_default();
        let place = format!("{host}:{}", address.port_u16().unwrap_or(443));
        let mut request = format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n").into_bytes();
        if let Some(authorization) = self.proxy.authorization() {
            request.extend_from_slice(b"Proxy-Authorization: ");
            request.extend_from_slice(authorization.as_bytes());
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"\r\n");
        let mut stream = TokioIo::new(stream);
        let exchange = async {
            stream.write_all(&request).await?;
            stream.flush().await?;
            head(&mut stream).await
        };
        let head = exchange.await.map_err(|error| {
            self.error(format!("ends the connection instead of an answer: {error}"))
        })?;
        match status(&head) {
            Some(200..300) => Ok(stream.into_inner()),
            Some(407) => Err(self.error(CREDENTIALS.to_owned())),
            Some(status) => Err(self.error(format!(
                "answers {status} to `CONNECT {place}`; let it through there, or name the host in `NO_PROXY`"
            ))),
            None => Err(self.error("does not speak HTTP".to_owned())),
        }
    }

    fn error(&self, reason: String) -> ThroughError {
        ThroughError {
            proxy: self.proxy.to_string(),
            reason,
        }
    }
}

/// What a proxy does that is not content with our credentials.
pub(super) const CREDENTIALS: &str = "asks for credentials (407): give the right ones in the variable, as `http://USER:PASSWORD@HOST:PORT`";

/// Reads an answer up to its empty line and not a byte further: what follows belongs to whoever uses the tunnel.
async fn head(stream: &mut TokioIo<Stream>) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD {
            return Err(io::Error::other("its head has no end"));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(head)
}

fn status(head: &[u8]) -> Option<u16> {
    let line = head.strip_prefix(b"HTTP/1.")?;
    let digits = std::str::from_utf8(line.get(2..5)?).ok()?;
    digits.parse().ok()
}

/// Returns the last cause of an error: the one that helps.
pub(super) fn last(error: &(dyn StdError + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}

/// A connection, to the target or to a proxy that passes on what it is asked.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    /// Whether requests have to name the whole address.
    is_forwarded: bool,
}

impl Wire {
    fn to(stream: Stream) -> Self {
        Self {
            stream,
            is_forwarded: false,
        }
    }
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.is_forwarded)
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}
