//! A client gets a token for itself: the client credentials grant (RFC 6749, section 4.4).

use std::sync::Arc;

use serde::Deserialize;

use crate::{
    visit::{Missed, Visit},
    wallet::Token,
    wire::{Request, answer::demand},
};

/// The request's name.
pub(super) const NAME: &str = "token";

/// The same each time: the scope is `*:**`.
const FORM: &str = "grant_type=client_credentials&scope=*%3A**";

#[derive(Deserialize)]
struct Issued<'a> {
    #[serde(borrow)]
    access_token: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    token_type: std::borrow::Cow<'a, str>,
    expires_in: u64,
}

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    issue(visit).await.map(drop)
}

/// Gets a token that nobody else holds.
pub(super) async fn issue(visit: &mut Visit<'_>) -> Result<Arc<Token>, Missed> {
    let load = visit.load();
    let Some(credentials) = &load.place.administrator else {
        return Err(Missed);
    };
    let at = visit.now();
    let request = Request::encoded_form(&load.place.token, FORM).basic(credentials);
    visit
        .send(NAME, request, |answer| {
            answer.expect_status(200)?;
            let issued: Issued<'_> = answer.borrowed()?;
            demand(
                issued.token_type.eq_ignore_ascii_case("bearer"),
                "token_type is not Bearer",
            )?;
            demand(issued.expires_in > 0, "expires_in is 0")?;
            demand(!issued.access_token.is_empty(), "access_token is empty")?;
            load.invariants.token(NAME, &issued.access_token, at);
            let token = issued.access_token.into_owned();
            Ok(Arc::new(Token::new(token, issued.expires_in)))
        })
        .await
}

/// Returns a token of the administrator: the one that is lent, or a new one.
pub(crate) async fn administrator(visit: &mut Visit<'_>) -> Result<Arc<Token>, Missed> {
    let load = visit.load();
    if let Some(token) = load.wallet.administrator() {
        return Ok(token);
    }
    let token = issue(visit).await?;
    load.wallet.keep_administrator(token.clone());
    Ok(token)
}
