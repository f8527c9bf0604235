//! The scope language beside general policy engines: same decisions, time side by side.
//!
//! Every engine is given the same scopes, translated into the policy that a person who knows the
//! engine would write, and the same requests, translated into the input that it wants; both before
//! the clock starts. Ours is given the raw path.
//!
//! | module | engine |
//! |---|---|
//! | [`ours`] | `scope-lang` |
//! | [`cedar`] | Cedar, one policy a scope |
//! | [`cedar_data`] | Cedar, four policies over scopes that are attributes of the principal |
//! | [`casbin`] | casbin, its `priority` effect and `keyMatch` |
//! | [`regorus`] | Rego on the virtual machine of regorus, scopes as indexed data |
//! | [`rights`] | what the scopes say, as sets of prefixes; for those that take them as data |
//!
//! The readings are the documented ones ([`Readings::default`](scope_lang::Readings)).

pub mod casbin;
pub mod cedar;
pub mod cedar_data;
pub mod ours;
pub mod regorus;
pub mod rights;

use std::error::Error;

use scope_lang::{Method, Scope};

/// What an engine can answer with instead of an answer: an error of its own.
pub type Answer<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Decides on requests under the scopes it was made for.
pub trait Engine: Sized {
    /// What the engine is called in the names of benches.
    const NAME: &'static str;

    /// What the engine calls a request.
    type Request;

    /// Translates scopes into a policy and makes it ready.
    ///
    /// # Errors
    ///
    /// Passes on what the engine says about the translated policy.
    fn new(scopes: &[Scope]) -> Answer<Self>;

    /// Translates a request.
    ///
    /// # Errors
    ///
    /// Passes on what the engine says about the translated request.
    fn request(&self, method: Method, path: &str) -> Answer<Self::Request>;

    /// Decides.
    ///
    /// # Errors
    ///
    /// Passes on what the engine says instead of deciding.
    fn allows(&mut self, request: &Self::Request) -> Answer<bool>;
}
