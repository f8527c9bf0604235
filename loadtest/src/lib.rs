//! The load: journeys through a target, with every answer checked, and what they measured held to limits.
//!
//! | module | what it holds |
//! |---|---|
//! | [`target`] | where the load goes, and in whose name |
//! | [`journeys`] | the journeys, one file each |
//! | [`wire`] | what is sent and what comes back |
//! | [`mix`] | which journeys are made, how often, by how many |
//! | [`run`] | a run from its preparation to its cleaning up |
//! | [`closed`] | users who wait for each answer: goose |
//! | [`open`] | journeys that begin when they are due |
//! | [`visit`] | one journey under way: it sends, measures, checks, records |
//! | [`load`] | what all visits share |
//! | [`figures`] | what is measured |
//! | [`locust`] | a load by more than one machine |
//! | [`limit`] | what a run is held to |
//! | [`baseline`] | a run beside one that was made before |
//! | [`reports`] | what a run came to, for people and for scripts |
//! | [`setup`] | what was run |
//! | [`findings`] | what was wrong with single answers |
//! | [`invariants`] | what must hold across requests |
//! | `pace` | the rate that a load keeps to |
//! | `place` | the addresses of a target |
//! | `notifications` | what listeners of webhooks are told |
//! | `owned` | objects that visits made |
//! | `wallet` | tokens that visits lend each other |
//! | [`secret`] | values that do not print |

pub mod baseline;
pub mod closed;
pub mod figures;
pub mod findings;
pub mod invariants;
pub mod journeys;
pub mod limit;
pub mod load;
pub mod locust;
pub mod mix;
mod notifications;
pub mod open;
mod owned;
mod pace;
mod place;
pub mod reports;
pub mod run;
pub mod secret;
pub mod setup;
pub mod target;
pub mod visit;
mod wallet;
pub mod wire;
