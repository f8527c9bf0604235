//! The proxies that the environment names, as other programs of the command line understand them.

use std::{fmt, net::IpAddr, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// Which proxy a request goes through, if it goes through one.
///
/// `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` are read as curl reads them: in lower case first, then in upper case,
/// and an empty one is none. A program that answers web requests finds the header `Proxy` of its callers in `HTTP_PROXY`, so that one
/// is not read where `REQUEST_METHOD` is set. This machine itself is never reached through a proxy.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exempt: Option<Arc<Matcher>>,
}

/// One proxy. Its credentials are not printed.
#[derive(Debug, Clone)]
pub struct Proxy {
    variable: String,
    intercept: Intercept,
}

/// Says why a variable names no proxy. What stands in it is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "names no proxy; expected is `http://HOST:PORT`, `https://HOST:PORT` or `socks5://HOST:PORT`, with `USER:PASSWORD@` before the host if it asks for them"
)]
pub struct ProxyError {
    /// The environment variable.
    pub variable: String,
}

impl Proxies {
    /// Reads the variables; `variable` looks one up.
    ///
    /// # Errors
    ///
    /// When one is set that names no proxy: nothing may go another way than the user wanted.
    ///
    /// ```
    /// use conformance::http::proxy::Proxies;
    ///
    /// let proxies = Proxies::read(&|name| (name == "HTTPS_PROXY").then(|| "http://proxy.example.test:3128".to_owned()))?;
    /// let proxy = proxies.route(&"https://id.example.test/".parse()?).expect("it goes through one");
    /// assert_eq!(proxy.to_string(), "http://proxy.example.test:3128 (HTTPS_PROXY)");
    /// assert!(proxies.route(&"https://127.0.0.1/".parse()?).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, ProxyError> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let is_answering_web_requests = set("REQUEST_METHOD").is_some();
        let proxy = |name: &'static str| {
            let upper = name.to_ascii_uppercase();
            let upper = Some(upper).filter(|_| name != "http_proxy" || !is_answering_web_requests);
            let mut names = [Some(name.to_owned()), upper].into_iter().flatten();
            let found = names.find_map(|name| Some((set(&name)?, name)));
            found
                .map(|(value, name)| Proxy::parse(name, value.trim()))
                .transpose()
        };
        let all = proxy("all_proxy")?;
        let exempt = set("no_proxy").or_else(|| set("NO_PROXY"));
        Ok(Self {
            http: proxy("http_proxy")?.or_else(|| all.clone()),
            https: proxy("https_proxy")?.or(all),
            exempt: exempt.map(|list| {
                // What it lets pass is not exempt.
                let everything = Matcher::builder().all("http://proxy.invalid");
                Arc::new(everything.no(list).build())
            }),
        })
    }

    /// Returns the proxy for an address.
    pub fn route(&self, address: &Uri) -> Option<&Proxy> {
        let proxy = match address.scheme_str()? {
            "http" => self.http.as_ref()?,
            "https" => self.https.as_ref()?,
            _ => return None,
        };
        let is_exempt = |exempt: &Arc<Matcher>| exempt.intercept(address).is_none();
        let goes_direct =
            is_loopback(address.host()?) || self.exempt.as_ref().is_some_and(is_exempt);
        (!goes_direct).then_some(proxy)
    }

    /// Returns the passwords, for masking.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = String> {
        let proxies = [&self.http, &self.https].into_iter().flatten();
        proxies.filter_map(Proxy::password)
    }
}

impl Proxy {
    fn parse(variable: String, value: &str) -> Result<Self, ProxyError> {
        let matcher = Matcher::builder().all(value).build();
        let anywhere = Uri::from_static("http://id.example.test/");
        match matcher.intercept(&anywhere) {
            Some(intercept)
                if matches!(
                    intercept.uri().scheme_str(),
                    Some("http" | "https" | "socks5" | "socks5h")
                ) =>
            {
                Ok(Self {
                    variable,
                    intercept,
                })
            }
            _ => Err(ProxyError { variable }),
        }
    }

    /// Returns where it listens, with a port where the scheme has one of its own that nobody else knows.
    pub(super) fn address(&self) -> Uri {
        let uri = self.intercept.uri();
        if !self.is_socks() || uri.port().is_some() {
            return uri.clone();
        }
        let with_port = format!("socks5://{}:1080/", uri.host().unwrap_or_default());
        with_port.parse().unwrap_or_else(|_| uri.clone())
    }

    /// Tells whether it speaks SOCKS, and not HTTP.
    pub(super) fn is_socks(&self) -> bool {
        let scheme = self.intercept.uri().scheme_str();
        scheme.is_some_and(|scheme| scheme.starts_with("socks"))
    }

    /// Returns the value of `Proxy-Authorization`, for one that speaks HTTP.
    pub(super) fn authorization(&self) -> Option<&HeaderValue> {
        self.intercept.basic_auth()
    }

