//! Which places belong to the target: nothing is sent elsewhere, whatever an answer says.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use url::{Host, Url};

/// The largest number of places.
const MOST: usize = 100;

/// The origins (scheme, host and port) that belong to the target.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Written when a discovery document came; never held across an await.
    origins: Mutex<BTreeSet<String>>,
}

impl Places {
    /// Starts with the places that the description names.
    pub(crate) fn new<'a>(addresses: impl IntoIterator<Item = &'a String>) -> Self {
        let origins = addresses
            .into_iter()
            .filter_map(|address| origin(&Url::parse(address).ok()?));
        Self {
            origins: Mutex::new(origins.collect()),
        }
    }

    /// Tells whether an address is at one of the places.
    pub(crate) fn cover(&self, address: &str) -> bool {
        let origin = Url::parse(address).ok().and_then(|url| origin(&url));
        origin.is_some_and(|origin| self.lock().contains(&origin))
    }

    /// Takes an address that an issuer names as its own for a place of the target: over TLS anywhere, else only on loopback and
    /// only when the issuer is there, too.
    pub(crate) fn vouch(&self, issuer: &str, address: &str) {
        let (Ok(issuer), Ok(url)) = (Url::parse(issuer), Url::parse(address)) else {
            return;
        };
        let is_safe = url.scheme() == "https" || is_loopback(&issuer) && is_loopback(&url);
        let mut origins = self.lock();
        if let Some(origin) = origin(&url)
            && is_safe
            && origins.len() < MOST
        {
            origins.insert(origin);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.origins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the origin of an address of HTTP.
fn origin(url: &Url) -> Option<String> {
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_scheme_host_and_port() {
        let places = Places::new([&"https://id.example.test".to_owned()]);
        assert!(places.cover("https://id.example.test/a?b=c"));
        assert!(places.cover("https://ID.example.test:443/"));
        for other in [
            "http://id.example.test/",
            "https://id.example.test:8443/",
            "https://id.example.test.evil.test/",
            "https://id.example.test@evil.test/",
            "app://cb",
            "nonsense",
        ] {
            assert!(!places.cover(other), "{other}");
        }
    }

    #[test]
    fn an_issuer_vouches_for_what_is_as_safe_as_itself() {
        let places = Places::default();
        let far = "https://id.example.test";
        for (issuer, address, is_taken) in [
            (far, "https://keys.example.test/jwks", true),
            (far, "http://keys.example.test/jwks", false),
            (far, "http://127.0.0.1:80/jwks", false),
            ("http://127.0.0.1:1", "http://localhost:2/jwks", true),
            ("http://127.0.0.1:1", "http://10.0.0.1:2/jwks", false),
            ("http://127.0.0.1:1", "ftp://127.0.0.1/jwks", false),
        ] {
            places.vouch(issuer, address);
            assert_eq!(places.cover(address), is_taken, "{address}");
        }
    }
}
