//! The commands, one file each. Each has its `Args` and a `run` that returns how the run ended.

pub(crate) mod completions;
pub(crate) mod man;
