//! Why a text is not a scope.

use thiserror::Error;

/// Says at which byte a text stops being a scope, and what was expected there.
///
/// ```
/// use scope_lang::{ParseError, Scope};
///
/// let error = "*:config/*/x".parse::<Scope>().unwrap_err();
/// assert_eq!(error, ParseError::Wildcard { at: 9 });
/// assert_eq!(error.at(), 9);
/// assert_eq!(error.expected(), "`**` as the whole last segment");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseError {
    /// The text does not begin with one of the four behaviours.
    #[error("expected {} at byte {at}", self.expected())]
    Behaviour {
        /// Offset in bytes from the start of the text.
        at: usize,
    },
    /// The behaviour is not followed by a colon.
    #[error("expected {} at byte {at}", self.expected())]
    Colon {
        /// Offset in bytes from the start of the text.
        at: usize,
    },
    /// A segment is empty: nothing after the colon, a double or a trailing slash.
    #[error("expected {} at byte {at}", self.expected())]
    Segment {
        /// Offset in bytes from the start of the text.
        at: usize,
    },
    /// An asterisk stands elsewhere than in a last segment `**`.
    #[error("expected {} at byte {at}", self.expected())]
    Wildcard {
        /// Offset in bytes from the start of the text.
        at: usize,
    },
    /// A character that no scope may contain (RFC 6749, 3.3).
    #[error("expected {} at byte {at}", self.expected())]
    Character {
        /// Offset in bytes from the start of the text.
        at: usize,
    },
    /// The resource goes on beyond [`Resource::MAX_BYTES`](crate::Resource::MAX_BYTES).
    #[error("expected {} at byte {at}", self.expected())]
    Length {
        /// Offset in bytes from the start of the text.
        at: usize,
    },
}

impl ParseError {
    /// Gives the offset, in bytes from the start of the text, of the first byte that does not fit;
    /// the length of the text where something is missing at its end.
    #[must_use]
    pub const fn at(&self) -> usize {
        match *self {
            Self::Behaviour { at }
            | Self::Colon { at }
            | Self::Segment { at }
            | Self::Wildcard { at }
            | Self::Character { at }
            | Self::Length { at } => at,
        }
    }

    /// Says what could have stood there.
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        match self {
            Self::Behaviour { .. } => "a behaviour (`*`, `+`, `.` or `-`)",
            Self::Colon { .. } => "`:` after the behaviour",
            Self::Segment { .. } => "a segment name",
            Self::Wildcard { .. } => "`**` as the whole last segment",
            Self::Character { .. } => "a printable ASCII character other than space, `\"` and `\\`",
            Self::Length { .. } => "a resource of at most 65535 bytes",
        }
    }

    /// Moves the error to the right, for a text that begins later in a longer one.
    pub(crate) const fn shifted(self, by: usize) -> Self {
        match self {
            Self::Behaviour { at } => Self::Behaviour { at: at + by },
            Self::Colon { at } => Self::Colon { at: at + by },
            Self::Segment { at } => Self::Segment { at: at + by },
            Self::Wildcard { at } => Self::Wildcard { at: at + by },
            Self::Character { at } => Self::Character { at: at + by },
            Self::Length { at } => Self::Length { at: at + by },
        }
    }
}
