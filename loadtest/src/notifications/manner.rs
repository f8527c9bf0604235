//! How the listeners answer.

use std::time::Duration;

use http::StatusCode;

/// A listener, by how it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// At once.
    Fast,
    /// After a while, well within the time that a listener has.
    Slow,
    /// With an error, every time.
    Failing,
}

/// All three.
pub(super) const ALL: [Manner; 3] = [Manner::Fast, Manner::Slow, Manner::Failing];

impl Manner {
    /// Returns the name in evidence, which is also the last segment of its path.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Slow => "slow",
            Self::Failing => "failing",
        }
    }

    /// Returns how long it takes.
    pub(super) fn delay(self) -> Duration {
        match self {
            Self::Slow => Duration::from_millis(100),
            Self::Fast | Self::Failing => Duration::ZERO,
        }
    }

    /// Returns what it answers.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Fast | Self::Slow => StatusCode::ACCEPTED,
            Self::Failing => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
