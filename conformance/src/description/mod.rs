//! The description of a target: a file that people write, or a few flags.
//!
//! | module | what it holds |
//! |---|---|
//! | [`mod@file`] | the file as it is written |
//! | [`usable`] | the same with everything looked up and checked |
//! | `bounded` | reading the files that it names |
//! | [`problem`] | what can be wrong with it, or with the target that it describes |

pub(crate) mod bounded;
pub mod file;
pub mod problem;
pub mod usable;

pub use file::Description;
pub use problem::{Kind, Problem};
pub use usable::Usable;
