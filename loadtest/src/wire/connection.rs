//! A connection of our own: HTTP/1.1, one request at a time, kept alive.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderValue, Uri};
use rustls_pki_types::ServerName;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use super::{Answer, Request, Unanswered, exchange::Exchange};
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

    async fn connect(&self) -> Result<Exchange, Unanswered> {
        let connecting = timeout(self.connect, async {
            let stream = TcpStream::connect((self.host.as_str(), self.port))
                .await
                .map_err(|_| Unanswered::Connect)?;
            stream.set_nodelay(true).map_err(|_| Unanswered::Connect)?;
            let Some(tls) = &self.tls else {
                return Ok(Exchange::new(stream));
            };
            let name = ServerName::try_from(self.host.clone()).map_err(|_| Unanswered::Connect)?;
            let stream = tls
                .connect(name, stream)
                .await
                .map_err(|_| Unanswered::Tls)?;
            Ok(Exchange::new(stream))
        });
        connecting.await.map_err(|_| Unanswered::Connect)?
    }
}

/// One connection, which is made again when it was lost.
pub struct Connection {
    connector: Connector,
    live: Option<Exchange>,
}

/// A copy is a connection of its own to the same place, which comes about with its first request.
impl Clone for Connection {
    fn clone(&self) -> Self {
        self.connector.connection()
    }
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
        let path = request.address.path().ok_or(Unanswered::Connect)?;
        // Between two requests the target may have closed it.
        let open = self.live.take().and_then(Exchange::if_open);
        let mut live = match open {
            Some(live) => live,
            None => self.connector.connect().await?,
        };
        let Connector {
            authority, largest, ..
        } = &self.connector;
        let answer = live.send(&request, path, authority, *largest).await?;
        self.live = Some(live);
        Ok(answer)
    }
}
