//! The token of a request: RFC 6750, 2.1.

use http::{HeaderMap, header};

/// Says what is wrong with the token of a request: RFC 6750, 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BearerProblem {
    /// There is none.
    Missing,
    /// It is unknown, malformed, expired or revoked, or there are two.
    InvalidToken,
    /// It has too little scope.
    InsufficientScope,
}

/// Returns the token of the one `Authorization: Bearer` field.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, BearerProblem> {
    let mut fields = headers.get_all(header::AUTHORIZATION).iter();
    let field = fields.next().ok_or(BearerProblem::Missing)?;
    if fields.next().is_some() {
        return Err(BearerProblem::InvalidToken);
    }
    let field = field.to_str().map_err(|_| BearerProblem::InvalidToken)?;
    let (scheme, token) = field.split_once(' ').unwrap_or((field, ""));
    let token = token.trim_matches(' ');
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(BearerProblem::Missing);
    }
    Ok(token)
}
