//! Why a reading could not be set.

use super::readings::Readings;

/// Says why a reading could not be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadingError {
    /// There is no `=`.
    #[error("`{0}` is not of the form ID=ANSWER")]
    Form(String),
    /// Nothing has that id.
    #[error("no reading is called `{id}`; there are: {}", Readings::ids().collect::<Vec<_>>().join(", "))]
    Unknown {
        /// The id that was given.
        id: String,
    },
    /// The reading has other answers.
    #[error("`{answer}` is no answer to `{id}`; allowed: {}", allowed.join(", "))]
    Answer {
        /// The reading.
        id: &'static str,
        /// The answer that was given.
        answer: String,
        /// The answers that there are, the default first.
        allowed: &'static [&'static str],
    },
}
