//! Which redirect URIs a client may have.

use url::{Host, Url};

use crate::extract::{Member, MemberError};

/// Reads a redirect URI: an HTTPS URL, a deep link with a scheme of its own, or plain HTTP on this machine.
///
/// It is kept as it was written, since authorization requests have to repeat it exactly.
pub(super) fn read(member: Member<'_>) -> Result<String, MemberError> {
    let Some(text) = member.as_text() else {
        return Err(member.bad_value("str type expected"));
    };
    match problem(text) {
        None => Ok(text.to_owned()),
        Some(problem) => Err(member.bad_value(problem)),
    }
}

/// Returns what is wrong with a redirect URI.
pub(crate) fn problem(text: &str) -> Option<&'static str> {
    // The parser would quietly drop these.
    if text
        .bytes()
        .any(|byte| byte.is_ascii_control() || byte == b' ')
    {
        return Some("a URL has no spaces or control characters");
    }
    let Ok(url) = Url::parse(text) else {
        return Some("invalid or missing URL scheme");
    };
    if url.fragment().is_some() {
        return Some("a redirect URI has no fragment");
    }
    match url.scheme() {
        "https" => None,
        "http" if is_this_machine(&url) => None,
        "http" => Some("plain HTTP is for localhost only"),
        // A browser would run these, or read files, instead of opening an application.
        "javascript" | "data" | "vbscript" | "file" | "blob" | "about" | "ftp" | "ws" | "wss" => {
            Some("URL scheme not permitted")
        }
        _ => None,
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_deep_links_and_this_machine_are_fine() {
        for uri in [
            "https://shop.example.test/callback?x=1",
            "https://localhost",
            "http://localhost:8080/callback",
            "http://127.0.0.1/callback",
            "http://[::1]:3000/",
            "demo-app://auth-callback",
            "com.example.app:/callback",
        ] {
            assert_eq!(problem(uri), None, "`{uri}`");
        }
    }

    #[test]
    fn others_are_not() {
        for uri in [
            "",
            "callback",
            "/callback",
            "//shop.example.test",
            "http://shop.example.test/callback",
            "http://localhost.example.test/",
            "http://127.0.0.1.example.test/",
            "https://",
            "https://shop.example.test/#fragment",
            "https://shop.example.test/ callback",
            "java\nscript:alert(1)",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
        ] {
            assert!(problem(uri).is_some(), "`{uri}`");
        }
    }
}
