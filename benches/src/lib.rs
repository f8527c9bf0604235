//! Workloads that the benches share, and the table of the server beside its limits.
//!
//! [`crowd`] makes customers, and the requests of their clients. [`desk`] answers them without a socket, [`counted`] under an instrument.
//! [`load`] and the [`generator`]s send them to a server in a process of its own ([`served`], [`child`]), and [`table`] compares what comes of it.

pub mod child;
pub mod counted;
pub mod crowd;
pub mod desk;
pub mod generator;
pub mod load;
pub mod served;
pub mod table;
