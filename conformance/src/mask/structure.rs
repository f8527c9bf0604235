//! Masking by structure: names that say that a value is secret.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{
    MASK,
    address::{self, address},
    html,
};

/// Names of members, fields and parameters whose values never print.
const NAMES: [&str; 23] = [
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "client_secret",
    "clientsecret",
    "secret",
    "password",
    "code",
    "code_verifier",
    "assertion",
    "client_assertion",
    "cookie",
    "set-cookie",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "id_token_hint",
    "logout_hint",
    "authenticity_token",
    "session_state",
    "sid",
    "passphrase",
];

/// Parts of such names: each framework spells the rest in its own way.
const PARTS: [&str; 3] = ["csrf", "xsrf", "password"];

/// Headers that hold an address.
const ADDRESSES: [&str; 5] = ["location", "content-location", "referer", "refresh", "link"];

/// Tells whether a name says that its value is secret.
///
/// ```
/// use conformance::mask::is_secret_name;
///
/// assert!(is_secret_name("clientSecret"));
/// assert!(is_secret_name("_csrf_token"));
/// assert!(!is_secret_name("token_type"));
/// ```
pub fn is_secret_name(name: &str) -> bool {
    let is_listed = NAMES.iter().any(|secret| secret.eq_ignore_ascii_case(name));
    is_listed || {
        let name = name.to_ascii_lowercase();
        PARTS.iter().any(|part| name.contains(part))
    }
}

/// Returns the shell variable that stands for a secret field in a `curl` line.
pub fn placeholder(name: &str) -> Option<&'static str> {
    is_secret_name(name).then(|| {
        if name.to_ascii_lowercase().contains("secret") {
            "$CLIENT_SECRET"
        } else if name.to_ascii_lowercase().contains("password") {
            "$PASSWORD"
        } else {
            "$TOKEN"
        }
    })
}

/// Returns the user of Basic credentials, when they can be read.
pub fn basic_user(credentials: &str) -> Option<String> {
    let decoded = STANDARD.decode(credentials.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    Some(text.split_once(':')?.0.to_owned())
}

/// Returns a header's value with its secret part masked.
pub fn header(name: &str, value: &str) -> String {
    if name.eq_ignore_ascii_case("authorization")
        || name.eq_ignore_ascii_case("proxy-authorization")
    {
        return match value.split_once(' ') {
            Some((scheme, credentials)) if !credentials.trim().is_empty() => {
                format!("{scheme} {MASK}")
            }
            _ => value.to_owned(),
        };
    }
    if name.eq_ignore_ascii_case("cookie") {
        let pairs: Vec<String> = value.split(';').map(cookie).collect();
        return pairs.join(";");
    }
    if name.eq_ignore_ascii_case("set-cookie") {
        // The attributes are public, and matter.
        let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
        let separator = if attributes.is_empty() { "" } else { ";" };
        return format!("{}{separator}{attributes}", cookie(pair));
    }
    if is_secret_name(name) {
        return MASK.to_owned();
    }
    if ADDRESSES
        .iter()
        .any(|address| address.eq_ignore_ascii_case(name))
    {
        return address(value);
    }
    value.to_owned()
}

/// Returns a cookie with its value masked; an empty one stays, because that a cookie is emptied matters.
fn cookie(pair: &str) -> String {
    match pair.split_once('=') {
        Some((_, "")) => pair.to_owned(),
        Some((name, _)) => format!("{name}={MASK}"),
        None => MASK.to_owned(),
    }
}

/// Returns a JSON value in which every string or number under a secret name is masked.
pub fn json_members(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, member)| {
                    let masked = if is_secret_name(name) && !matches!(member, Value::Null) {
                        hidden(member)
                    } else {
                        json_members(member)
                    };
                    (name.clone(), masked)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(json_members).collect()),
        other => other.clone(),
    }
}

/// Masks a value whose name says that it is secret; an empty string stays, because that it is empty matters.
fn hidden(value: &Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => value.clone(),
        _ => Value::String(MASK.to_owned()),
    }
}

/// Returns a body as text with its secret members or fields masked.
pub fn body(media_type: Option<&str>, bytes: &[u8]) -> String {
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        return json_members(&value).to_string();
    }
    let text = String::from_utf8_lossy(bytes);
    let is = |wanted: &str| {
        media_type
            .is_some_and(|media_type| media_type.trim().to_ascii_lowercase().starts_with(wanted))
    };
    if is("application/x-www-form-urlencoded") {
        let pairs: Vec<String> = text.split('&').map(address::pair).collect();
        pairs.join("&")
    } else if is("text/html") || is("application/xhtml") {
        html::page(&text)
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_masked_at_every_depth() {
        let masked = json_members(&json!({
            "secret": "a", "id": "b",
            "inner": [{"clientSecret": {"x": 1}, "access_token": null, "scope": ""}],
            "client_secret": "",
        }));
        assert_eq!(
            masked,
            json!({
                "secret": MASK, "id": "b",
                "inner": [{"clientSecret": MASK, "access_token": null, "scope": ""}],
                "client_secret": "",
            })
        );
    }

    #[test]
    fn a_form_keeps_what_is_public() {
        let masked = body(
            Some("application/x-www-form-urlencoded"),
            b"client_id=a&client_secret=b&scope=c",
        );
        assert_eq!(masked, "client_id=a&client_secret=***&scope=c");
    }

    #[test]
    fn an_authorization_keeps_its_scheme() {
        assert_eq!(header("Authorization", "Bearer abc"), "Bearer ***");
        assert_eq!(header("authorization", "Bearer"), "Bearer");
        assert_eq!(header("Accept", "a"), "a");
    }

    #[test]
    fn a_cookie_keeps_its_name_and_attributes() {
        assert_eq!(header("Cookie", "a=b; c=d"), "a=***; c=***");
        assert_eq!(
            header("set-cookie", "a=b; Path=/; HttpOnly"),
            "a=***; Path=/; HttpOnly"
        );
        assert_eq!(header("set-cookie", "a=; Max-Age=0"), "a=; Max-Age=0");
        assert_eq!(header("set-cookie", "hush"), "***");
    }

    #[test]
    fn an_address_keeps_what_is_public() {
        assert_eq!(
            header("Location", "https://h/cb?code=b&state=c"),
            "https://h/cb?code=***&state=c"
        );
    }
}
