//! A run that is written down, so that it can be judged again without its target.
//!
//! | module | what it holds |
//! |---|---|
//! | [`recorder`] | collects what a run exchanges, and writes it at the end |
//! | [`player`] | answers from a recording instead of the network |
//! | [`mod@file`] | reads a recording, line by line and within bounds |
//! | `line` | the lines as they are written: what everybody may read, and the seal |
//! | `sealed` | exchanges as they went over the wire, for behind the seal |
//! | `settings` | what the run knew of its target, for behind the seal |
//! | [`key`] | the key, and the file that it is in |
//! | [`problem`] | what can be wrong with a recording |
//!
//! Masked secrets cannot be judged again: a hash of a token, a signature, the introspection of that very token. So each line
//! says in the clear what a report may say, and carries the true exchange encrypted (AES-256-GCM). The key is in a file of its
//! own: whoever has the recording alone learns no secret from it. What is in the clear, and the line's place, are authenticated
//! with the rest, so that a line that was changed or moved does not open.

pub mod file;
pub mod key;
mod line;
pub mod player;
pub mod problem;
pub mod recorder;
mod sealed;
mod settings;

use std::sync::Arc;

pub use file::Recording;
pub use key::Key;
pub use player::Player;
pub use problem::RecordingError;
pub use recorder::Recorder;

/// Says whether a run is written down, or read from what was.
#[derive(Debug, Clone, Default)]
pub enum Tape {
    /// Neither.
    #[default]
    Off,
    /// Everything goes over the wire, and is noted.
    Records(Arc<Recorder>),
    /// Nothing goes over the wire.
    Plays(Arc<Player>),
}

impl Tape {
    /// Returns what is played, if anything is.
    pub(crate) fn player(&self) -> Option<&Player> {
        match self {
            Self::Plays(player) => Some(player),
            Self::Off | Self::Records(_) => None,
        }
    }
}
