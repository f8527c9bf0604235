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
//! | `hook` | one path in the hands of a check |

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

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
    };

    use super::*;

    /// Sends bytes over a connection of its own, and returns what comes back until it is closed.
    async fn exchange(listener: &Listener, sent: &str) -> String {
        let place = listener.base().trim_start_matches("http://");
        let mut connection = TcpStream::connect(place).await.expect("it listens");
        connection
            .write_all(sent.as_bytes())
            .await
            .expect("it reads");
        connection.shutdown().await.expect("it is open");
        let mut answer = String::new();
        let _ = connection.read_to_string(&mut answer).await;
        answer
    }

    async fn listener() -> Listener {
        Listener::start(&Place::on_loopback())
            .await
            .expect("there is a free port")
    }

    #[tokio::test]
    async fn bodies_come_whole_or_in_chunks() {
        let listener = listener().await;
        listener.boxes().open("/a");
        let whole = "POST /a HTTP/1.1\r\nContent-Length: 3\r\nX-One: 1\r\n\r\nabc";
        let chunks = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n";
        for sent in [whole, chunks] {
            let answer = exchange(&listener, sent).await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            let delivery = listener.boxes().take("/a").expect("it arrived");
            assert_eq!(delivery.body, "abc");
        }
    }

    #[tokio::test]
    async fn an_unknown_path_is_not_found_and_nothing_is_kept() {
        let listener = listener().await;
        let answer = exchange(&listener, "POST /b HTTP/1.1\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        assert_eq!(listener.boxes().take("/b"), None);
    }

    #[tokio::test]
    async fn what_is_no_request_or_too_much_ends_the_connection() {
        let listener = listener().await;
        listener.boxes().open("/a");
        let long = "POST /a HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n";
        let head = format!("POST /a HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(99_999));
        for sent in ["nonsense\r\n\r\n", long, &head] {
            assert_eq!(exchange(&listener, sent).await, "");
        }
        assert_eq!(listener.boxes().take("/a"), None);
    }

    #[tokio::test]
    async fn what_is_no_http_is_answered_as_wanted() {
        let listener = listener().await;
        listener.boxes().open("/a");
        listener
            .boxes()
            .script("/a", &[Reply::Garbage, Reply::Hangup]);
        let sent = "POST /a HTTP/1.1\r\n\r\n";
        assert!(exchange(&listener, sent).await.starts_with("220 "));
        assert_eq!(exchange(&listener, sent).await, "");
    }
}
