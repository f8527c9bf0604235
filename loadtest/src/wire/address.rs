//! Where a request goes.

use std::{fmt, sync::Arc};

use http::uri::{PathAndQuery, Uri};

/// A whole address: read once, however often requests go there, and cheap to copy.
///
/// ```
/// use loadtest::wire::Address;
///
/// let address = Address::from("http://127.0.0.1:9400/mine/login?a=1");
/// assert_eq!(address.path().map(|path| path.as_str()), Some("/mine/login?a=1"));
/// assert!(Address::from("http://").path().is_none());
/// ```
#[derive(Clone)]
pub struct Address {
    text: Arc<str>,
    path: Option<PathAndQuery>,
}

impl Address {
    /// Returns what stands in a request line; nothing if it is no address.
    pub fn path(&self) -> Option<&PathAndQuery> {
        self.path.as_ref()
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        let uri = text.parse::<Uri>().ok();
        let root = || PathAndQuery::from_static("/");
        Self {
            text: text.into(),
            path: uri.map(|uri| uri.into_parts().path_and_query.unwrap_or_else(root)),
        }
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for Address {
    fn from(address: &Self) -> Self {
        address.clone()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, formatter)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}
