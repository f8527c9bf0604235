//! Cookies, by the rules of RFC 6265: host, path, `Secure`, expiry.

use cookie_store::CookieStore;
use url::Url;

use crate::{http::Answer, secret::Secret};

/// The largest number of times that a cookie is set.
const MOST: usize = 500;

/// The cookies of one browser.
#[derive(Debug, Clone, Default)]
pub struct Jar {
    store: CookieStore,
    /// Every line that set a cookie, with the cookie's name.
    lines: Vec<(String, String)>,
}

impl Jar {
    /// Keeps what an answer from this address sets.
    pub(super) fn keep(&mut self, answer: &Answer, address: &str) {
        let Ok(url) = Url::parse(address) else { return };
        for line in answer.header_values("set-cookie") {
            if self.lines.len() >= MOST {
                break;
            }
            let name = line.split('=').next().unwrap_or_default().trim();
            self.lines.push((name.to_owned(), line.to_owned()));
            // What the rules refuse is not kept, as in any browser.
            let _ = self.store.parse(line, &url);
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

    /// Puts a cookie in, for every path of the host of an address.
    pub fn put(&mut self, name: &str, value: &str, address: &str) {
        if let Ok(url) = Url::parse(address) {
            // One that cannot be kept is not there, which whoever asks for it sees.
            let _ = self.store.parse(&format!("{name}={value}; Path=/"), &url);
        }
    }

    /// Returns the lines that set a cookie, in their order.
    pub fn lines(&self, name: &str) -> Vec<&str> {
        let lines = self.lines.iter().filter(|(given, _)| given == name);
        lines.map(|(_, line)| line.as_str()).collect()
    }

    /// Returns the `Cookie` header for an address, if there is anything to send.
    pub fn header(&self, address: &str) -> Option<String> {
        let url = Url::parse(address).ok()?;
        let mut pairs: Vec<String> = self
            .store
            .get_request_values(&url)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        // The store has no order; the same cookies make the same header.
        pairs.sort_unstable();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Returns a cookie's value, wherever it belongs to.
    pub fn value(&self, name: &str) -> Option<Secret> {
        self.store
            .iter_unexpired()
            .find(|cookie| cookie.name() == name)
            .map(|cookie| Secret::new(cookie.value()))
    }

    /// Returns the names of all cookies that are kept, in the order of the alphabet: the store has none.
    pub fn names(&self) -> Vec<String> {
        let cookies = self.store.iter_unexpired();
        let mut names: Vec<String> = cookies.map(|cookie| cookie.name().to_owned()).collect();
        names.sort_unstable();
        names
    }
}
