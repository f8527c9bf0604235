//! Workloads that the benches share.
//!
//! [`scope`] makes lists of scopes of any length, and requests that hit, miss or are denied.

pub mod scope;
