//! Checks of `/{customerId}/profiles/oidc/userinfo`, and of the claims of users wherever they come.
//!
//! | module | what it looks at |
//! |---|---|
//! | `requests` | how claims are asked for |
//! | `scopes` | which claims a scope covers |
//! | `email` | the claims of the scope email, whose names the documentation gives twice |
//! | `formats` | what claims look like |
//! | `asked` | claims that the `claims` parameter asks for |
//! | `known` | claims of somebody whose attributes are known |
//! | `custom` | claims that a login policy defines |
//! | `refused` | tokens that open nothing |

mod asked;
mod custom;
mod email;
mod formats;
mod known;
mod refused;
mod requests;
mod scopes;

use serde_json::Value;

use crate::{
    check::Check,
    expect,
    relying_party::Tokens,
    target::Target,
    verdict::{During as _, NotPassed},
};

/// Every list of checks of this area.
pub(in crate::checks) const LISTS: &[&[Check]] = &[
    requests::CHECKS,
    scopes::CHECKS,
    email::CHECKS,
    formats::CHECKS,
    asked::CHECKS,
    custom::CHECKS,
    known::CHECKS,
    refused::CHECKS,
];

/// Returns the claims that an access token opens.
async fn claims(target: &Target, tokens: &Tokens) -> Result<Value, NotPassed> {
    let answer = target.userinfo(&tokens.access()?).await?;
    expect::status(&answer, &[200]).during("userinfo")?;
    Ok(answer.json().during("userinfo")?)
}
