//! The judge: holds a target against the documentation.
//!
//! | module | what it holds |
//! |---|---|
//! | [`check`] | what a check is |
//! | [`checks`] | the checks that must compute |
//! | [`scenario`] | the checks that are data, in the Arazzo format |
//! | [`catalogue`] | every check, and which clauses it covers |
//! | [`verdict`] | what a check comes to: mismatch, skip, broken |
//! | `weight` | what warns and what fails a run |
//! | [`expect`] | matchers: pure functions on answers |
//! | [`target`] | the target in the hands of a check |
//! | [`relying_party`] | what a client of OpenID Connect does: requests, codes, tokens, keys |
//! | [`browser`] | what a user's browser does: cookies, redirects, forms |
//! | [`http`] | the wire |
//! | [`contract`] | the OpenAPI contract, held against every answer |
//! | [`readings`] | which answers the target gives where the documentation is open |
//! | [`description`] | what people say about a target |
//! | [`doctor`] | whether a target can be judged at all |
//! | [`profile`] | what a check holds a target to |
//! | [`plan`] | which checks a run makes |
//! | [`run`] | makes them, and removes what they made |
//! | [`report`] | what a run came to, for people, scripts and build servers |
//! | [`diff`] | two reports side by side |
//! | [`expectations`] | the deviations that a target is known for |
//! | [`recording`] | a run that is written down, and judged again without its target |
//! | [`listener`] | where the target's notifications arrive |
//! | `chance` | what a check draws that nobody may guess |
//! | [`sweep`] | removes what an interrupted run left |
//! | [`teeth`] | the judge on trial: which checks notice which faults |
//! | [`mask`], [`secret`] | keep secrets out of everything that is printed |
//!
//! The judge can judge any server: nothing here knows the reference server, and no verdict uses `scope-lang`.

pub mod browser;
pub mod catalogue;
mod chance;
pub mod check;
pub mod checks;
pub mod contract;
pub mod description;
pub mod diff;
pub mod doctor;
pub mod expect;
pub mod expectations;
pub mod http;
pub mod listener;
pub mod mask;
pub mod plan;
pub mod profile;
pub mod readings;
pub mod recording;
pub mod relying_party;
pub mod report;
pub mod run;
pub mod scenario;
pub mod secret;
pub mod sweep;
pub mod target;
pub mod teeth;
pub mod verdict;
mod weight;
