//! The URL under which clients reach the server.

use std::fmt;
use std::str::FromStr;

use url::{Position, Url};

/// The URL under which clients reach the server: scheme, host and port. Issuer and endpoints begin with it, so it is
/// chosen by the server's owner, never taken from a request.
///
/// ```
/// use reference_server::settings::PublicUrl;
///
/// let url: PublicUrl = "https://id.example.com/".parse()?;
/// assert_eq!(url.to_string(), "https://id.example.com");
/// assert_eq!(PublicUrl::default().to_string(), "http://127.0.0.1:9400");
/// assert!("https://id.example.com/base".parse::<PublicUrl>().is_err());
/// # Ok::<(), reference_server::settings::PublicUrlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// Says why a text is no public URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not of the form http://HOST[:PORT] or https://HOST[:PORT], without path, query and user"
)]
pub struct PublicUrlError(String);

impl PublicUrl {
    /// Returns the text, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether clients reach the server by TLS.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https:")
    }
}

impl Default for PublicUrl {
    fn default() -> Self {
        Self("http://127.0.0.1:9400".to_owned())
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let refused = || PublicUrlError(text.to_owned());
        let url = Url::parse(text).map_err(|_| refused())?;
        let is_bare = url.path() == "/" && url[Position::AfterPath..].is_empty();
        let has_user = !url.username().is_empty() || url.password().is_some();
        if !matches!(url.scheme(), "http" | "https") || !is_bare || has_user {
            return Err(refused());
        }
        Ok(Self(url[..Position::BeforePath].to_owned()))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_origin_is_a_public_url() {
        for (text, url) in [
            ("http://127.0.0.1:49152", "http://127.0.0.1:49152"),
            ("HTTPS://ID.Example.com:443/", "https://id.example.com"),
            ("http://[::1]:9400", "http://[::1]:9400"),
        ] {
            let parsed = text.parse::<PublicUrl>().map(|url| url.to_string());
            assert_eq!(parsed, Ok(url.to_owned()));
        }
        for text in [
            "",
            "id.example.com",
            "ftp://id.example.com",
            "https://",
            "https://id.example.com/login",
            "https://id.example.com/?x=1",
            "https://id.example.com/#x",
            "https://user@id.example.com",
            "https://user:password@id.example.com",
        ] {
            assert!(text.parse::<PublicUrl>().is_err(), "`{text}`");
        }
    }
}
