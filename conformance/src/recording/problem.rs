//! What can be wrong with a recording.

/// Says why a recording cannot be read or written. No variant carries a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// A file cannot be read.
    #[error("cannot read `{file}`: {reason}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// What the operating system said.
        reason: String,
    },
    /// A file cannot be written.
    #[error("cannot write `{file}`: {reason}")]
    Unwritable {
        /// The file as the user named it.
        file: String,
        /// What the operating system said.
        reason: String,
    },
    /// The file is something else.
    #[error("`{file}` line 1: this is no recording; `proofhouse check --record FILE` makes one")]
    Foreign {
        /// The file as the user named it.
        file: String,
    },
    /// The form is a newer one.
    #[error("`{file}` line 1: the recording has form {form}, and this program reads form {known}")]
    Form {
        /// The file as the user named it.
        file: String,
        /// The form of the file.
        form: u64,
        /// The form that is known.
        known: u64,
    },
    /// A line is not as it was written.
    #[error("`{file}` line {line}: {reason}")]
    Line {
        /// The file as the user named it.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The last line is missing.
    #[error("`{file}` ends after line {line} without its last line: a part of it is missing")]
    Cut {
        /// The file as the user named it.
        file: String,
        /// The last line that is there.
        line: usize,
    },
    /// There is no key.
    #[error(
        "the exchanges of `{file}` are sealed, and its key is not at `{key}`; name the file that holds it with `--record-key`"
    )]
    NoKey {
        /// The recording as the user named it.
        file: String,
        /// Where the key was looked for.
        key: String,
    },
    /// The key is none.
    #[error("`{file}` holds no key of a recording: that is one line of 64 hexadecimal digits")]
    NotAKey {
        /// The file as the user named it.
        file: String,
    },
}
