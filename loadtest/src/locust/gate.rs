//! The gate between a worker and its master: it knows how long a message is before anybody makes room for it.
//!
//! A ZeroMQ socket believes the length that stands before a frame, and makes room for all of it. So it is connected to this gate,
//! which passes on what comes and reads the lengths alone (ZMTP 3, RFC 23 of ZeroMQ). It also notices when a master is gone, which
//! a ZeroMQ socket keeps to itself.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

/// The largest message that a master may send, all its frames together, in bytes. One that begins a load has a few thousand.
const LARGEST: u64 = 256 * 1024;

/// What every frame counts for beyond its own bytes: frames without any are not free.
const FRAME: u64 = 9;

/// How many bytes a greeting has.
const GREETING: u64 = 64;

/// Why the gate is shut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Shut {
    /// The master closed the connection, or it broke.
    #[error("the master is gone")]
    Gone,
    /// The master sends more than it may.
    #[error("the master sends a message of more than {LARGEST} bytes")]
    TooLarge,
}

/// A gate that is open as long as it is held.
#[derive(Debug)]
pub(super) struct Gate {
    /// Where the worker's socket connects to.
    pub(super) address: SocketAddr,
    /// Says why the gate was shut.
    pub(super) shut: oneshot::Receiver<Shut>,
    task: JoinHandle<()>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Gate {
    /// Opens a gate before a connection to a master.
    pub(super) async fn open(master: TcpStream) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (sender, shut) = oneshot::channel();
        let task = tokio::spawn(async move {
            let why = match listener.accept().await {
                Ok((worker, _)) => {
                    // The first one is the worker's; nobody else comes in.
                    drop(listener);
                    pass(worker, master).await
                }
                Err(_) => Shut::Gone,
            };
            let _ = sender.send(why);
        });
        Ok(Self {
            address,
            shut,
            task,
        })
    }
}

/// Passes on what both sides send until one of them ends it.
async fn pass(mut worker: TcpStream, mut master: TcpStream) -> Shut {
    // Small messages that are waited for: nothing is gained by collecting them.
    let _ = worker.set_nodelay(true);
    let _ = master.set_nodelay(true);
    let (mut from_worker, mut to_worker) = worker.split();
    let (mut from_master, mut to_master) = master.split();
    let up = async {
        let _ = tokio::io::copy(&mut from_worker, &mut to_master).await;
        Shut::Gone
    };
    let down = async {
        let mut gauge = Gauge::default();
        let mut room = vec![0; 16 * 1024];
        loop {
            let read = match from_master.read(&mut room).await {
                Ok(0) | Err(_) => return Shut::Gone,
                Ok(read) => read,
            };
            if gauge.take(&room[..read]).is_err() {
                return Shut::TooLarge;
            }
            if to_worker.write_all(&room[..read]).await.is_err() {
                return Shut::Gone;
            }
        }
    };
    tokio::select! {
        why = up => why,
        why = down => why,
    }
}

/// Says that a message is too large.
#[derive(Debug, PartialEq, Eq)]
struct TooLarge;

/// Follows the frames of one direction without keeping them.
#[derive(Debug)]
struct Gauge {
    next: Next,
    /// What the message has had until now.
    message: u64,
    has_more: bool,
}

/// What comes next.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// The first byte of a frame.
    Flags,
    /// So many bytes of a length, after what was read of it.
    Length { left: u8, read: u64 },
    /// So many bytes that say nothing of lengths.
    Body(u64),
}

impl Default for Gauge {
    fn default() -> Self {
        Self {
            next: Next::Body(GREETING),
            message: 0,
            has_more: false,
        }
    }
}

impl Gauge {
    /// Reads on.
    fn take(&mut self, mut bytes: &[u8]) -> Result<(), TooLarge> {
        while let Some((first, rest)) = bytes.split_first() {
            match self.next {
                Next::Flags => {
                    self.has_more = first & 1 != 0;
                    let left = if first & 2 != 0 { 8 } else { 1 };
                    self.next = Next::Length { left, read: 0 };
                    bytes = rest;
                }
                Next::Length { left, read } => {
                    let read = (read << 8) | u64::from(*first);
                    bytes = rest;
                    if left > 1 {
                        let left = left - 1;
                        self.next = Next::Length { left, read };
                        continue;
                    }
                    self.message = self.message.saturating_add(read).saturating_add(FRAME);
                    if self.message > LARGEST {
                        return Err(TooLarge);
                    }
                    self.enter(read);
                }
                Next::Body(left) => {
                    let here = left.min(bytes.len() as u64);
                    bytes = &bytes[usize::try_from(here).unwrap_or(bytes.len())..];
                    self.enter(left - here);
                }
            }
        }
        Ok(())
    }

    /// Goes on to what follows so many bytes.
    fn enter(&mut self, left: u64) {
        self.next = if left > 0 {
            Next::Body(left)
        } else {
            Next::Flags
        };
        if left == 0 && !self.has_more {
            self.message = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(flags: u8, length: u64) -> Vec<u8> {
        let mut bytes = vec![flags];
        if flags & 2 == 0 {
            bytes.push(u8::try_from(length).expect("short frames are short"));
        } else {
            bytes.extend(length.to_be_bytes());
        }
        bytes
    }

    fn whole(flags: u8, length: usize) -> Vec<u8> {
        let mut bytes = frame(flags, length as u64);
        bytes.resize(bytes.len() + length, 0xff);
        bytes
    }

    /// Both in one piece and byte by byte.
    fn both(bytes: &[u8]) -> Result<(), TooLarge> {
        let mut whole = Gauge::default();
        let mut pieces = Gauge::default();
        let result = whole.take(bytes);
        let one_by_one = bytes.chunks(1).try_for_each(|byte| pieces.take(byte));
        assert_eq!(result, one_by_one);
        result
    }

    #[test]
    fn messages_pass_however_many_there_are() {
        let mut bytes = vec![0xff; 64];
        for _ in 0..100 {
            bytes.extend(whole(4, 40));
            bytes.extend(whole(0, 0));
            bytes.extend(whole(1, 200));
            bytes.extend(whole(2, 10_000));
        }
        assert_eq!(both(&bytes), Ok(()));
    }

    #[test]
    fn a_length_is_refused_before_what_it_speaks_of() {
        let greeting = [0xff; 64];
        let after = |frames: &[Vec<u8>]| both(&[&greeting[..], &frames.concat()].concat());
        assert_eq!(after(&[frame(2, LARGEST - FRAME)]), Ok(()));
        assert_eq!(after(&[frame(2, LARGEST)]), Err(TooLarge));
        assert_eq!(after(&[frame(2, u64::MAX)]), Err(TooLarge));
        // Commands are frames as well.
        assert_eq!(after(&[frame(6, u64::MAX)]), Err(TooLarge));
    }

    #[test]
    fn many_small_frames_of_one_message_are_a_large_message() {
        let empty = frame(1, 0).repeat(usize::try_from(LARGEST / FRAME + 1).expect("it fits"));
        assert_eq!(both(&[vec![0xff; 64], empty].concat()), Err(TooLarge));
        let large = whole(3, 200_000);
        let end = whole(0, 1);
        let twice = [large.clone(), end.clone(), large.clone(), end].concat();
        assert_eq!(both(&[vec![0xff; 64], twice].concat()), Ok(()));
        assert_eq!(
            both(&[vec![0xff; 64], large.repeat(2)].concat()),
            Err(TooLarge)
        );
    }
}
