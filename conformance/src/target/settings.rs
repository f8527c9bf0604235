//! What a session has to know about a target.

use std::collections::BTreeMap;

use crate::{
    http::{client::Limits, tls::Roots},
    plan::Offer,
    recording::Tape,
    relying_party::Login,
    secret::Credentials,
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
    /// Further origins that belong to the target.
    pub origins: Vec<String>,
    /// Who signs in, in whose name, and how.
    pub login: Login,
    /// The configuration client that administers the target.
    pub configuration_client: Option<Credentials>,
    /// Whom to trust.
    pub roots: Roots,
    /// Times and load.
    pub limits: Limits,
    /// Answers to which the target is held, by reading.
    pub pinned: BTreeMap<String, String>,
    /// Seed of everything that is drawn by chance, except the run's name.
    pub seed: u64,
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

    /// Returns what a check may count on.
    pub fn offer(&self) -> Offer {
        Offer {
            customer: self.customer.is_some(),
            configuration_client: self.configuration_client.is_some(),
            public_client: self.login.public.is_some(),
            confidential_client: self.login.confidential.is_some(),
            user: self.login.has_user() || self.login.code.is_some(),
        }
    }
}
