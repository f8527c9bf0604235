//! The checks that must compute: everything else is a scenario file.
//!
//! This file is the list of lists; one file below it is one subject of the API, at the place where its URL puts it.
//! A check is a literal with a plain function. The function gets a [`Target`](crate::target::Target): it asks in somebody's name, holds the
//! answers against [`expect`](crate::expect), and returns. No clean-up: whatever a check makes is removed after it.
//!
//! ```
//! use conformance::{
//!     check::{Check, Effects, Need, Run},
//!     expect,
//!     target::Target,
//!     verdict::{During as _, Outcome},
//! };
//! use serde_json::json;
//!
//! pub const CHECKS: &[Check] = &[Check {
//!     id: "config.token-policies.create.defaults-of-lifetimes",
//!     title: "A token policy made with a title alone gets the documented lifetimes",
//!     cites: &["token-policy-access-lifetime-default"],
//!     effects: Effects::Creates,
//!     needs: &[Need::ConfigurationClient],
//!     run: Run::Function(|target| Box::pin(defaults_of_lifetimes(target))),
//! }];
//!
//! async fn defaults_of_lifetimes(target: &Target) -> Outcome {
//!     let id = target.make_token_policy(json!({})).await?;
//!     let answer = target.administrator().get(format!("config/tokenPolicies/{id}")).await?;
//!     expect::status(&answer, &[200])?;
//!     expect::member(&answer.json()?, "/accessTokenLifetime", &json!(3600)).during("lifetime of access tokens")?;
//!     Ok(())
//! }
//! # assert_eq!(CHECKS[0].area(), "config.token-policies.create");
//! ```
//!
//! Paths without a leading slash are below the customer; paths with one go out exactly as written. Where the documentation
//! leaves several answers open, tell which one came: `target.reading("rejected-token", answer.status())?`.

mod account;
mod auth_ui;
mod bounds;
mod config;
mod device;
mod form;
mod login;
mod oidc;
mod opaque;
mod profiles;
mod sessions;
mod visit;
mod webhooks;

use crate::check::Check;

/// Returns every check of the program itself, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Check> {
    let login = login::LISTS.iter().copied().flatten();
    let lists = config::LISTS.iter().chain(login);
    let lists = lists.chain(profiles::userinfo::LISTS);
    let lists = lists.chain(auth_ui::LISTS).chain(sessions::LISTS);
    let lists = lists.chain(webhooks::LISTS);
    let lists = lists.chain([&bounds::CHECKS]);
    lists.chain(oidc::LISTS).copied().flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fixtures::clauses;

    use super::all;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let mut seen = BTreeSet::new();
        for check in all() {
            assert!(seen.insert(check.id), "`{}` stands twice", check.id);
            assert!(check.id.split('.').count() >= 3, "`{}`", check.id);
            assert!(
                check
                    .id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'.')),
                "`{}`",
                check.id
            );
            assert!(!check.title.ends_with('.'), "`{}`", check.title);
        }
    }

    #[test]
    fn every_check_cites_clauses_of_one_weight() {
        for check in all() {
            assert!(!check.cites.is_empty(), "`{}` cites nothing", check.id);
            let inferred = check.cites.iter().map(|id| {
                let clause =
                    clauses::find(id).unwrap_or_else(|| panic!("`{}` cites `{id}`", check.id));
                clause.mark == clauses::Mark::Inferred
            });
            let weights: BTreeSet<bool> = inferred.collect();
            assert_eq!(
                weights.len(),
                1,
                "`{}` mixes what fails with what warns",
                check.id
            );
        }
    }
}
