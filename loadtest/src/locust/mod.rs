//! A load by more than one machine: Locust counts the users, and workers of ours make the requests.
//!
//! | module | what it holds |
//! |---|---|
//! | [`version`] | which versions of Locust are supported |
//! | [`message`] | what master and worker tell each other |
//! | [`link`] | the connection of a worker to its master |
//! | `gate` | what a master sends at most |
//! | [`worker`] | a worker from its first word to its last |
//! | `shift` | one load that a worker has a part in |
//! | `crew` | the users of a worker |
//! | `stats` | what was measured, as Locust counts it |
//! | `vitals` | what a worker takes of its machine |
//! | [`account`] | what a worker's part came to |
//!
//! A master says how many users there are, never where the load goes: that is on the worker's own command line, and so is whether
//! the load is allowed. No secret is sent to a master.

pub mod account;
mod crew;
mod gate;
pub mod link;
pub mod message;
mod shift;
mod stats;
pub mod version;
mod vitals;
pub mod worker;

/// The master's side, in Python: one user class, and what our own command needs to know of a load.
pub const LOCUSTFILE: &str = include_str!("../../locustfile.py");

/// The folder in which the locustfile leaves what it has to tell, by this variable.
pub const FOLDER_VARIABLE: &str = "PROOFHOUSE_LOAD_FOLDER";
