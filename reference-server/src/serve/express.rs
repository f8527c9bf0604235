//! The express lane: where every connection begins, and stays for as long as it brings nothing but plain requests for
//! tokens by client credentials, one at a time.
//!
//! Such a token takes a microsecond to issue, and a whole HTTP server several around it. So those requests are answered
//! here, in the very bytes that hyper would send. Whatever else comes is left to hyper, along with the rest of the
//! connection: nothing that hyper does is done here, and whoever is refused is refused there.

mod date;
mod request;
#[cfg(test)]
mod tests;

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::LazyLock;
use std::task::Poll;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::Instant;

use super::connection::Terms;
use super::seats::Seat;
use crate::login::token::{self, TokenAnswer};
use date::Date;
use request::PlainRequest;

/// What a connection brought that is not for the lane.
pub(super) struct Rest {
    /// What was read of it; nothing, if the client has no more to say.
    pub(super) bytes: Vec<u8>,
    /// Since when the server has been waiting for it.
    pub(super) since: Instant,
}

/// Answers plain requests for tokens, and returns what comes after them; `None` says that the connection is over.
pub(super) async fn travel<S>(stream: &mut S, seat: &Seat, terms: &Terms) -> Option<Rest>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut lane = Lane::new();
    let mut since = Instant::now();
    let mut told_to_leave = pin!(seat.told_to_leave());
    let mut stopped = terms.stopped.clone();
    let mut stopped = pin!(stopped.changed());
    // One timer for all requests: it is set anew only when it goes off, and there have been some meanwhile.
    let mut timer = pin!(tokio::time::sleep_until(since + terms.limits.head));
    loop {
        let read = poll_fn(|context| {
            let mut buffer = ReadBuf::new(&mut lane.input);
            if let Poll::Ready(read) = Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                return Poll::Ready(Some(read.map(|()| buffer.filled().len())));
            }
            if told_to_leave.as_mut().poll(context).is_ready()
                || stopped.as_mut().poll(context).is_ready()
            {
                return Poll::Ready(None);
            }
            let due = since + terms.limits.head;
            while timer.as_mut().poll(context).is_ready() {
                if Instant::now() >= due {
                    return Poll::Ready(None);
                }
                timer.as_mut().reset(due);
            }
            Poll::Pending
        });
        let length = match read.await {
            Some(Ok(length)) => length,
            Some(Err(error)) => {
                note(&error);
                return None;
            }
            // Whoever has asked for nothing is owed no farewell.
            None if !seat.has_asked() => return None,
            None => {
                if let Err(error) = stream.shutdown().await {
                    note(&error);
                }
                return None;
            }
        };
        if !lane.answer(length, terms) {
            let bytes = lane.input[..length].to_vec();
            return Some(Rest { bytes, since });
        }
        seat.answered();
        if let Err(error) = send(stream, &lane.output).await {
            note(&error);
            return None;
        }
        since = Instant::now();
    }
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, answer: &[u8]) -> io::Result<()> {
    stream.write_all(answer).await?;
    stream.flush().await
}

fn note(error: &io::Error) {
    tracing::debug!(%error, "a connection ended early");
}

/// What is used again by every request of a connection.
struct Lane {
    input: Box<[u8]>,
    body: Vec<u8>,
    output: Vec<u8>,
    date: Date,
}

impl Lane {
    /// Bytes of the largest request that is answered here.
    const INPUT: usize = 4096;

    fn new() -> Self {
        Self {
            input: vec![0; Self::INPUT].into_boxed_slice(),
            body: Vec::new(),
            output: Vec::new(),
            date: Date::default(),
        }
    }

    /// Answers what was read, if it is for the lane, and returns whether it is. If it is not, nothing has happened.
    fn answer(&mut self, length: usize, terms: &Terms) -> bool {
        let Some(answer) = issue(&self.input[..length], terms) else {
            return false;
        };
        self.body.clear();
        answer.write(&mut self.body);
        self.output.clear();
        self.output.extend_from_slice(&HEAD);
        self.output
            .extend_from_slice(self.body.len().to_string().as_bytes());
        self.output.extend_from_slice(b"\r\ndate: ");
        self.output.extend_from_slice(self.date.now().as_bytes());
        self.output.extend_from_slice(b"\r\n\r\n");
        self.output.extend_from_slice(&self.body);
        true
    }
}

/// Issues the token that a request is for, if it is a plain one, and nobody wants to see or to change it on its way.
fn issue(bytes: &[u8], terms: &Terms) -> Option<TokenAnswer> {
    let is_seen = terms
        .seen_by
        .as_ref()
        .is_some_and(|app| app.journal().is_some());
    let app = terms.door.issuer().filter(|_| !is_seen)?;
    let request = PlainRequest::read(bytes, &terms.limits)?;
    token::issue_at_once(app, request.path, request.authorization, request.body)
}

/// The head of an answer, up to the length of its body.
static HEAD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
    for (name, value) in TokenAnswer::fields() {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"content-length: ");
    head
});
