//! What a session has to know about a target.

use std::collections::BTreeMap;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sha2::{Digest as _, Sha256};

use crate::{
    http::{client::Limits, proxy::Proxies, tls::Roots},
    listener::Place,
    plan::{Mode, Offer},
    recording::Tape,
    relying_party::Login,
    secret::Credentials,
    target::Bounds,
};

/// Everything that a session has to know about a target.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base address without a trailing slash.
    pub url: String,
    /// The customer: the first segment of every path; none where an issuer alone is described.
    pub customer: Option<String>,
    /// The issuer: the documented one of the customer, or the one described.
    pub issuer: String,
    /// What the run may do: nothing else goes over the wire.
    pub mode: Mode,
    /// Further origins that belong to the target.
    pub origins: Vec<String>,
    /// Who signs in, in whose name, and how.
    pub login: Login,
    /// The configuration client that administers the target.
    pub configuration_client: Option<Credentials>,
    /// Whom to trust.
    pub roots: Roots,
    /// The proxies that requests go through.
    pub proxies: Proxies,
    /// Times and load.
    pub limits: Limits,
    /// Address of the control API, if the target has one that may be used.
    pub control: Option<String>,
    /// Where the judge listens for notifications, if it does.
    pub listener: Option<Place>,
    /// What the target promises to take.
    pub bounds: Bounds,
    /// Whether checks may wait for as long as it takes.
    pub is_slow: bool,
    /// Answers to which the target is held, by reading.
    pub pinned: BTreeMap<String, String>,
    /// Seed of everything that is drawn by chance, except the run's name and what nobody may guess.
    pub seed: u64,
    /// Whether those come from the seed as well, so that the same run can be made twice: only for a server that nobody
    /// else works with. Elsewhere two runs of one name would take each other's objects for their own, and whoever knows
    /// the seed could guess states and verifiers.
    pub is_repeatable: bool,
    /// Whether the run is written down, or read from what was.
    pub tape: Tape,
}

impl Settings {
    /// Returns where the target is, in words.
    ///
    /// `https://id.example.test customer 01000000-0000-3000-9000-000000000000`, or `issuer https://id.example.test`.
    pub fn place(&self) -> String {
        match &self.customer {
            Some(customer) => format!("{} customer {customer}", self.url),
            None => format!("issuer {}", self.issuer),
        }
    }

    /// Returns the proxy on the way to the target, and the variable that names it, if there is one.
    pub fn proxy(&self) -> Option<String> {
        let address = self.url.parse().ok()?;
        self.proxies.route(&address).map(ToString::to_string)
    }

    /// Returns what a check may count on.
    pub fn offer(&self) -> Offer {
        Offer {
            customer: self.customer.is_some(),
            configuration_client: self.configuration_client.is_some(),
            public_client: self.login.public.is_some(),
            confidential_client: self.login.confidential.is_some(),
            user: self.login.has_user() || self.login.code.is_some(),
            time: self.control.is_some() || self.is_slow,
            listener: self.listener.is_some(),
            control: self.control.is_some(),
            bounds: self.bounds.is_any(),
        }
    }

    /// Returns a number for the run's name.
    pub(super) fn name(&self) -> u32 {
        match self.is_repeatable {
            true => StdRng::seed_from_u64(self.seed).random(),
            false => rand::random(),
        }
    }

    /// Returns the key of what nobody may guess.
    pub(super) fn key(&self) -> [u8; 32] {
        match self.is_repeatable {
            true => Sha256::digest(self.seed.to_le_bytes()).into(),
            false => rand::random(),
        }
    }
}
