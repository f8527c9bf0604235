//! A connection of our own: HTTP/1.1, one request at a time, kept alive.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use super::{Answer, Request, Unanswered};
use crate::target::Target;

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

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
            sender: None,
        }
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Unanswered> {
        let connecting = timeout(self.connect, async {
            let stream = TcpStream::connect((self.host.as_str(), self.port))
                .await
                .map_err(|_| Unanswered::Connect)?;
            stream.set_nodelay(true).map_err(|_| Unanswered::Connect)?;
            let Some(tls) = &self.tls else {
                return handshake(TokioIo::new(stream)).await;
            };
            let name = ServerName::try_from(self.host.clone()).map_err(|_| Unanswered::Connect)?;
            let stream = tls
                .connect(name, stream)
                .await
                .map_err(|_| Unanswered::Connect)?;
            handshake(TokioIo::new(stream)).await
        });
        connecting.await.map_err(|_| Unanswered::Connect)?
    }
}

async fn handshake<S>(stream: S) -> Result<SendRequest<Full<Bytes>>, Unanswered>
where
    S: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (sender, connection) = http1::handshake(stream)
        .await
        .map_err(|_| Unanswered::Connect)?;
    // It ends with the sender; what went wrong is told to whoever waits for the answer.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(sender)
}

/// One connection, which is made again when it was lost.
#[derive(Debug)]
pub struct Connection {
    connector: Connector,
    sender: Option<SendRequest<Full<Bytes>>>,
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
        let result = answered.unwrap_or(Err(Unanswered::Timeout));
        if result.is_err() {
            // What may still come on it is no answer to the next request.
            self.sender = None;
        }
        result
    }

    async fn exchange(&mut self, request: Request) -> Result<Answer, Unanswered> {
        let mut sender = match self.sender.take() {
            Some(sender) => sender,
            None => self.connector.connect().await?,
        };
        // Between two requests the target may have closed it.
        if sender.ready().await.is_err() {
            sender = self.connector.connect().await?;
        }
        let request = self.whole(request)?;
        let response = sender
            .send_request(request)
            .await
            .map_err(|_| Unanswered::Lost)?;
        let (parts, mut body) = response.into_parts();
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
            if only.len().max(whole.len()) > self.connector.largest {
                return Err(Unanswered::TooLarge);
            }
        }
        self.sender = Some(sender);
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: if whole.is_empty() {
                only
            } else {
                whole.freeze()
            },
        })
    }

    fn whole(&self, request: Request) -> Result<http::Request<Full<Bytes>>, Unanswered> {
        let uri: Uri = request.url.parse().map_err(|_| Unanswered::Connect)?;
        let path = uri
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_owned();
        let mut whole = http::Request::new(Full::new(request.body));
        *whole.method_mut() = request.method;
        *whole.uri_mut() = path.parse().map_err(|_| Unanswered::Connect)?;
        let headers = whole.headers_mut();
        headers.insert(header::HOST, self.connector.authority.clone());
        for (name, value) in request.headers {
            headers.append(name, value);
        }
        Ok(whole)
    }
}
