//! A connection of our own: HTTP/1.1, one request at a time, kept alive.
//!
//! Whoever sends on it also reads and writes it: there is no task of its own for it to which every request and every answer would
//! have to be handed.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Response, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{Answer, Request, Unanswered};
use crate::target::Target;

/// A request as it is sent.
type Whole = http::Request<Full<Bytes>>;

/// Where connections go to, and how.
#[derive(Clone)]
pub struct Connector {
    tls: Option<TlsConnector>,
    connect: Duration,
    exchange: Duration,
    largest: usize,
    host: String,
    port: u16,
    authority: HeaderValue,
}

impl fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Connector({}:{})", self.host, self.port)
    }
}

/// Says why a target cannot be connected to at all.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    /// The address is not one of HTTP.
    #[error("`{0}` is no address of HTTP")]
    Address(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

impl Connector {
    /// Prepares connections to a target.
    ///
    /// # Errors
    ///
    /// When its address is not one of HTTP, or TLS cannot be set up.
    pub fn new(target: &Target) -> Result<Self, ConnectorError> {
        let unusable = || ConnectorError::Address(target.url.clone());
        let uri: Uri = target.url.parse().map_err(|_| unusable())?;
        let is_tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(unusable()),
        };
        let authority = uri.authority().ok_or_else(unusable)?;
        let tls = match is_tls {
            true => Some(TlsConnector::from(Arc::new(super::config(&target.roots)?))),
            false => None,
        };
        Ok(Self {
            tls,
            connect: target.connect,
            exchange: target.exchange,
            largest: target.body,
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority
                .port_u16()
                .unwrap_or(if is_tls { 443 } else { 80 }),
            authority: HeaderValue::try_from(authority.as_str()).map_err(|_| unusable())?,
        })
    }

    /// Returns a connection that comes about with its first request.
    pub fn connection(&self) -> Connection {
        Connection {
            connector: self.clone(),
            live: None,
        }
    }

    async fn connect(&self) -> Result<Live, Unanswered> {
        let connecting = timeout(self.connect, async {
            let stream = TcpStream::connect((self.host.as_str(), self.port))
                .await
                .map_err(|_| Unanswered::Connect)?;
            stream.set_nodelay(true).map_err(|_| Unanswered::Connect)?;
            let Some(tls) = &self.tls else {
                return Live::new(stream).await;
            };
            let name = ServerName::try_from(self.host.clone()).map_err(|_| Unanswered::Connect)?;
            let stream = tls
                .connect(name, stream)
                .await
                .map_err(|_| Unanswered::Connect)?;
            Live::new(stream).await
        });
        connecting.await.map_err(|_| Unanswered::Connect)?
    }
}

/// A connection that is there.
struct Live {
    sender: SendRequest<Full<Bytes>>,
    driven: Driven,
}

/// Reads and writes a connection. What goes wrong with it is told to whoever waits for an answer.
struct Driven {
    connection: Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>,
    has_ended: bool,
}

impl Live {
    async fn new<S>(stream: S) -> Result<Self, Unanswered>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_| Unanswered::Connect)?;
        let driven = Driven {
            connection: Box::pin(connection),
            has_ended: false,
        };
        Ok(Self { sender, driven })
    }

    /// Sends a request and reads the head of the answer. A request that was not sent comes back.
    async fn send(&mut self, request: Whole) -> Result<Response<Incoming>, Option<Whole>> {
        let Self { sender, driven } = self;
        let sent = async {
            if sender.ready().await.is_err() {
                return Err(Some(request));
            }
            let sent = sender.try_send_request(request).await;
            sent.map_err(|mut error| error.take_message())
        };
        driven.until(sent).await
    }
}

impl Driven {
    /// Reads and writes until that is there which is waited for. All that it waits for comes by this connection.
    async fn until<T>(&mut self, waited: impl Future<Output = T>) -> T {
        let mut waited = pin!(waited);
        poll_fn(|context| {
            // Nobody has to wake it: it is asked again whenever the connection was driven.
            let asked = &mut Context::from_waker(Waker::noop());
            if let Poll::Ready(come) = waited.as_mut().poll(asked) {
                return Poll::Ready(come);
            }
            if !self.has_ended {
                self.has_ended = self.connection.as_mut().poll(context).is_ready();
            }
            waited.as_mut().poll(asked)
        })
        .await
    }
}

/// One connection, which is made again when it was lost.
pub struct Connection {
    connector: Connector,
    live: Option<Live>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.connector, formatter)
    }
}

impl Connection {
    /// Sends a request and reads the whole answer. A request is sent once: a lost one is lost.
    ///
    /// # Errors
    ///
    /// When there is no connection, or the answer does not come whole in time.
    pub async fn send(&mut self, request: Request) -> Result<Answer, Unanswered> {
        let limit = self.connector.exchange;
        let answered = timeout(limit, self.exchange(request)).await;
        answered.unwrap_or(Err(Unanswered::Timeout))
    }

    /// Keeps the connection only if the answer came whole: what may still come on it otherwise is no answer to the next request.
    async fn exchange(&mut self, request: Request) -> Result<Answer, Unanswered> {
        let mut request = self.whole(request)?;
        if let Some(mut live) = self.live.take() {
            match live.send(request).await {
                Ok(response) => return self.finish(live, response).await,
                // Between two requests the target may have closed it.
                Err(Some(unsent)) => request = unsent,
                Err(None) => return Err(Unanswered::Lost),
            }
        }
        let mut live = self.connector.connect().await?;
        let response = live.send(request).await.map_err(|_| Unanswered::Lost)?;
        self.finish(live, response).await
    }

    async fn finish(
        &mut self,
        mut live: Live,
        response: Response<Incoming>,
    ) -> Result<Answer, Unanswered> {
        let (parts, body) = response.into_parts();
        let largest = self.connector.largest;
        let body = live.driven.until(read(body, largest)).await?;
        self.live = Some(live);
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        })
    }

    fn whole(&self, request: Request) -> Result<Whole, Unanswered> {
        let path = request.address.path().ok_or(Unanswered::Connect)?;
        let mut whole = http::Request::new(Full::new(request.body));
        *whole.method_mut() = request.method;
        *whole.uri_mut() = path.clone().into();
        let headers = whole.headers_mut();
        headers.insert(header::HOST, self.connector.authority.clone());
        for (name, value) in request.headers {
            headers.append(name, value);
        }
        Ok(whole)
    }
}

/// Reads a body of no more bytes than that.
async fn read(mut body: Incoming, largest: usize) -> Result<Bytes, Unanswered> {
    let mut only = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unanswered::Lost)?;
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        if only.is_empty() && whole.is_empty() {
            only = chunk;
        } else {
            whole.extend_from_slice(&std::mem::take(&mut only));
            whole.extend_from_slice(&chunk);
        }
        if only.len().max(whole.len()) > largest {
            return Err(Unanswered::TooLarge);
        }
    }
    Ok(if whole.is_empty() {
        only
    } else {
        whole.freeze()
    })
}
