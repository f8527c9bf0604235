//! Requests and answers over a stream, one after the other: HTTP/1.1 (RFC 9112).
//!
//! A general client hands every request to the task of its connection, and every answer back in parts. Here whoever sends also
//! writes and reads, and an answer is taken whole: that takes half the time, which a generator of load has for more load. What is
//! read is read by `httparse`; what an answer may not be, it is not here either, and everything is bounded.

mod head;
#[cfg(test)]
mod tests;

use std::{
    pin::Pin,
    task::{Context, Waker},
};

use bytes::{Buf as _, Bytes, BytesMut};
use http::{HeaderValue, Method, uri::PathAndQuery};
use httparse::Status;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};

use super::{Answer, Request, Unanswered};
use head::{Framing, Head};

/// How many bytes are read at a time at least.
const PIECE: usize = 8 * 1024;

/// The longest line with the size of a chunk, and the longest head, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// Bodies up to this size are sent in one piece with the head.
const TOGETHER: usize = 16 * 1024;

/// Something to read from and to write to.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Sync {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + Sync> Stream for S {}

/// A stream, and what was read of it too early.
pub(super) struct Exchange {
    stream: Box<dyn Stream>,
    written: Vec<u8>,
    read: BytesMut,
    /// Whether the other side takes a further request.
    stays: bool,
}

impl Exchange {
    /// Begins on a new stream.
    pub(super) fn new(stream: impl Stream + 'static) -> Self {
        Self {
            stream: Box::new(stream),
            written: Vec::new(),
            read: BytesMut::new(),
            stays: true,
        }
    }

    /// Returns it if a further request can be sent: the other side has neither announced that it closes the connection, nor closed
    /// it, nor said anything that was not asked for.
    pub(super) fn if_open(mut self) -> Option<Self> {
        if !self.stays || !self.read.is_empty() {
            return None;
        }
        let mut byte = [0];
        let mut buffer = ReadBuf::new(&mut byte);
        // Nobody has to be woken: it is looked at now.
        let context = &mut Context::from_waker(Waker::noop());
        let looked = Pin::new(&mut *self.stream).poll_read(context, &mut buffer);
        looked.is_pending().then_some(self)
    }

    /// Sends a request and reads the answer, whose body has no more bytes than `largest`. After an error the stream is of no use.
    pub(super) async fn send(
        &mut self,
        request: &Request,
        path: &PathAndQuery,
        authority: &HeaderValue,
        largest: usize,
    ) -> Result<Answer, Unanswered> {
        self.stays = false;
        self.write(request, path, authority).await?;
        let head = loop {
            let head = self.head().await?;
            // Others may come before the one that counts (RFC 9110, section 15.2).
            if head.status >= 200 {
                break head;
            }
        };
        let framing = match request.method {
            Method::HEAD => Framing::Sized(0),
            _ => head.framing,
        };
        let body = match framing {
            Framing::Sized(size) => self.sized(size, largest).await?,
            Framing::Chunked => self.chunked(largest).await?,
            Framing::ToTheEnd => self.until_closed(largest).await?,
        };
        self.stays = head.stays;
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
        })
    }

    async fn write(
        &mut self,
        request: &Request,
        path: &PathAndQuery,
        authority: &HeaderValue,
    ) -> Result<(), Unanswered> {
        let written = &mut self.written;
        written.clear();
        head::write(written, request, path, authority);
        let together = request.body.len() <= TOGETHER;
        if together {
            written.extend_from_slice(&request.body);
        }
        let stream = &mut self.stream;
        let sent = async {
            stream.write_all(written).await?;
            if !together {
                stream.write_all(&request.body).await?;
            }
            stream.flush().await
        };
        sent.await.map_err(|_| Unanswered::Lost)
    }

    async fn head(&mut self) -> Result<Head, Unanswered> {
        loop {
            if !self.read.is_empty() {
                if let Some(head) = Head::take(&mut self.read)? {
                    return Ok(head);
                }
                if self.read.len() > LARGEST_HEAD {
                    return Err(Unanswered::TooLarge);
                }
            }
            self.more().await?;
        }
    }

    async fn sized(&mut self, size: u64, largest: usize) -> Result<Bytes, Unanswered> {
        let size = usize::try_from(size).map_err(|_| Unanswered::TooLarge)?;
        if size > largest {
            return Err(Unanswered::TooLarge);
        }
        self.at_least(size).await?;
        Ok(self.read.split_to(size).freeze())
    }

    /// RFC 9112, section 7.1.
    async fn chunked(&mut self, largest: usize) -> Result<Bytes, Unanswered> {
        let mut whole = BytesMut::new();
        loop {
            let size = self.size_of_chunk().await?;
            if size == 0 {
                self.trailers().await?;
                return Ok(whole.freeze());
            }
            let size = usize::try_from(size).map_err(|_| Unanswered::TooLarge)?;
            if size > largest - whole.len() {
                return Err(Unanswered::TooLarge);
            }
            self.at_least(size + 2).await?;
            whole.extend_from_slice(&self.read[..size]);
            if &self.read[size..size + 2] != b"\r\n" {
                return Err(Unanswered::Lost);
            }
            self.read.advance(size + 2);
        }
    }

    async fn size_of_chunk(&mut self) -> Result<u64, Unanswered> {
        loop {
            match httparse::parse_chunk_size(&self.read) {
                Ok(Status::Complete((length, size))) => {
                    self.read.advance(length);
                    return Ok(size);
                }
                Ok(Status::Partial) if self.read.len() <= LARGEST_HEAD => self.more().await?,
                Ok(Status::Partial) => return Err(Unanswered::TooLarge),
                Err(_) => return Err(Unanswered::Lost),
            }
        }
    }

    /// Reads what follows the last chunk and throws it away.
    async fn trailers(&mut self) -> Result<(), Unanswered> {
        while !head::skip_fields(&mut self.read)? {
            if self.read.len() > LARGEST_HEAD {
                return Err(Unanswered::TooLarge);
            }
            self.more().await?;
        }
        Ok(())
    }

    async fn until_closed(&mut self, largest: usize) -> Result<Bytes, Unanswered> {
        loop {
            if self.read.len() > largest {
                return Err(Unanswered::TooLarge);
            }
            if self.piece().await? == 0 {
                return Ok(self.read.split().freeze());
            }
        }
    }

    async fn at_least(&mut self, length: usize) -> Result<(), Unanswered> {
        while self.read.len() < length {
            self.more().await?;
        }
        Ok(())
    }

    /// Reads more, which there must be.
    async fn more(&mut self) -> Result<(), Unanswered> {
        match self.piece().await? {
            0 => Err(Unanswered::Lost),
            _ => Ok(()),
        }
    }

    async fn piece(&mut self) -> Result<usize, Unanswered> {
        self.read.reserve(PIECE);
        let read = self.stream.read_buf(&mut self.read).await;
        read.map_err(|_| Unanswered::Lost)
    }
}
