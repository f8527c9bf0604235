//! The contract, held against every answer of every exchange.
//!
//! For each documented operation: the status is one that the contract lists, the media type is one that it lists for that
//! status, and the body is valid by its schema. What the contract does not describe (other paths, other methods, paths with
//! percent-encoded or empty segments) is not judged here.

mod operations;
mod validate;

pub use operations::{has_operation, outline};
pub use validate::violation;
