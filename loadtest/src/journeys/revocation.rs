//! A token is issued, revoked (RFC 7009), and not in force any more.

use super::{introspection, token};
use crate::{
    invariants::{Rule, fingerprint},
    visit::{Missed, Visit},
    wire::Request,
};

/// The request's name.
pub(super) const NAME: &str = "revoke";

/// A request that carries a token which is revoked.
pub(super) const REFUSED: &str = "revoked";

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    let load = visit.load();
    let Some(credentials) = &load.place.administrator else {
        return Err(Missed);
    };
    let token = token::issue(visit).await?;
    let form = [("token", token.value.as_str())];
    let request = Request::form(&load.place.revoke, form).basic(credentials);
    visit
        .send(NAME, request, |answer| answer.expect_status(200))
        .await?;
    load.invariants.revoked(token.value.clone());
    introspection::revoked_is_inactive(visit, &token.value).await?;

    let at = visit.now();
    let request = Request::get(&load.place.clients).bearer(&token.value);
    visit
        .send(REFUSED, request, |answer| {
            if answer.status == 200 {
                let told = format!(
                    "let in after its revocation was acknowledged: the one with the fingerprint {}",
                    fingerprint(&token.value)
                );
                load.invariants
                    .violated(Rule::RevokedStaysRevoked, REFUSED, told, at);
                return Ok(());
            }
            // The documentation says 401 on one page and 403 on another.
            crate::wire::answer::demand(
                matches!(answer.status, 401 | 403),
                "a revoked token is not refused with 401 or 403",
            )
        })
        .await
}
