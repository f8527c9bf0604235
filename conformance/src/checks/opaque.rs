//! What tells an opaque token from anything else.

use serde_json::json;

use crate::{expect, verdict::Mismatch};

/// Requires the alphabet of base64url (RFC 4648, section 5), and half to twice the length of the documented samples.
pub(super) fn opaque(token: &str) -> Result<(), Mismatch> {
    let strange: Vec<char> = token
        .chars()
        .filter(|letter| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')))
        .collect();
    expect::equal(
        "characters of the token outside base64url",
        &json!([]),
        &json!(strange),
    )?;
    let length = token.len();
    if (32..=128).contains(&length) {
        return Ok(());
    }
    Err(Mismatch::new(
        "length of the token",
        [json!("from 32 to 128")],
        json!(length),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_opaque_is_told_apart() {
        assert!(opaque(&"aZ0-_".repeat(13)).is_ok());
        assert!(opaque("short").is_err());
        assert!(opaque(&"a".repeat(500)).is_err());
        let jwt = format!("{0}.{0}.{0}", "a".repeat(20));
        let mismatch = opaque(&jwt).expect_err("a JWT is not opaque");
        assert_eq!(mismatch.actual, json!([".", "."]));
    }
}
