//! A request body that says when the server waits for it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::seats::Wait;

/// The body of a request in hand. While it does not come, its connection counts as one that the server waits for.
pub(super) struct Awaited {
    body: Incoming,
    wait: Wait,
}

impl Awaited {
    pub(super) fn new(body: Incoming, wait: Wait) -> Self {
        Self { body, wait }
    }
}

impl Body for Awaited {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match polled {
            Poll::Pending => self.wait.begin(),
            Poll::Ready(_) => self.wait.end(),
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
