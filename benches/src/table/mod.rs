//! The server side by side with its limits, and with servers that others wrote.
//!
//! | module | what it measures |
//! |---|---|
//! | [`issuance`] | tokens a second, beside an axum handler that does nothing, with more and more to remember |
//! | [`expiry`] | the memory that comes back when tokens have expired |
//! | [`signing`] | JWTs a second, beside the cryptographic library alone, and what others notice of it |
//! | [`lists`] | what others notice of somebody who reads long lists |
//! | [`generators`] | requests a second that `proofhouse load` sends, beside goose alone, and what it says of a server that stands still |
//! | [`start`] | the time to the first answer |
//! | [`rivals`] | servers that others wrote, where they are installed |
//!
//! Everything is a ratio of what was measured in turn in the same run; absolute figures only say where the machine stood.

pub mod expiry;
pub mod generators;
pub mod issuance;
pub mod lists;
mod median;
pub mod rivals;
mod rows;
pub mod signing;
pub mod start;

use std::time::Duration;

/// How much is measured, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Rounds in which everybody has a turn.
    pub rounds: usize,
    /// How long a turn is.
    pub turn: Duration,
    /// Tokens that live while some of the turns are taken.
    pub live: u32,
    /// Customers that there are while some of the turns are taken.
    pub customers: u32,
    /// Items of a long list.
    pub items: u32,
    /// How often a server stands still that does so every two seconds.
    pub periods: u32,
    /// Whether to wait for what becomes of the memory when tokens expire.
    pub expires: bool,
}

/// Connections that the generator keeps open.
pub const CONNECTIONS: usize = 32;

impl Plan {
    /// What it takes to believe the figures: little more than a minute.
    pub const WHOLE: Self = Self {
        rounds: 7,
        turn: Duration::from_millis(700),
        live: 1_000_000,
        customers: 10_000,
        items: 100_000,
        periods: 5,
        expires: true,
    };

    /// Ten seconds, to see that it works.
    pub const QUICK: Self = Self {
        rounds: 3,
        turn: Duration::from_millis(200),
        live: 100_000,
        customers: 1_000,
        items: 10_000,
        periods: 1,
        expires: false,
    };
}
