//! The URL of a listener.

use url::Url;

use crate::app::App;
use crate::deliveries::{Reach, Unreached};

/// Bytes that a URL may have.
const LONGEST: usize = 2048;

/// Says what is wrong with the text of a URL, before anybody asks for addresses.
pub(super) fn problem(text: &str, reach: Reach) -> Option<String> {
    if text.len() > LONGEST {
        return Some(format!("a URL has at most {LONGEST} bytes"));
    }
    // The parser would take these away, and `aud` has the text.
    if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return Some("a URL has neither spaces nor control characters".to_owned());
    }
    let Ok(url) = Url::parse(text) else {
        return Some("invalid or missing URL scheme".to_owned());
    };
    match url.scheme() {
        "https" => {}
        "http" if reach == Reach::PublicAndLocal => {}
        _ => return Some("a listener is reached by HTTPS only".to_owned()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some("a URL of a listener names no user".to_owned());
    }
    if url.fragment().is_some() {
        return Some("a URL of a listener has no fragment".to_owned());
    }
    None
}

/// Says why nobody can be notified there: the name is unknown, or an address is not public.
pub(super) async fn unreached(app: &App, text: &str) -> Option<Unreached> {
    let reach = app.reach();
    let url = Url::parse(text).ok()?;
    let host = url.host()?;
    app.hosts().resolve(host, reach).await.err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_reached_by_https_only() {
        for text in [
            "https://hooks.example.com",
            "https://hooks.example.com:8443/a?b=c",
            "HTTPS://hooks.example.com/%20",
        ] {
            assert_eq!(problem(text, Reach::Public), None, "`{text}`");
        }
        for text in [
            "",
            "hooks.example.com/x",
            "/x",
            "https://",
            "https:// hooks.example.com",
            "https://hooks.example.com/\t",
            "http://hooks.example.com/",
            "ftp://hooks.example.com/",
            "file:///etc/passwd",
            "https://user@hooks.example.com/",
            "https://:password@hooks.example.com/",
            "https://hooks.example.com/#x",
        ] {
            assert!(problem(text, Reach::Public).is_some(), "`{text}`");
        }
        let long = format!("https://hooks.example.com/{}", "x".repeat(2048));
        assert!(problem(&long, Reach::Public).is_some());
        assert_eq!(problem("http://127.0.0.1:1/", Reach::PublicAndLocal), None);
        assert!(problem("ftp://127.0.0.1/", Reach::PublicAndLocal).is_some());
    }
}
