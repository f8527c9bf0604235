//! The wire: what is sent and what comes back, the same for both engines.
//!
//! | module | what it holds |
//! |---|---|
//! | [`address`] | where it goes |
//! | [`request`] | what is sent |
//! | [`answer`] | what comes back, and what is wrong with it |
//! | [`lean`] | a connection of our own: one request at a time, measured to the end of the body |
//! | `through_goose` | the client of a user of goose |
//! | `trust` | TLS |

pub mod address;
pub mod answer;
pub mod lean;
pub mod request;
pub(crate) mod through_goose;
mod trust;

pub use address::Address;
pub use answer::{Answer, Wrong};
pub use request::Request;
pub(crate) use trust::config;

use goose::goose::GooseUser;

/// Why a request got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Nobody let us connect.
    #[error("no connection")]
    Connect,
    /// It took too long.
    #[error("timeout")]
    Timeout,
    /// The connection ended before the answer did.
    #[error("connection lost")]
    Lost,
    /// The answer is larger than what is read.
    #[error("answer too large")]
    TooLarge,
}

impl Unanswered {
    /// Returns it in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "no connection",
            Self::Timeout => "timeout",
            Self::Lost => "connection lost",
            Self::TooLarge => "answer too large",
        }
    }
}

/// By which client a visit sends.
#[derive(Debug)]
pub(crate) enum Wire<'a> {
    /// The client of a user of goose.
    Goose(&'a mut GooseUser),
    /// A connection of our own.
    Lean(&'a mut lean::Connection),
}

impl Wire<'_> {
    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(
        &mut self,
        name: &'static str,
        request: Request,
        largest: usize,
    ) -> Result<Answer, Unanswered> {
        match self {
            Self::Goose(user) => through_goose::send(user, name, request, largest).await,
            Self::Lean(connection) => connection.send(request).await,
        }
    }
}
