//! A token is introspected (RFC 7662); every eighth time one that was revoked.

use rand::RngExt as _;
use serde::Deserialize;

use super::token;
use crate::{
    invariants::{Rule, fingerprint},
    visit::{Missed, Visit},
    wire::{Request, answer::demand},
};

/// The request's name.
pub(super) const NAME: &str = "introspect";

#[derive(Deserialize)]
struct Introspected {
    active: bool,
    client_id: Option<String>,
    exp: Option<u64>,
}

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    let load = visit.load();
    if visit.chance().random_ratio(1, 8)
        && let Some(revoked) = load.invariants.a_revoked_one()
    {
        return revoked_is_inactive(visit, &revoked).await;
    }
    let token = token::administrator(visit).await?;
    let Some(request) = request(visit, &token.value) else {
        return Err(Missed);
    };
    let own = load
        .target
        .configuration
        .as_ref()
        .map(|client| client.id.as_str());
    visit
        .send(NAME, request, |answer| {
            let told: Introspected = answer.ok()?;
            demand(told.active, "a token in force is not active")?;
            demand(
                told.client_id.is_none() || told.client_id.as_deref() == own,
                "client_id is not the token's client",
            )?;
            demand(told.exp != Some(0), "exp is 0")
        })
        .await
}

/// Introspects a token whose revocation was acknowledged before.
pub(super) async fn revoked_is_inactive(
    visit: &mut Visit<'_>,
    revoked: &str,
) -> Result<(), Missed> {
    let load = visit.load();
    let at = visit.now();
    let Some(request) = request(visit, revoked) else {
        return Err(Missed);
    };
    visit
        .send(NAME, request, |answer| {
            let told: Introspected = answer.ok()?;
            if told.active {
                let told = format!(
                    "active after its revocation was acknowledged: the one with the fingerprint {}",
                    fingerprint(revoked)
                );
                load.invariants
                    .violated(Rule::RevokedStaysRevoked, NAME, told, at);
            }
            Ok(())
        })
        .await
}

fn request(visit: &Visit<'_>, token: &str) -> Option<Request> {
    let place = &visit.load().place;
    let credentials = place.administrator.as_ref()?;
    Some(Request::form(&place.introspect, [("token", token)]).basic(credentials))
}
