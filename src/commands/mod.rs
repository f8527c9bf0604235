//! The commands, one file each. Each has its `Args` and a `run` that returns how the run ended.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod judge;
pub(crate) mod list;
pub(crate) mod load;
pub(crate) mod man;
pub(crate) mod scope;
pub(crate) mod serve;
pub(crate) mod sweep;
pub(crate) mod teeth;
