//! A token policy is made, modified, read, and removed. It is this visit's own: what comes back is what was written.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::token;
use crate::{
    load::{Load, word},
    visit::{Missed, Visit},
    wire::{Address, Request, answer::demand},
};

/// Makes it.
pub(super) const CREATE: &str = "config-create";
/// Modifies it.
pub(super) const MODIFY: &str = "config-modify";
/// Reads it.
pub(super) const MADE: &str = "config-made";
/// Removes it.
pub(super) const DELETE: &str = "config-delete";
/// Looks for it in vain.
pub(super) const GONE: &str = "config-gone";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    id: String,
    title: String,
    access_token_lifetime: u64,
    #[serde(rename = "_links")]
    links: serde_json::Value,
}

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    let load = visit.load();
    let token = token::administrator(visit).await?;
    // By this prefix `proofhouse sweep` finds what a killed run left.
    let title = format!("proofhouse-load-{}", word(visit.chance()));
    let written = |lifetime: u64| {
        json!({
            "title": title, "accessTokenLifetime": lifetime, "refreshTokenLifetime": 7200,
            "allowedScopes": ["openid"],
        })
    };

    let request = Request::json(Method::POST, &load.place.token_policies, &written(3600));
    let id = visit
        .send(CREATE, request.bearer(&token.value), |answer| {
            answer.expect_status(201)?;
            let id: String = answer.json()?;
            demand(is_segment(&id), "the id is no segment of a path")?;
            Ok(id)
        })
        .await?;
    load.owned.add(&id);

    let address = address(load, &id);
    let request = Request::json(Method::PUT, &address, &written(1800)).bearer(&token.value);
    let modified = visit
        .send(MODIFY, request, |answer| {
            demand(matches!(answer.status, 200 | 204), "it is not modified")
        })
        .await;

    let mut read = Ok(());
    if modified.is_ok() {
        let at = visit.now();
        let request = Request::get(&address).bearer(&token.value);
        read = visit
            .send(MADE, request, |answer| {
                let policy: Policy = answer.ok()?;
                let link = policy.links["self"]["href"].as_str().unwrap_or_default();
                load.invariants.names(MADE, link, at);
                demand(policy.id == id, "the policy has another id")?;
                demand(policy.title == title, "the policy has another title")?;
                demand(
                    policy.access_token_lifetime == 1800,
                    "the modification is not seen",
                )
            })
            .await;
    }

    // It is removed whatever came of it.
    remove(visit, &id).await?;
    let request = Request::get(&address).bearer(&token.value);
    visit
        .send(GONE, request, |answer| answer.expect_status(404))
        .await?;
    modified.and(read)
}

/// Removes what a visit made.
pub(crate) async fn remove(visit: &mut Visit<'_>, id: &str) -> Result<(), Missed> {
    let load = visit.load();
    let token = token::administrator(visit).await?;
    let request = Request::new(Method::DELETE, address(load, id)).bearer(&token.value);
    visit
        .send(DELETE, request, |answer| {
            demand(matches!(answer.status, 200 | 204), "it is not removed")
        })
        .await?;
    load.owned.remove(id);
    Ok(())
}

fn address(load: &Load, id: &str) -> Address {
    Address::from(format!("{}/{id}", load.place.token_policies))
}

fn is_segment(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=100).contains(&id.len()) && id.bytes().all(is_plain)
}
