//! The target as a check sees it.
//!
//! | module | what it holds |
//! |---|---|
//! | [`session`] | what all checks of a run share: the client, the administrative token, what is secret, the readings |
//! | [`settings`] | what a session has to know about a target |
//! | [`bounds`] | what the target promises to take |
//! | [`handle`] | [`Target`]: one check's own view, with its record of exchanges and its own prefix for names |
//! | [`caller`] | who sends a request: the administrator, nobody, a bearer |
//! | `clock` | the target's time: moved where it lets itself be moved, else waited for |
//! | `listening` | the judge's listener, and paths of it |
//! | `control` | users who come and go |
//! | [`objects`] | objects of the target's configuration, made in the documentation's words |
//! | `permit` | what may be sent in the mode of the run, whatever a check asks for |
//! | `places` | which places belong to the target |
//! | `reset` | the reset of a client's secret, with the method that the target takes |
//! | [`owned`] | the ledger of what was made and not yet deleted, kept from the wire |

pub mod bounds;
pub mod caller;
pub(crate) mod clock;
pub(crate) mod control;
mod foreign;
pub mod handle;
mod listening;
pub mod objects;
pub mod owned;
pub(crate) mod permit;
pub(crate) mod places;
pub(crate) mod reset;
pub mod session;
pub mod settings;

pub use bounds::Bounds;
pub use caller::Caller;
pub(crate) use control::MadeUser;
pub use handle::Target;
pub use objects::ConfigurationClient;
pub use session::Session;
pub use settings::Settings;
