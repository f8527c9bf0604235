//! The claims of a user who is signed in are read (OpenID Connect Core, section 5.3).

use serde::Deserialize;

use super::sign_in;
use crate::{
    invariants::Rule,
    visit::{Missed, Visit},
    wire::Request,
};

/// The request's name.
pub(super) const NAME: &str = "userinfo";

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    let load = visit.load();
    let (token, subject) = match load.wallet.user() {
        Some(lent) => lent,
        None => {
            let grant = sign_in(visit).await?;
            let lent = (grant.access_token.clone(), grant.subject.clone());
            load.wallet.put(grant);
            lent
        }
    };
    let at = visit.now();
    let request = Request::get(&load.place.userinfo).bearer(&token.value);
    visit
        .send(NAME, request, |answer| {
            let claims: Claims = answer.ok()?;
            if claims.sub != subject {
                let told = "sub is not that of the ID token that came with the token".to_owned();
                load.invariants.violated(Rule::OwnUser, NAME, told, at);
            }
            Ok(())
        })
        .await
}
