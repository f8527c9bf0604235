//! The generator: requests as bytes over connections that stay open, with as little work of its own as it takes.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Where requests go, and which: each connection sends them in turn.
#[derive(Debug, Clone)]
pub struct Target {
    /// The server.
    pub address: SocketAddr,
    /// The requests, whole.
    pub requests: Vec<Bytes>,
}

/// What was seen of a server under load.
#[derive(Debug)]
pub struct Seen {
    took: Duration,
    /// Microseconds from a request to the end of its answer, sorted.
    latencies: Vec<u32>,
}

impl Seen {
    fn of(took: Duration, mut latencies: Vec<u32>) -> Self {
        latencies.sort_unstable();
        Self { took, latencies }
    }

    /// Returns how many answers there were.
    pub fn answers(&self) -> usize {
        self.latencies.len()
    }

    /// Returns the answers a second.
    #[expect(clippy::cast_precision_loss, reason = "nobody gets that many answers")]
    pub fn rate(&self) -> f64 {
        self.answers() as f64 / self.took.as_secs_f64()
    }

    /// Returns the microseconds within which that many thousandths of the answers came; 0 without any.
    pub fn latency(&self, thousandths: usize) -> f64 {
        let last = self.answers().saturating_sub(1);
        let place = (self.answers() * thousandths / 1000).min(last);
        self.latencies
            .get(place)
            .map_or(0.0, |latency| f64::from(*latency))
    }
}

/// Sends requests for a while, the next one on each connection as soon as the answer is there.
///
/// # Errors
///
/// Fails at the first answer that is not 200, and when a connection breaks.
pub async fn closed(target: &Target, connections: usize, time: Duration) -> io::Result<Seen> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(target.address).await?);
    }
    let start = Instant::now();
    let end = start + time;
    let mut working = JoinSet::new();
    for (number, mut connection) in open.into_iter().enumerate() {
        let requests = target.requests.clone();
        working.spawn(async move {
            let mut latencies = Vec::with_capacity(1 << 16);
            let mut before = Instant::now();
            // Each begins at another request, so that they do not walk in step.
            let offset = number * requests.len() / connections;
            for request in requests.iter().cycle().skip(offset) {
                connection.exchange(request).await?;
                let now = Instant::now();
                latencies.push(micros(now - before));
                if now >= end {
                    break;
                }
                before = now;
            }
            io::Result::Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = working.join_next().await {
        latencies.append(&mut done.map_err(io::Error::other)??);
    }
    Ok(Seen::of(start.elapsed(), latencies))
}

/// Sends a request so long after the one before, or, if that was not answered by then, as soon as it is; that one is measured from the
/// moment when it was due: a server that stands still is seen to do so.
///
/// # Errors
///
/// Fails as [`closed`] does.
pub async fn paced(target: &Target, every: Duration, time: Duration) -> io::Result<Seen> {
    let mut connection = Connection::open(target.address).await?;
    let start = Instant::now();
    let mut latencies = Vec::new();
    let mut from = start;
    for request in target.requests.iter().cycle() {
        let due = from + every;
        if due > start + time {
            break;
        }
        from = if Instant::now() > due {
            due
        } else {
            tokio::time::sleep_until(due.into()).await;
            // That the timer rings late is not the server's doing, for this request or for the next.
            Instant::now()
        };
        connection.exchange(request).await?;
        latencies.push(micros(from.elapsed()));
    }
    Ok(Seen::of(start.elapsed(), latencies))
}

/// Sends one request and returns the body of its answer.
///
/// # Errors
///
/// Fails as [`closed`] does.
pub async fn once(address: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut connection = Connection::open(address).await?;
    let (head, length) = connection.exchange(request).await?;
    let body = connection.buffer.get(head..head + length);
    body.map(<[u8]>::to_vec)
        .ok_or_else(|| io::Error::other("the answer is too long to be kept"))
}

/// A connection that stays open.
#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// No head of ours is longer.
    const ROOM: usize = 64 * 1024;

    async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; Self::ROOM],
        })
    }

    /// Sends a request and reads its answer. Returns the lengths of its head and its body; what is longer than the buffer is read
    /// and forgotten.
    async fn exchange(&mut self, request: &[u8]) -> io::Result<(usize, usize)> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let (head, length) = loop {
            filled += self.some(filled).await?;
            if let Some(found) = head(&self.buffer[..filled])? {
                break found;
            }
        };
        let mut missing = (head + length).saturating_sub(filled);
        while missing > 0 {
            let at = if head + length <= Self::ROOM {
                filled
            } else {
                head
            };
            let read = self.some(at).await?;
            filled += read;
            missing = missing.saturating_sub(read);
        }
        Ok((head, length))
    }

    async fn some(&mut self, at: usize) -> io::Result<usize> {
        match self.stream.read(&mut self.buffer[at..]).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

/// Returns the lengths of a head and of the body that it announces, if the head is all there.
pub(crate) fn head(bytes: &[u8]) -> io::Result<Option<(usize, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut fields);
    let parsed = response.parse(bytes).map_err(io::Error::other)?;
    let httparse::Status::Complete(head) = parsed else {
        return Ok(None);
    };
    if response.code != Some(200) {
        let text = String::from_utf8_lossy(bytes);
        return Err(io::Error::other(format!("not 200 but: {text}")));
    }
    let length = response
        .headers
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case("content-length"))
        .and_then(|field| std::str::from_utf8(field.value).ok()?.parse().ok())
        .ok_or_else(|| io::Error::other("the answer announces no length"))?;
    Ok(Some((head, length)))
}

fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}