    /// Returns name and password, for one that speaks SOCKS.
    pub(super) fn name_and_password(&self) -> Option<(&str, &str)> {
        self.intercept.raw_auth()
    }

    fn password(&self) -> Option<String> {
        if let Some((_, password)) = self.name_and_password() {
            return Some(password.to_owned());
        }
        let basic = self
            .authorization()?
            .to_str()
            .ok()?
            .strip_prefix("Basic ")?;
        let pair = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
        Some(pair.split_once(':')?.1.to_owned())
    }
}

/// Prints where it listens and which variable says so, and no credentials.
impl fmt::Display for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address().to_string();
        write!(
            formatter,
            "{} ({})",
            address.trim_end_matches('/'),
            self.variable
        )
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let name = host.to_ascii_lowercase();
    let address = host.parse::<IpAddr>();
    name == "localhost"
        || name.ends_with(".localhost")
        || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Proxies, ProxyError> {
        Proxies::read(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn route(variables: &[(&str, &str)], address: &str) -> String {
        let proxies = read(variables).expect("good variables");
        let address = address.parse().expect("an address");
        proxies
            .route(&address)
            .map_or("direct".to_owned(), ToString::to_string)
    }

    const PROXY: &str = "http://proxy.example.test:3128";

    #[test]
    fn each_scheme_has_its_variable_and_lower_case_wins() {
        let both = [("http_proxy", PROXY), ("HTTP_PROXY", "http://other.test:1")];
        assert_eq!(
            route(&both, "http://id.example.test/"),
            format!("{PROXY} (http_proxy)")
        );
        assert_eq!(route(&both, "https://id.example.test/"), "direct");
        let all = [("ALL_PROXY", "proxy.example.test:3128"), ("all_proxy", " ")];
        for address in ["http://id.example.test/", "https://id.example.test/"] {
            assert_eq!(route(&all, address), format!("{PROXY} (ALL_PROXY)"));
        }
        let narrower = [("ALL_PROXY", PROXY), ("HTTPS_PROXY", "socks5h://s.test")];
        assert_eq!(
            route(&narrower, "https://id.example.test/"),
            "socks5://s.test:1080 (HTTPS_PROXY)"
        );
    }

    #[test]
    fn a_header_of_a_web_request_is_no_proxy() {
        let cgi = [("HTTP_PROXY", PROXY), ("REQUEST_METHOD", "GET")];
        assert_eq!(route(&cgi, "http://id.example.test/"), "direct");
        let lower = [("http_proxy", PROXY), ("REQUEST_METHOD", "GET")];
        assert_ne!(route(&lower, "http://id.example.test/"), "direct");
        let other = [("HTTPS_PROXY", PROXY), ("REQUEST_METHOD", "GET")];
        assert_ne!(route(&other, "https://id.example.test/"), "direct");
    }

    #[test]
    fn some_places_are_reached_without() {
        let exempt = [
            ("all_proxy", PROXY),
            ("NO_PROXY", "in.example.test, 10.0.0.0/8,.dotted.test"),
        ];
        for address in [
            "http://in.example.test/",
            "https://id.in.example.test:8443/",
            "http://10.1.2.3/",
            "http://a.dotted.test/",
            "http://127.0.0.1:9400/",
            "http://localhost/",
            "http://id.localhost/",
            "https://[::1]:9400/",
            "https://[::ffff:127.0.0.1]/",
        ] {
            assert_eq!(route(&exempt, address), "direct", "{address}");
        }
        for address in ["http://example.test/", "http://11.0.0.1/"] {
            assert_ne!(route(&exempt, address), "direct", "{address}");
        }
        let nothing = [("all_proxy", PROXY), ("no_proxy", "*")];
        assert_eq!(route(&nothing, "http://id.example.test/"), "direct");
    }

    #[test]
    fn a_variable_that_names_no_proxy_is_told_and_not_repeated() {
        for wrong in ["socks4://s.test", "ftp://x.test", "http://", "se cret"] {
            let error = read(&[("HTTPS_PROXY", wrong)]).expect_err("it is none");
            assert_eq!(error.variable, "HTTPS_PROXY");
            assert!(!error.to_string().contains(&format!("{wrong}`")));
        }
    }

    #[test]
    fn credentials_are_sent_and_not_printed() {
        let secret = "http://user:p%40ssword@proxy.example.test:3128";
        let proxies = read(&[("HTTPS_PROXY", secret)]).expect("a proxy");
        let address = Uri::from_static("https://id.example.test/");
        let proxy = proxies.route(&address).expect("it goes through one");
        let sent = proxy.authorization().expect("there are credentials");
        assert_eq!(sent, "Basic dXNlcjpwQHNzd29yZA==");
        assert_eq!(proxies.secrets().collect::<Vec<_>>(), ["p@ssword"]);
        for printed in [proxy.to_string(), format!("{proxies:?}")] {
            assert!(!printed.contains("ssword"), "{printed}");
        }
    }
}
