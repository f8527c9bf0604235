//! The connection of a worker to its master: a DEALER by which messages go both ways.

use std::{fmt, io, str::FromStr, time::Duration};

use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};
use zeromq::{
    DealerSocket, Socket as _, SocketOptions, SocketRecv as _, SocketSend as _, ZmqMessage,
    util::PeerIdentity,
};

use super::{
    gate::{Gate, Shut},
    message::Message,
};

/// The port of a master, where nothing else is said.
pub const PORT: u16 = 5557;

/// How long is waited between two attempts to connect.
const AGAIN: Duration = Duration::from_millis(250);

/// How long a message may take to be on its way.
const SENDING: Duration = Duration::from_secs(10);

/// How long the gate may take to say why it was shut.
const MOMENT: Duration = Duration::from_millis(200);

/// How long the words of two sockets that meet may take.
const GREETING: Duration = Duration::from_secs(10);

/// Where a master is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Master {
    host: String,
    port: u16,
}

impl Master {
    /// Returns the host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for Master {
    type Err = &'static str;

    /// Reads `HOST`, `HOST:PORT` or `[IPv6]:PORT`.
    ///
    /// ```
    /// let master: loadtest::locust::link::Master = "10.0.0.7".parse().expect("it is a host");
    /// assert_eq!(master.to_string(), "10.0.0.7:5557");
    /// ```
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "it is not a host with or without a port, as in `10.0.0.7:5557`";

        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or(WRONG)?,
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        let port = match port.strip_prefix(':') {
            Some(port) => port.parse().map_err(|_| WRONG)?,
            None if port.is_empty() => PORT,
            None => return Err(WRONG),
        };
        let is_fit = |letter: char| letter.is_ascii_alphanumeric() || "-._:%".contains(letter);
        if host.is_empty() || host.len() > 255 || port == 0 || !host.chars().all(is_fit) {
            return Err(WRONG);
        }
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for Master {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') {
            write!(formatter, "[{host}]:{port}")
        } else {
            write!(formatter, "{host}:{port}")
        }
    }
}

/// Says why there is no connection, or none any more.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nobody listens, or the host is not known.
    #[error("no master at {master}: {error}")]
    Unreachable {
        /// Where the master should be.
        master: Master,
        /// What the last attempt came to.
        error: io::Error,
    },
    /// Whoever listens does not speak ZeroMQ.
    #[error("{master} does not answer as a master of Locust: {what}")]
    Foreign {
        /// Where the master should be.
        master: Master,
        /// What is wrong with it.
        what: String,
    },
    /// The connection ended.
    #[error(transparent)]
    Shut(#[from] Shut),
    /// What was sent is not taken.
    #[error("the master takes nothing any more")]
    Stuck,
}

/// A connection.
pub(super) struct Link {
    socket: DealerSocket,
    gate: Gate,
}

impl Link {
    /// Connects to a master, and tries again until somebody listens or the time is over.
    pub(super) async fn connect(
        master: &Master,
        node: &str,
        patience: Duration,
    ) -> Result<Self, LinkError> {
        let last = Instant::now() + patience;
        let stream = loop {
            let connecting = TcpStream::connect((master.host.as_str(), master.port));
            let error = match timeout(patience, connecting).await {
                Ok(Ok(stream)) => break stream,
                Ok(Err(error)) => error,
                Err(_) => io::ErrorKind::TimedOut.into(),
            };
            if Instant::now() + AGAIN > last {
                let master = master.clone();
                return Err(LinkError::Unreachable { master, error });
            }
            sleep_until(Instant::now() + AGAIN).await;
        };
        let foreign = |what: String| LinkError::Foreign {
            master: master.clone(),
            what,
        };
        let gate = Gate::open(stream)
            .await
            .map_err(|error| foreign(error.to_string()))?;
        let mut options = SocketOptions::default();
        let identity = PeerIdentity::from_str(node).map_err(|error| foreign(error.to_string()))?;
        options.peer_identity(identity).connect_timeout(GREETING);
        let mut socket = DealerSocket::with_options(options);
        let connected = socket.connect(&format!("tcp://{}", gate.address)).await;
        let mut link = Self { socket, gate };
        let Err(error) = connected else {
            return Ok(link);
        };
        // Why the gate was shut says more than what the socket made of it.
        match link.why().await {
            Shut::TooLarge => Err(Shut::TooLarge.into()),
            Shut::Gone => Err(foreign(error.to_string())),
        }
    }

    /// Sends a message.
    pub(super) async fn send(&mut self, message: &Message) -> Result<(), LinkError> {
        let whole = ZmqMessage::from(message.bytes());
        match timeout(SENDING, self.socket.send(whole)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.why().await.into()),
            Err(_) => Err(LinkError::Stuck),
        }
    }

    /// Waits for a message. What is none is passed over: a master is told nothing that it could not know.
    pub(super) async fn receive(&mut self) -> Result<Message, LinkError> {
        loop {
            let received = tokio::select! {
                biased;
                received = self.socket.recv() => received,
                shut = &mut self.gate.shut => return Err(shut.unwrap_or(Shut::Gone).into()),
            };
            let Ok(whole) = received else {
                return Err(self.why().await.into());
            };
            // A DEALER hears what stands behind its own name alone.
            let last = whole.iter().next_back();
            if let Some(Ok(message)) = last.map(|bytes| Message::read(bytes)) {
                return Ok(message);
            }
        }
    }

    /// Waits until the master has closed the connection, or the time is over: what was sent last is on its way until then.
    pub(super) async fn linger(mut self, patience: Duration) {
        let _ = timeout(patience, async { while self.receive().await.is_ok() {} }).await;
    }

    /// Says why the gate was shut; the socket may notice a moment before the gate has said it.
    async fn why(&mut self) -> Shut {
        let shut = timeout(MOMENT, &mut self.gate.shut).await;
        shut.ok().and_then(Result::ok).unwrap_or(Shut::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_is_a_host_with_or_without_a_port() {
        for (text, shown) in [
            ("master", "master:5557"),
            ("master:6000", "master:6000"),
            ("10.0.0.7:1", "10.0.0.7:1"),
            ("[::1]:5558", "[::1]:5558"),
            ("[::1]", "[::1]:5557"),
        ] {
            let master: Master = text.parse().expect("it is a master");
            assert_eq!(master.to_string(), shown);
        }
        for wrong in [
            "",
            ":5557",
            "host:",
            "host:0",
            "host:70000",
            "a b",
            "[::1",
            "[::1]5",
            "tcp://x",
        ] {
            assert!(wrong.parse::<Master>().is_err(), "{wrong}");
        }
    }
}
