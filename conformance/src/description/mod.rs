//! The description of a target: a file that people write, or a few flags.
//!
//! | module | what it holds |
//! |---|---|
//! | [`mod@file`] | the file as it is written |
//! | [`login`] | what it says of signing in |
//! | [`usable`] | the same with everything looked up and checked |
//! | `place` | the part of that about where the target is |
//! | [`tenant`] | the description of a server of ours |
//! | `sign_in` | the part of that about signing in |
//! | `lookup` | values that stand in variables and files |
//! | [`problem`] | what can be wrong with it, or with the target that it describes |

pub mod file;
pub mod login;
mod lookup;
mod place;
pub mod problem;
mod sign_in;
pub mod tenant;
pub mod usable;

pub use file::Description;
pub use problem::{Kind, Problem};
pub use usable::Usable;
