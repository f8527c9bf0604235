//! One try: a request to a listener, and what comes back.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::OnceLock;

use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, ClientBuilder, Response, redirect, tls};
use url::{Host, Url};

use super::address::Reach;
use super::hosts::{Hosts, Unreached};
use crate::faults::outgoing::Posted;
use crate::settings::ListenerRoots;
use crate::store::{Outcome, Reply};

const USER_AGENT: &str = "Akamai Identity Cloud Webhooks/v3.0.0";
const TOKEN: &str = "application/secevent+jwt";

/// Bytes of an answer's body that are read, and forgotten: a listener that says more is hung up on.
const BODY: usize = 64 * 1024;
/// Bytes of an answer's header fields that are kept.
const FIELDS: usize = 16 * 1024;

/// What asks listeners.
#[derive(Debug)]
pub(super) struct Messenger {
    reach: Reach,
    hosts: Hosts,
    roots: ListenerRoots,
    /// Made when the first notification goes out: it reads the machine's certificates.
    client: OnceLock<Option<Client>>,
}

impl Messenger {
    pub(super) fn new(reach: Reach, hosts: Hosts, roots: ListenerRoots) -> Self {
        Self {
            reach,
            hosts,
            roots,
            client: OnceLock::new(),
        }
    }

    /// Sends a token to a listener, and says what came of it.
    pub(super) async fn post(&self, posted: &Posted) -> Outcome {
        let Ok(url) = Url::parse(&posted.endpoint) else {
            return Outcome::NoAnswer("the endpoint is no URL");
        };
        // An address in the URL is connected to without a look at any name.
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        };
        if address.is_some_and(|address| !self.reach.covers(address)) {
            return Outcome::NoAnswer(NOT_PUBLIC);
        }
        let Some(client) = self.client() else {
            return Outcome::NoAnswer("the machine has no certificates to check a listener's with");
        };
        let agent = posted.user_agent.unwrap_or(USER_AGENT);
        let request = client
            .request(posted.method.clone(), url)
            .header(ACCEPT, posted.accept)
            .header(CONTENT_TYPE, posted.content_type)
            .header(http::header::USER_AGENT, agent)
            .timeout(posted.patience)
            .body(posted.token.clone());
        match request.send().await {
            Ok(response) => {
                let reply = Reply {
                    status: response.status().as_u16(),
                    headers: fields(response.headers()),
                };
                drain(response).await;
                Outcome::Answered(reply)
            }
            Err(error) => failed(&error),
        }
    }

    fn client(&self) -> Option<&Client> {
        let client = self.client.get_or_init(|| {
            let roots = || self.roots.certificates().iter();
            let roots = || roots().filter_map(|root| Certificate::from_der(root).ok());
            if let Ok(client) = self.builder().tls_certs_merge(roots()).build() {
                return Some(client);
            }
            // The machine trusts nobody. Listeners on it are reached without certificates, and others by the roots alone.
            let is_enough =
                self.reach == Reach::PublicAndLocal || !self.roots.certificates().is_empty();
            let only = || self.builder().tls_certs_only(roots()).build().ok();
            is_enough.then(only).flatten()
        });
        client.as_ref()
    }

    /// Each notification has a connection of its own, so that each is to an address that has just been looked at.
    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .user_agent(USER_AGENT)
            .http1_only()
            .http1_title_case_headers()
            .https_only(self.reach == Reach::Public)
            .tls_version_min(tls::Version::TLS_1_2)
            .redirect(redirect::Policy::none())
            // Whatever else in the same binary switches on: the headers are the documented ones.
            .no_gzip()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .dns_resolver(Resolver {
                reach: self.reach,
                hosts: self.hosts.clone(),
            })
    }
}

/// Finds the addresses that are connected to: those that were looked at, and no others.
struct Resolver {
    reach: Reach,
    hosts: Hosts,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, hosts) = (self.reach, self.hosts.clone());
        Box::pin(async move {
            let found = hosts.resolve(Host::Domain(name.as_str()), reach).await?;
            // The port is that of the URL.
            let addresses = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

const NOT_PUBLIC: &str = "the host has an address that is not public";

/// Why there was no answer when the listener's time was over.
pub(super) const LATE: &str = "the listener did not answer in time";

/// Says why nobody answered.
fn failed(error: &reqwest::Error) -> Outcome {
    if let Some(Unreached::NotPublic) = cause(error) {
        return Outcome::NoAnswer(NOT_PUBLIC);
    }
    if cause::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return Outcome::NotHttp;
    }
    Outcome::NoAnswer(if error.is_timeout() {
        LATE
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke off"
    })
}

fn cause<T: Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// Reads the body, within bounds, so that a listener that still writes does not take it for a broken connection.
async fn drain(mut response: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read > BODY {
            break;
        }
    }
}

/// Returns the header fields as they are shown, as far as there is room for them.
fn fields(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut room = FIELDS;
    let mut fields = Vec::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        let value = values.join(", ");
        let size = name.as_str().len() + value.len();
        if size > room {
            break;
        }
        room -= size;
        fields.push((capitalised(name), value));
    }
    fields
}

/// Writes a name as the documentation's samples do: `Content-Type`.
fn capitalised(name: &HeaderName) -> String {
    let words = name.as_str().split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join("-")
}

/// Returns the header fields that a listener gets, in the order of their names.
pub(crate) fn sent_headers(endpoint: &str, token: &str) -> [(&'static str, String); 5] {
    let url = Url::parse(endpoint).ok();
    let host = url.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    });
    [
        ("Accept", "*/*".to_owned()),
        ("Content-Length", token.len().to_string()),
        ("Content-Type", TOKEN.to_owned()),
        ("Host", host.unwrap_or_default()),
        ("User-Agent", USER_AGENT.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn fields_are_shown_as_in_the_samples_and_within_bounds() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("text/plain"));
        headers.append("x-a", HeaderValue::from_static("1"));
        headers.append("x-a", HeaderValue::from_static("2"));
        let shown = fields(&headers);
        let expected = [("Content-Type", "text/plain"), ("X-A", "1, 2")];
        assert_eq!(
            shown,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        let long = "x".repeat(FIELDS);
        headers.insert("x-a", HeaderValue::try_from(long).expect("a value"));
        assert_eq!(fields(&headers).len(), 1);
    }

    #[test]
    fn the_host_has_the_port_that_the_url_has() {
        for (endpoint, host) in [
            ("https://Hooks.example.com/x?y", "hooks.example.com"),
            ("https://hooks.example.com:443/", "hooks.example.com"),
            ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
            ("https://[::1]:8443/", "[::1]:8443"),
        ] {
            assert_eq!(sent_headers(endpoint, "x")[3], ("Host", host.to_owned()));
        }
    }
}
