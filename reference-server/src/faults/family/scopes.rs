//! Faults of scopes: what a token may do.

use std::sync::Arc;

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::jwt;
use crate::store::Grant;

pub(super) const FAULTS: &[Fault] = &[Fault {
    name: "deny-is-forgotten",
    family: "scopes",
    title: "The deny scopes of a token are forgotten",
    act: Act::Answer(|app, asked, answer| {
        regrant(app, asked, answer, |scope| {
            (!scope.starts_with('-')).then(|| scope.to_owned())
        });
    }),
}];

/// Lets a token that was just issued have other rights than its answer says: each of its scopes becomes another, or none.
fn regrant(app: &App, asked: &Asked, answer: &Answer, change: impl Fn(&str) -> Option<String>) {
    let Some(token) = jwt::handed_out(answer, "access_token") else {
        return;
    };
    let now = app.clock().now();
    let Some((grant, end)) = app.store().tokens().find_with_end(&token, now) else {
        return;
    };
    if grant.authorization().is_some() || asked.customer() != Some(grant.customer()) {
        return;
    }
    let scopes: Vec<String> = grant.scope().split(' ').filter_map(change).collect();
    let lifetime = u32::try_from(grant.lifetime().as_secs()).unwrap_or(u32::MAX);
    let other = Grant::new(
        grant.customer(),
        grant.client(),
        &scopes.join(" "),
        lifetime,
        app.settings().readings.of_scopes(),
    );
    app.store().tokens().add(&token, Arc::new(other), now, end);
}
