//! Checks of ID tokens.
//!
//! | module | what it looks at |
//! |---|---|
//! | `form` | header and signature |
//! | `who` | issuer, client and user |
//! | `when` | times |
//! | `session` | session, means and assurance |
//! | `nonce` | the nonce |
//! | `hashes` | what binds it to an access token |

mod form;
mod hashes;
mod nonce;
mod session;
mod when;
mod who;

use serde_json::Value;

use crate::{check::Check, relying_party::LoginClient, target::Target, verdict::NotPassed};

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[
    form::CHECKS,
    who::CHECKS,
    when::CHECKS,
    session::CHECKS,
    nonce::CHECKS,
    hashes::CHECKS,
];

/// Signs in, and returns the claims of the ID token. Only the signature is looked at: everything else is for the check.
async fn claims(target: &Target, client: &LoginClient, scope: &str) -> Result<Value, NotPassed> {
    let tokens = target.sign_in(client, scope).await?;
    Ok(target.jwks().await?.verify(&tokens.id()?)?.claims)
}
