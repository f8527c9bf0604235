//! Where connections come from.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::tls::Tls;

/// A bound listener, with or without TLS.
pub struct Listener {
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    /// Speaks HTTPS on a bound listener.
    pub fn tls(tcp: TcpListener, tls: Tls) -> Self {
        Self {
            tcp,
            tls: Some(tls.acceptor()),
        }
    }

    /// Returns the address that it is bound to.
    ///
    /// # Errors
    ///
    /// Passes on what the operating system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Waits for the next connection. One that fails while it is accepted is its client's loss; when the machine has no
    /// more sockets to give, this waits for some to be returned.
    pub(super) async fn accept(&self) -> TcpStream {
        const PAUSE: Duration = Duration::from_millis(100);
        loop {
            match self.tcp.accept().await {
                Ok((stream, _)) => {
                    // An answer is one small write; waiting for more of it would only delay it.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "cannot turn off delays on a connection");
                    }
                    return stream;
                }
                Err(error) if is_of_the_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    pub(super) fn acceptor(&self) -> Option<TlsAcceptor> {
        self.tls.clone()
    }
}

impl From<TcpListener> for Listener {
    fn from(tcp: TcpListener) -> Self {
        Self { tcp, tls: None }
    }
}

fn is_of_the_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
