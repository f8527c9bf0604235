//! The judge: holds a target against the documentation.
//!
//! | module | what it holds |
//! |---|---|
//! | [`check`] | what a check is |
//! | [`checks`] | the checks that must compute |
//! | [`scenario`] | the checks that are data, in the Arazzo format |
//! | [`verdict`] | what a check comes to: mismatch, skip, broken |
//! | [`expect`] | matchers: pure functions on answers |
//! | [`target`] | the target in the hands of a check |
//! | [`http`] | the wire |
//! | [`contract`] | the OpenAPI contract, held against every answer |
//! | [`readings`] | which answers the target gives where the documentation is open |
//! | [`mask`], [`secret`] | keep secrets out of everything that is printed |
//!
//! The judge can judge any server: nothing here knows the reference server, and no verdict uses `scope-lang`.

pub mod check;
pub mod checks;
pub mod contract;
pub mod expect;
pub mod http;
pub mod mask;
pub mod readings;
pub mod scenario;
pub mod secret;
pub mod target;
pub mod verdict;
