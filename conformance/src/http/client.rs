//! The one client behind everything.

use std::{error::Error as _, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client as Hyper, Error, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};

use super::{
    Answer,
    connect::{self, Connector, ThroughError},
    pace::Pace,
    patience::Patience,
    proxy::{Proxies, Proxy},
    request::Request,
    tls::{Roots, RootsError},
};
use crate::verdict::Broken;

/// The largest body that is read unless the target's description says otherwise, in bytes: the documented answers are a
/// few hundred.
pub const BODY_LIMIT: usize = 1 << 20;

/// How long an idle connection is kept: less than usual servers keep theirs, because a request that meets the end of one is lost.
const IDLE: Duration = Duration::from_secs(4);

/// Says how the client treats time and load.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long a connection may take to come about, TLS excluded.
    pub connect: Duration,
    /// How long an exchange may take, from the first byte out to the last byte in.
    pub exchange: Duration,
    /// Requests a second; `None` is no limit.
    pub rate: Option<f64>,
    /// Idle connections that are kept.
    pub connections: usize,
    /// The largest body that is read, in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            exchange: Duration::from_secs(10),
            rate: None,
            connections: 16,
            body: BODY_LIMIT,
        }
    }
}

/// Sends requests to one base address, and to the whole addresses that requests name. Follows no redirect, keeps no cookie, sends each path as it is written.
#[derive(Debug)]
pub struct Client {
    hyper: Hyper<HttpsConnector<Connector>, Full<Bytes>>,
    base: String,
    proxies: Proxies,
    limits: Limits,
    pace: Pace,
    patience: Patience,
}

impl Client {
    /// Makes a client for a base address without a trailing slash: `http://127.0.0.1:9400`.
    ///
    /// # Errors
    ///
    /// When the roots cannot be used.
    pub fn new(
        base: &str,
        roots: &Roots,
        proxies: &Proxies,
        limits: Limits,
    ) -> Result<Self, RootsError> {
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(limits.connect));
        let tls = || Ok(HttpsConnectorBuilder::new().with_tls_config(roots.config()?));
        let outer = tls()?
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector.clone());
        let connector = tls()?
            .https_or_http()
            .enable_http1()
            .wrap_connector(Connector::new(connector, outer, proxies.clone()));
        let hyper = Hyper::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(limits.connections)
            .build(connector);
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self {
            hyper,
            base,
            proxies: proxies.clone(),
            pace: Pace::new(limits.rate),
            patience: Patience::default(),
            limits,
        })
    }

    /// Returns the base address, without a trailing slash.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request whose path is complete, and reads the whole answer. A target that has too much to do is waited for, as long
    /// as it asks for and as long as there is patience; nothing else is sent meanwhile.
    ///
    /// # Errors
    ///
    /// When nothing usable came back in time and within the limit of size.
    pub async fn send(&self, request: &Request) -> Result<Answer, Broken> {
        loop {
            self.pace.wait().await;
            let answer = self.try_once(request).await?;
            if request.may_be_throttled {
                return Ok(answer);
            }
            match self.patience.after(&answer) {
                None => return Ok(answer),
                Some(Ok(wait)) => self.pace.hold(wait),
                Some(Err(asked)) => {
                    return Err(Broken::Throttled {
                        request: named(request),
                        status: answer.status(),
                        asked,
                    });
                }
            }
        }
    }

    async fn try_once(&self, request: &Request) -> Result<Answer, Broken> {
        let outgoing = self.outgoing(request)?;
        match tokio::time::timeout(self.limits.exchange, self.exchange(request, outgoing)).await {
            Ok(result) => result,
            Err(_) => Err(Broken::Timeout {
                request: named(request),
                limit: self.limits.exchange,
            }),
        }
    }

    fn outgoing(&self, request: &Request) -> Result<http::Request<Full<Bytes>>, Broken> {
        let unsendable = |reason: String| Broken::Unsendable {
            request: named(request),
            reason,
        };
        let uri: Uri = request
            .address(&self.base)
            .parse()
            .map_err(|error: http::uri::InvalidUri| unsendable(error.to_string()))?;
        let (content_type, bytes) = request.body.encode();
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(uri)
            .header(
                "user-agent",
                concat!("proofhouse/", env!("CARGO_PKG_VERSION")),
            );
        let names = |wanted: &str| {
            let mut names = request.headers.iter().map(|(name, _)| name);
            names.any(|name| name.eq_ignore_ascii_case(wanted))
        };
        if !names("accept") {
            builder = builder.header("accept", "application/json");
        }
        if let Some(content_type) = content_type.filter(|_| !names("content-type")) {
            builder = builder.header("content-type", content_type);
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(authorization) = self.forwarding(request).and_then(Proxy::authorization) {
            builder = builder.header("proxy-authorization", authorization);
        }
        builder
            .body(Full::new(bytes))
            .map_err(|error| unsendable(error.to_string()))
    }

    /// Returns the proxy that is asked for a request's answer itself, and not for a tunnel.
    fn forwarding(&self, request: &Request) -> Option<&Proxy> {
        let address: Uri = request.address(&self.base).parse().ok()?;
        if address.scheme_str() != Some("http") {
            return None;
        }
        self.proxies
            .route(&address)
            .filter(|proxy| !proxy.is_socks())
    }

    async fn exchange(
        &self,
        request: &Request,
        outgoing: http::Request<Full<Bytes>>,
    ) -> Result<Answer, Broken> {
        let response = self
            .hyper
            .request(outgoing)
            .await
            .map_err(|error| self.broken(request, &error))?;
        let (head, body) = response.into_parts();
        if head.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
            && let Some(proxy) = self.forwarding(request)
        {
            let (proxy, reason) = (proxy.to_string(), connect::CREDENTIALS.to_owned());
            return Err(Broken::Proxy { proxy, reason });
        }
        let body = read(request, body, self.limits.body).await?;
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        })
    }

    fn broken(&self, request: &Request, error: &Error) -> Broken {
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(through) = cause.downcast_ref::<ThroughError>() {
                return Broken::Proxy {
                    proxy: through.proxy.clone(),
                    reason: through.reason.clone(),
                };
            }
            source = cause.source();
        }
        // The last cause is the one that helps: `Connection refused`, `invalid peer certificate: UnknownIssuer`.
        let reason = connect::last(error);
        if error.is_connect() {
            Broken::Connect {
                address: address(&request.address(&self.base)),
                reason,
            }
        } else {
            Broken::Protocol {
                request: named(request),
                reason,
            }
        }
    }
}

/// Reads a body to its end, and stops at the limit of size.
async fn read(request: &Request, mut body: Incoming, limit: usize) -> Result<Bytes, Broken> {
    let too_large = || Broken::TooLarge {
        request: named(request),
        limit,
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Broken::Protocol {
            request: named(request),
            reason: error.to_string(),
        })?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

/// Returns method and path, in backquotes.
pub(crate) fn named(request: &Request) -> String {
    format!("`{} {}`", request.method, request.path)
}

/// Returns host and port of an address, for messages.
fn address(base: &str) -> String {
    base.split_once("://")
        .map_or(base, |(_, rest)| rest)
        .split('/')
        .next()
        .unwrap_or(base)
        .to_owned()
}
