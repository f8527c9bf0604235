//! What the server takes from a client before it gives up.

use std::time::Duration;

/// Bounds on what one client can make the server do.
///
/// Together they bound the memory and the time that anybody can take: at most [`Limits::connections`] connections, each
/// with one head of [`Limits::head_bytes`] and one body of [`Limits::body_bytes`], and each step within its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at the same time; the default is 1,024. The next one takes the place of the one that has been
    /// waiting longest for its client, and waits if every one has a request in hand.
    pub connections: usize,
    /// Bytes of a request head, that is the request line and all header fields; the default is 16 KiB and 8 KiB the
    /// least that it can be. More is answered with 431.
    pub head_bytes: usize,
    /// Header fields of a request; the default is 64. More is answered with 431.
    pub head_fields: usize,
    /// Bytes of a request body; the default is 64 KiB. More is answered with 413.
    pub body_bytes: usize,
    /// Levels of arrays and objects in a JSON body; the default is 32, and the parser has none beyond 127. More is
    /// answered with 400.
    pub json_depth: usize,
    /// Time in which an authorization code has to be exchanged; the default is 5 minutes. RFC 6749, section 4.1.2,
    /// recommends 10 at the most.
    pub code: Duration,
    /// Authorization codes that may wait to be exchanged at the same time; the default is 100,000. Beyond that, clients
    /// are told `temporarily_unavailable`.
    pub codes: usize,
    /// Authorization codes of one user that may; the default is 1,000.
    pub codes_of_user: usize,
    /// Families of refresh tokens that one user may have at the same time, one for each time that a client exchanged a
    /// code; the default is 1,000, and 1 the least. The next one takes the place of the oldest.
    pub refresh_tokens_of_user: usize,
    /// Time for a TLS handshake; the default is 10 seconds.
    pub handshake: Duration,
    /// Time until the head of the next request is complete, which is also how long a connection may idle; the
    /// default is 20 seconds.
    pub head: Duration,
    /// Time until the body of a request is complete; the default is 10 seconds. Later is answered with 408.
    pub body: Duration,
    /// Time for a request from its complete head to its answer; the default is 30 seconds. Later is answered with 503.
    pub request: Duration,
    /// Time in which a client must take something of an answer that waits for it; the default is 10 seconds.
    pub stall: Duration,
    /// Time that requests in hand get when the server stops; the default is 10 seconds.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            head_bytes: 16 * 1024,
            head_fields: 64,
            body_bytes: 64 * 1024,
            json_depth: 32,
            code: Duration::from_secs(5 * 60),
            codes: 100_000,
            codes_of_user: 1000,
            refresh_tokens_of_user: 1000,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(20),
            body: Duration::from_secs(10),
            request: Duration::from_secs(30),
            stall: Duration::from_secs(10),
            drain: Duration::from_secs(10),
        }
    }
}
