//! Baselines: what one version of a deployment came to, kept to compare another with it.
//!
//! A run is repeated, and each repetition gives one value of each figure. Two runs differ in a figure when their values differ by more
//! than the repetitions do among themselves, and by more than the machine itself changed in between.
//!
//! | module | what it holds |
//! |---|---|
//! | [`saved`] | a repeated run in a file |
//! | `compare` | two of them side by side |
//! | [`row`] | what became of one figure |
//! | `statistics` | how sure that is |
//! | [`yardstick`] | how fast the machine is |

pub mod compare;
pub mod row;
pub mod saved;
mod statistics;
pub mod yardstick;

pub use compare::{Comparison, compare};
pub use row::{Change, Row};
pub use saved::{Repetition, Saved, SavedError};
