//! Faults of the tokens for administrators: how they are issued, and for how long they work.

use crate::faults::fault::{Act, Fault};
use crate::faults::jwt;

pub(super) const FAULTS: &[Fault] = &[Fault {
    name: "tokens-expire-early",
    family: "tokens",
    title: "An access token stops working as soon as it is issued",
    act: Act::Answer(|app, _, answer| {
        if let Some(token) = jwt::handed_out(answer, "access_token") {
            app.store().tokens().revoke(&token);
        }
    }),
}];
