//! A refresh token gives new tokens (RFC 6749, section 6).

use super::{sign_in, tokens};
use crate::{
    invariants::Rule,
    visit::{Missed, Visit},
    wire::Request,
};

/// The request's name.
pub(super) const NAME: &str = "refresh";

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    let load = visit.load();
    let grant = match load.wallet.take() {
        Some(grant) => grant,
        None => sign_in(visit).await?,
    };
    let at = visit.now();
    let request = as_client(
        visit,
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", &grant.refresh_token.value),
        ],
    );
    // One that is lost on the way is not lent again: nobody knows whether it was used.
    let fresh = visit
        .send(NAME, request, |answer| {
            tokens::read(load, NAME, answer, None, at)
        })
        .await?;
    if fresh.subject != grant.subject {
        let told = "sub of the refreshed ID token is not that of the one before".to_owned();
        load.invariants.violated(Rule::OwnUser, NAME, told, at);
    }
    load.wallet.put(fresh);
    Ok(())
}

/// Returns a request to the token endpoint in the name of the login client.
pub(super) fn as_client(visit: &Visit<'_>, pairs: &[(&str, &str)]) -> Request {
    let load = visit.load();
    let place = &load.place;
    match (&place.relying_party, &load.target.login) {
        (Some(credentials), _) => {
            Request::form(&place.token, pairs.iter().copied()).basic(credentials)
        }
        (None, Some(client)) => {
            let itself = [("client_id", client.id.as_str())];
            Request::form(&place.token, pairs.iter().copied().chain(itself))
        }
        (None, None) => Request::form(&place.token, pairs.iter().copied()),
    }
}
