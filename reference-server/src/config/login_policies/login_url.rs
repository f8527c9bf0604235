//! Which login pages a policy may have.

use url::Url;

use crate::extract::{Member, MemberError};

/// Reads the URL of a login page. It is kept as it was written, since the API shows it so.
pub(super) fn read(member: Member<'_>) -> Result<String, MemberError> {
    match member
        .as_text()
        .filter(|text| !text.is_empty())
        .and_then(problem)
    {
        Some(problem) => Err(member.bad_value(problem)),
        None => member.filled_text(),
    }
}

/// Returns what is wrong with the URL of a login page, to which browsers are sent.
pub(crate) fn problem(text: &str) -> Option<&'static str> {
    match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "https" | "http") => {
            Some("invalid or missing URL scheme")
        }
        Err(_) => Some("invalid or missing URL scheme"),
        // The parser quietly drops these, which no header field can hold.
        Ok(_) if text.contains(|c: char| c == ' ' || c.is_control()) => {
            Some("a URL has no spaces or control characters")
        }
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_pages_are_login_pages() {
        for url in [
            "https://login.example.com",
            "http://login.example.com/start?theme=dark#/sign-in",
            "https://bücher.example/ü",
        ] {
            assert_eq!(problem(url), None, "`{url}`");
        }
        for url in [
            "/login",
            "login.example.com",
            "javascript:alert(1)",
            "https://",
            " https://login.example.com",
            "https://login.example.com/\n",
            "https://login.example.com/\u{7f}",
            "https://login.example.com/\u{85}",
            "https://login.example.com/a b",
        ] {
            assert!(problem(url).is_some(), "`{url}`");
        }
    }
}
