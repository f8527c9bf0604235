//! Long lists, and those who have to wait meanwhile.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use bytes::Bytes;

use super::Plan;
use super::median::median;
use super::signing::PACE;
use crate::crowd::{self, OPAQUE};
use crate::load::{Target, head, once, paced};
use crate::served::{Cores, Served};

/// What was found out about lists.
#[derive(Debug)]
pub struct Lists {
    /// Milliseconds that one list takes.
    pub takes: f64,
    /// Microseconds within which 99 of 100 opaque tokens came while nobody read lists.
    pub idle: f64,
    /// The same while somebody read one after the other.
    pub busy: f64,
}

/// Reads lists, and issues tokens with and without that going on.
///
/// # Errors
///
/// Fails when a server does.
pub async fn measure(cores: &Cores, plan: &Plan) -> io::Result<Lists> {
    let served = Served::child(cores, &["ours", "1", &plan.items.to_string()])?;
    let customer = crowd::customer(0);
    let opaque = Target {
        address: served.address()?,
        requests: vec![crowd::token_request(&customer, OPAQUE)],
    };
    let answer = once(opaque.address, &opaque.requests[0]).await?;
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    let token = answer["access_token"].as_str().unwrap_or_default();
    let path = format!("/{customer}/config/clients");
    let list = crowd::get(&path, Some(&format!("Bearer {token}")));
    let (mut takes, mut idle, mut busy) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let alone = paced(&opaque, PACE, plan.turn).await?;
        idle.push(alone.latency(990));
        let reader = Reader::start(opaque.address, list.clone());
        busy.push(paced(&opaque, PACE, plan.turn).await?.latency(990));
        takes.push(reader.stop()?);
    }
    Ok(Lists {
        takes: median(takes),
        idle: median(idle),
        busy: median(busy),
    })
}

/// Reads one list after the other, on a thread of its own, so that the one who measures others need not wait for it.
struct Reader {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<io::Result<f64>>,
}

impl Reader {
    fn start(address: SocketAddr, request: Bytes) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let wanted = Arc::clone(&is_over);
        let thread = thread::spawn(move || read(address, &request, &wanted));
        Self { is_over, thread }
    }

    /// Returns the milliseconds that a list took.
    fn stop(self) -> io::Result<f64> {
        self.is_over.store(true, Ordering::Relaxed);
        let read = self.thread.join();
        read.map_err(|_| io::Error::other("the reader of lists panicked"))?
    }
}

fn read(address: SocketAddr, request: &[u8], is_over: &AtomicBool) -> io::Result<f64> {
    let mut stream = TcpStream::connect(address)?;
    let mut buffer = vec![0; 1 << 20];
    let (start, mut lists) = (Instant::now(), 0.0);
    // A list more than nothing, even if it takes longer than the turn.
    while lists < 1.0 || !is_over.load(Ordering::Relaxed) {
        stream.write_all(request)?;
        let mut missing = None;
        while missing != Some(0) {
            let some = stream.read(&mut buffer)?;
            let before = match missing {
                _ if some == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                Some(missing) => missing,
                None => whole(&buffer[..some])?,
            };
            missing = Some(before.saturating_sub(some));
            // The one who measures shares this processor, and is not to wait for a list.
            thread::yield_now();
        }
        lists += 1.0;
    }
    Ok(start.elapsed().as_secs_f64() * 1e3 / lists)
}

/// Returns the length of an answer whose head came in one piece.
fn whole(beginning: &[u8]) -> io::Result<usize> {
    let (head, body) = head(beginning)?.ok_or_else(|| io::Error::other("half a head"))?;
    Ok(head + body)
}
