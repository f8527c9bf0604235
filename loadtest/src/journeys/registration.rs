//! A user registers on the hosted page, and comes back with a code; three listeners are to be told.
//!
//! A registration counts as acknowledged when its tokens say whose they are. From then on each listener must hear of it.

use std::time::Duration;

use url::Url;

use super::{browser::Browser, code::Asking, hosted_page::HostedPage};
use crate::{
    load::word,
    secret::Secret,
    target::User,
    visit::{Missed, Visit},
};

/// Where users register.
pub(super) const PAGE: HostedPage = HostedPage {
    page: "register-page",
    form: "register-form",
};

/// How long nobody registers who has no room.
const PAUSE: Duration = Duration::from_millis(20);

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    let load = visit.load();
    let notifications = load.notifications.get().ok_or(Missed)?;
    if !notifications.ledger().has_room() {
        tokio::time::sleep(PAUSE).await;
        return Ok(());
    }
    let asking = Asking::new(visit)?;
    let browser = Browser::of(&asking);
    let address = format!("{}?{}", load.place.register, asking.query);
    let page = Url::parse(&address).map_err(|_| Missed)?;
    let user = User {
        name: notifications.email(&word(visit.chance())),
        password: Secret::new(word(visit.chance())),
    };
    let grant = PAGE.pass(visit, asking, browser, (&page, &user)).await?;
    // The grant is lent to nobody: its user is removed at the end.
    notifications.ledger().expect(grant.subject);
    Ok(())
}
