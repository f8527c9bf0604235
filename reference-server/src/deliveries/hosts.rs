//! From the name of a listener's host to the addresses that are connected to.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::lookup_host;
use url::Host;

use super::address::Reach;

/// The names that a server knows before it asks the machine's own resolver, as in a hosts file. Clones share them.
///
/// ```
/// use reference_server::{App, Clock, Ids, settings::Settings};
///
/// let app = App::new(Settings::default(), Clock::fixed(), Ids::seeded(1));
/// app.hosts().set("hooks.example.com", ["203.0.113.7".parse().expect("an address")]);
/// app.hosts().forget("hooks.example.com");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    known: Arc<RwLock<HashMap<String, Vec<IpAddr>>>>,
}

/// Says why a host is not connected to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreached {
    #[error("the name of the host could not be resolved")]
    Unknown(#[source] Option<io::Error>),
    #[error("the host has an address that is not public")]
    NotPublic,
}

impl Hosts {
    /// Time for the machine's resolver.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// Lets a name stand for these addresses from now on, whatever it stood for before.
    pub fn set(&self, name: &str, addresses: impl IntoIterator<Item = IpAddr>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(spelling(name), addresses.into_iter().collect());
    }

    /// Leaves a name to the machine's resolver again.
    pub fn forget(&self, name: &str) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.remove(&spelling(name));
    }

    /// Returns the addresses of a host, every one of which may be connected to. One that may not is enough for a refusal:
    /// nobody knows which of them is taken.
    pub(crate) async fn resolve(
        &self,
        host: Host<&str>,
        reach: Reach,
    ) -> Result<Vec<IpAddr>, Unreached> {
        let addresses = match host {
            Host::Ipv4(address) => vec![address.into()],
            Host::Ipv6(address) => vec![address.into()],
            Host::Domain(name) => {
                // Whatever a resolver says, these are this machine (RFC 6761, 6.3).
                let is_local = is_local(name);
                if is_local && reach == Reach::Public {
                    return Err(Unreached::NotPublic);
                }
                self.addresses(name).await.map_err(Unreached::Unknown)?
            }
        };
        if addresses.is_empty() {
            return Err(Unreached::Unknown(None));
        }
        match addresses.iter().all(|address| reach.covers(*address)) {
            true => Ok(addresses),
            false => Err(Unreached::NotPublic),
        }
    }

    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Option<io::Error>> {
        if let Some(known) = self.known(name) {
            return Ok(known);
        }
        let found = tokio::time::timeout(Self::PATIENCE, lookup_host((name, 0)));
        match found.await {
            Ok(Ok(found)) => Ok(found.map(|address: SocketAddr| address.ip()).collect()),
            Ok(Err(error)) => Err(Some(error)),
            Err(_) => Err(None),
        }
    }

    fn known(&self, name: &str) -> Option<Vec<IpAddr>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&spelling(name)).cloned()
    }
}

fn is_local(name: &str) -> bool {
    let name = spelling(name);
    name == "localhost" || name.ends_with(".localhost")
}

/// Returns the one spelling by which a name is found: a dot at its end says only that it is complete.
fn spelling(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    name.strip_suffix('.').unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: [&str; 2] = ["1.1.1.1", "2606:4700::1111"];

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        let read = |text: &&str| text.parse().expect("an address");
        texts.iter().map(read).collect()
    }

    #[tokio::test]
    async fn a_name_is_as_public_as_each_of_its_addresses() {
        let hosts = Hosts::default();
        let name = Host::Domain("Hooks.example.com.");
        hosts.set("hooks.EXAMPLE.com", addresses(&PUBLIC));
        let found = hosts.resolve(name.clone(), Reach::Public).await;
        assert_eq!(found.ok(), Some(addresses(&PUBLIC)));
        for inside in ["127.0.0.1", "10.0.0.1", "fe80::1", "::ffff:169.254.169.254"] {
            hosts.set("hooks.example.com", addresses(&[PUBLIC[0], inside]));
            let found = hosts.resolve(name.clone(), Reach::Public).await;
            assert!(matches!(found, Err(Unreached::NotPublic)), "{inside}");
        }
        hosts.set("hooks.example.com", []);
        let found = hosts.resolve(name.clone(), Reach::Public).await;
        assert!(matches!(found, Err(Unreached::Unknown(None))));
        hosts.forget("hooks.example.com");
        assert!(hosts.known("hooks.example.com").is_none());
    }

    #[tokio::test]
    async fn names_of_this_machine_are_not_public_whatever_they_stand_for() {
        let hosts = Hosts::default();
        for name in ["localhost", "LOCALHOST.", "a.localhost", "a.b.localhost."] {
            hosts.set(name, addresses(&PUBLIC));
            let found = hosts.resolve(Host::Domain(name), Reach::Public).await;
            assert!(matches!(found, Err(Unreached::NotPublic)), "{name}");
            let found = hosts.resolve(Host::Domain(name), Reach::PublicAndLocal);
            assert!(found.await.is_ok(), "{name}");
        }
    }
}
