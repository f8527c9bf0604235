//! The whole API in memory.
