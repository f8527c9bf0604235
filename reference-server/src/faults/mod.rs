//! Faults: named ways in which the server can be wrong, for people who test what talks to it, and for judges of servers.
//!
//! A fault is a layer between the door and the desk: it may change a request on its way in, an answer on its way out, or
//! what the store holds in between. Handlers know nothing of it, so their code reads as the documentation does. While no
//! fault is on, the layer is not passed at all.
//!
//! | module | what it holds |
//! |---|---|
//! | `fault` | what a fault is |
//! | `family` | every fault, one file a family |
//! | `injection` | a fault that is on: where, how likely, how often |
//! | `active` | those that are on |
//! | `asked`, `answer` | a request and an answer as faults see them |
//! | `desk` | the handlers, and the faults still to pass on the way to them |
//! | `jwt` | claims taken out of a token, and signed again |
//! | `let_in` | clients that are let in without having proved who they are |
//! | `minted` | tokens that faults make |
//! | `rights` | what the token of a request may do, decided in another way |
//! | `notes`, `told` | what faults remember of earlier exchanges, secrets that were told among it |
//! | `step` | a step of a sign-in, and the authorization request that goes along with it |
//! | `outgoing` | what goes out to listeners of webhooks |
//! | `subscribed` | subscriptions of webhooks, and what is sent about them |
//! | `layer` | puts them between door and desk |

mod active;
mod answer;
mod asked;
mod desk;
mod family;
mod fault;
mod injection;
mod jwt;
mod layer;
mod let_in;
mod minted;
mod notes;
pub(crate) mod outgoing;
mod rights;
mod step;
mod subscribed;
mod told;

pub use active::Faults;
pub use family::{all, find};
pub use fault::Fault;
pub use injection::{Injection, InjectionError, Matching};

pub(crate) use layer::service;
