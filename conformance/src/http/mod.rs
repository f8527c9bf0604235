//! The wire: requests out, bounded answers in.
//!
//! | module | what it holds |
//! |---|---|
//! | [`request`] | requests, as a check writes them |
//! | [`answer`] | answers, as a check reads them |
//! | [`client`] | the one client behind everything: no redirects, bounded bodies, bounded times |
//! | [`tls`] | whom to trust |
//! | [`proxy`] | the proxies that the environment names |
//! | `connect` | how connections come about: directly, or through a proxy |
//! | `patience` | how long a target is waited for that has too much to do |
//! | [`pace`] | the limit of requests a second |
//! | [`exchange`] | what was sent and what came back, for the report |
//! | [`curl`] | the same as a `curl` line without secrets |
//!
//! The client is hyper's own (`hyper-util`, `hyper-rustls`) and not reqwest, because reqwest goes through the `url` crate, which
//! resolves `..`, `%2e%2e` and backslashes before anything is sent; a judge has to send a path exactly as written. As a
//! bonus nothing loads the system's certificate store for plain HTTP.

pub mod answer;
pub mod client;
mod connect;
pub mod curl;
pub mod exchange;
mod multipart;
pub mod pace;
mod patience;
pub mod proxy;
pub mod request;
pub mod tls;

pub use answer::Answer;
pub use exchange::Exchange;
pub use request::{Body, Request};
