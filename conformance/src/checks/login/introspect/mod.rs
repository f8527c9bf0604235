//! Checks of `/{customerId}/login/token/introspect`.
//!
//! | module | what it looks at |
//! |---|---|
//! | `active` | what is told of a token in force |
//! | `inactive` | what is told of any other |
//! | `callers` | who may ask |

mod active;
mod callers;
mod inactive;

use serde_json::{Value, json};

use crate::{
    check::Check,
    expect,
    http::Answer,
    relying_party::LoginClient,
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed},
};

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[active::CHECKS, inactive::CHECKS, callers::CHECKS];

/// Introspects a token, and requires that it is in force. Returns what is told of it.
pub(in crate::checks) async fn active(
    target: &Target,
    client: &LoginClient,
    token: &Secret,
) -> Result<Value, NotPassed> {
    let answer = target.introspect(client, token).await?;
    let told = told(&answer).during("introspection")?;
    expect::member(&told, "/active", &json!(true)).during("introspection")?;
    Ok(told)
}

/// Introspects a token, and requires that it is not in force, and that nothing else is told of it.
pub(in crate::checks) async fn inactive(
    target: &Target,
    client: &LoginClient,
    token: &Secret,
) -> Result<(), NotPassed> {
    let answer = target.introspect(client, token).await?;
    let told = told(&answer).during("introspection")?;
    Ok(expect::equal(
        "introspection",
        &json!({ "active": false }),
        &told,
    )?)
}

fn told(answer: &Answer) -> Result<Value, Mismatch> {
    expect::status(answer, &[200])?;
    answer.json()
}
