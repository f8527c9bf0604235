//! Cookies, by the rules of RFC 6265: host, path, `Secure`, expiry.

use cookie_store::CookieStore;
use url::Url;

use crate::{http::Answer, secret::Secret};

/// The largest number of cookies that are kept.
const MOST: usize = 200;

/// The cookies of one browser.
#[derive(Debug, Clone, Default)]
pub struct Jar {
    store: CookieStore,
}

impl Jar {
    /// Keeps what an answer from this address sets.
    pub(super) fn keep(&mut self, answer: &Answer, address: &str) {
        let Ok(url) = Url::parse(address) else { return };
        for line in answer.header_values("set-cookie") {
            if self.store.iter_any().count() < MOST {
                // What the rules refuse is not kept, as in any browser.
                let _ = self.store.parse(line, &url);
            }
        }
    }

    /// Keeps the pairs of a `Cookie` header for every path of an address.
    pub(super) fn hand_over(&mut self, header: &Secret, address: &str) {
        let Ok(url) = Url::parse(address) else { return };
        for pair in header.expose().split(';') {
            let line = format!("{}; Path=/", pair.trim());
            // A description was checked before: each pair is one.
            let _ = self.store.parse(&line, &url);
        }
    }

    /// Returns the `Cookie` header for an address, if there is anything to send.
    pub fn header(&self, address: &str) -> Option<String> {
        let url = Url::parse(address).ok()?;
        let pairs: Vec<String> = self
            .store
            .get_request_values(&url)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Returns a cookie's value, wherever it belongs to.
    pub fn value(&self, name: &str) -> Option<Secret> {
        self.store
            .iter_unexpired()
            .find(|cookie| cookie.name() == name)
            .map(|cookie| Secret::new(cookie.value()))
    }

    /// Returns the names of all cookies that are kept.
    pub fn names(&self) -> Vec<String> {
        let cookies = self.store.iter_unexpired();
        cookies.map(|cookie| cookie.name().to_owned()).collect()
    }
}
