//! Checks of `/{customerId}/login/token` after a sign-in.
//!
//! | module | what it looks at |
//! |---|---|
//! | `code` | what the exchange of a code gives |
//! | `code_refused` | codes that are good for nothing, or no longer |
//! | `binding` | what a code is bound to: redirect URI and client |
//! | `pkce` | what a code is bound to: the challenge |
//! | `authentication` | how a client shows who it is |
//! | `errors` | what holds for every grant |
//! | `refresh` | what the exchange of a refresh token gives |
//! | `refresh_refused` | refresh tokens that are good for nothing |
//! | `refresh_scope` | scopes at a refresh |
//! | `kinds` | what one kind of token does not open |

mod authentication;
mod binding;
mod code;
mod code_refused;
mod errors;
mod kinds;
mod pkce;
mod refresh;
mod refresh_refused;
mod refresh_scope;

use crate::{check::Check, expect, http::Answer, verdict::Mismatch};

pub(super) use authentication::challenges;
pub(in crate::checks) use binding::others;
pub(super) use code_refused::obeys_reuse;

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[
    code::CHECKS,
    code_refused::CHECKS,
    binding::CHECKS,
    pkce::CHECKS,
    authentication::CHECKS,
    errors::CHECKS,
    refresh::CHECKS,
    refresh_refused::CHECKS,
    refresh_scope::CHECKS,
    kinds::CHECKS,
];

/// Requires that no token came, whatever the words of the refusal.
pub(super) fn no_tokens(answer: &Answer) -> Result<(), Mismatch> {
    expect::status(answer, &[400, 401, 403])?;
    let Ok(body) = answer.json() else {
        return Ok(());
    };
    for place in ["/access_token", "/refresh_token", "/id_token"] {
        expect::absent(&body, place)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    #[test]
    fn a_token_beside_an_error_is_a_token() {
        let answer = |status, body: &str| Answer::new(status, HeaderMap::new(), body.to_owned());
        assert!(no_tokens(&answer(400, r#"{"error":"invalid_grant"}"#)).is_ok());
        assert!(no_tokens(&answer(401, "")).is_ok());
        assert!(no_tokens(&answer(200, r#"{"error":"invalid_grant"}"#)).is_err());
        assert!(no_tokens(&answer(500, "")).is_err());
        assert!(no_tokens(&answer(400, r#"{"error":"x","id_token":"y"}"#)).is_err());
    }
}
