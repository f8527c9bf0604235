//! The wire: what is sent and what comes back, the same for both engines.
//!
//! | module | what it holds |
//! |---|---|
//! | [`address`] | where it goes |
//! | [`request`] | what is sent |
//! | [`answer`] | what comes back, and what is wrong with it |
//! | [`connection`] | a connection that is kept: one request at a time, measured to the end of the body |
//! | `exchange` | requests and answers over a stream |
//! | `trust` | TLS |

pub mod address;
pub mod answer;
pub mod connection;
mod exchange;
pub mod request;
mod trust;

pub use address::Address;
pub use answer::{Answer, Wrong};
pub use connection::Connection;
pub use request::Request;
pub(crate) use trust::config;

/// Why a request got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.as_str())]
pub enum Unanswered {
    /// Nobody let us connect.
    Connect,
    /// It speaks no TLS, or nobody who is trusted vouches for it.
    Tls,
    /// It took too long.
    Timeout,
    /// The connection ended before the answer did.
    Lost,
    /// The answer is larger than what is read.
    TooLarge,
}

impl Unanswered {
    /// Returns it in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "no connection",
            Self::Tls => "no TLS connection: is its certificate trusted?",
            Self::Timeout => "timeout",
            Self::Lost => "connection lost",
            Self::TooLarge => "answer too large",
        }
    }
}
