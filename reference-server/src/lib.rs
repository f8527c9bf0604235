//! The whole API in memory: a reference for what the documentation says, and a test double for those who use it.
//!
//! Three ways in:
//!
//! * [`TestServer`]: one line in somebody's test, and there is a server.
//! * [`serve()`]: the caller binds, the caller stops.
//! * [`router()`]: the same without a socket.
//!
//! **The URL is the address** of a handler: `config/clients/{id}/secret` is `config/clients/secret.rs`, and its tests
//! are `tests/api/config/clients/secret.rs`. `router.rs` is the table of contents. The rest, in the order in
//! which a request meets it:
//!
//! | module | what it does |
//! |---|---|
//! | `serve` | accepts connections, and bounds what each may take; answers plain requests for tokens at once |
//! | `door`, `path` | give a request the one spelling of its path |
//! | `extract` | turns requests into types; `extract/administrator.rs` is the order of refusals |
//! | `login`, `profiles`, `auth_ui`, `sessions`, `config`, `webhooks` | the handlers |
//! | `deliveries` | notifications on their way to listeners |
//! | `store` | what the server knows |
//! | `error` | refusals, in the shapes that the API speaks |
//! | [`settings`] | what the server's owner chooses; *config* is a word of the API |
//! | `keys` | the keys that sign, three a customer |
//! | `cors` | what pages of other origins may call |
//! | `clock`, `ids` | time and chance, as values |
//! | `control` | the control API: clock, snapshots, users, journal, keys, for tests from outside |
//! | `snapshot`, `state_hash`, `journal` | what the control API and [`TestServer`] are made of |
//! | `tenant` | from a tenant file to a customer |
//! | [`faults`] | named ways in which all of this can be wrong |
//!
//! # Signing in without a person
//!
//! The documentation leaves the pages to each deployment. Here a user is signed in by the form of the login page,
//! to which the authorization endpoint redirects: a POST to the page's own address, query included, with
//!
//! | field | value |
//! |---|---|
//! | `email`, `password` | what the user would type |
//! | `_csrf_token` | what the page's hidden field of that name holds, and its cookie |
//!
//! It answers with the redirect to the client, and with the cookie `proofhouse_session`, which saves the next sign-in.
//! The registration page takes `email`, `password`, `_csrf_token`, and if wanted `givenName` and `familyName`. Either page
//! takes `cancel` and `_csrf_token` alone from somebody who wants to go back.

mod app;
mod auth_ui;
mod clock;
mod config;
mod control;
mod cors;
mod deliveries;
mod door;
mod error;
mod extract;
pub mod faults;
mod ids;
mod journal;
mod keys;
mod login;
mod password;
mod path;
mod patience;
mod people;
mod profiles;
mod router;
mod secret;
mod serve;
mod sessions;
pub mod settings;
mod snapshot;
mod state_hash;
mod store;
mod tenant;
mod test_server;
mod webhooks;

pub use app::{AddTenantError, App, RotateKeysError};
pub use clock::{Clock, Moment};
pub use control::control_router;
pub use deliveries::Hosts;
pub use door::Door;
pub use ids::{Id, Ids};
pub use journal::{Entry, Journal};
pub use people::{AddUserError, ChangeUserError, Person};
pub use router::router;
pub use serve::{Listener, Tls, TlsError, serve, serve_control};
pub use snapshot::Snapshot;
pub use test_server::{TestServer, TestServerBuilder};

/// The README's example, held to what it claims.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
