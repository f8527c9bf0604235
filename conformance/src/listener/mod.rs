//! The judge's own listener: where the target's notifications arrive, as long as a run goes on.
//!
//! Each subscription gets a path of its own that nobody can guess. What arrives there is kept, within bounds, and answered as the
//! check wants it: properly, late, never, or with what is no HTTP at all.
//!
//! | module | what it holds |
//! |---|---|
//! | `place` | where it listens, and how the target gets there |
//! | `boxes` | what arrived, by path, and what is answered |
//! | `reply` | the answers |
//! | `server` | connections, and what is read from them |
//! | [`hook`] | one path in the hands of a check |

pub(crate) mod boxes;
pub(crate) mod hook;
mod place;
mod reply;
mod server;

pub use boxes::Delivery;
pub use hook::Hook;
pub use place::Place;
pub use reply::Reply;

use std::{io, sync::Arc};

use tokio::{net::TcpListener, task::AbortHandle};

use boxes::Boxes;

/// A listener that is up until it is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    base: String,
    boxes: Arc<Boxes>,
    accepting: AbortHandle,
}

impl Listener {
    /// Begins to listen.
    pub(crate) async fn start(place: &Place) -> io::Result<Self> {
        let socket = TcpListener::bind(place.bind).await?;
        let base = match &place.url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", socket.local_addr()?),
        };
        let boxes = Arc::new(Boxes::default());
        let accepting = tokio::spawn(server::accept(socket, Arc::clone(&boxes))).abort_handle();
        Ok(Self {
            base,
            boxes,
            accepting,
        })
    }

    /// Returns what arrives.
    pub(crate) fn boxes(&self) -> &Arc<Boxes> {
        &self.boxes
    }

    /// Returns the address that the target knows, without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
