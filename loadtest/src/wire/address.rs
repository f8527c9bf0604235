//! Where a request goes.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use http::uri::{PathAndQuery, Uri};
use url::Url;

/// A whole address: read once for each client, however often requests go there, and cheap to copy.
///
/// ```
/// use loadtest::wire::Address;
///
/// let address = Address::from("http://127.0.0.1:9400/mine/login?a=1");
/// assert_eq!(address.path().map(|path| path.as_str()), Some("/mine/login?a=1"));
/// assert!(Address::from("http://").path().is_none());
/// ```
#[derive(Clone)]
pub struct Address(Arc<Forms>);

struct Forms {
    text: String,
    path: OnceLock<Option<PathAndQuery>>,
    url: OnceLock<Option<Url>>,
}

impl Address {
    /// Returns it as it was written.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Returns what stands in a request line; nothing if it is no address.
    pub fn path(&self) -> Option<&PathAndQuery> {
        let read = || {
            let parts = self.0.text.parse::<Uri>().ok()?.into_parts();
            let root = || PathAndQuery::from_static("/");
            Some(parts.path_and_query.unwrap_or_else(root))
        };
        self.0.path.get_or_init(read).as_ref()
    }

    /// Returns it as browsers read it; nothing if it is no address.
    pub fn url(&self) -> Option<&Url> {
        let read = || Url::parse(&self.0.text).ok();
        self.0.url.get_or_init(read).as_ref()
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(Arc::new(Forms {
            text,
            path: OnceLock::new(),
            url: OnceLock::new(),
        }))
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<&Self> for Address {
    fn from(address: &Self) -> Self {
        address.clone()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0.text, formatter)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0.text)
    }
}
