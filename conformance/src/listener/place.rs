//! Where the judge listens, and how the target gets there.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Says where the judge listens, and under which address the target finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The address to listen on; port 0 picks a free one.
    pub bind: SocketAddr,
    /// The public address that is forwarded to it; without one the target is given the address itself.
    pub url: Option<String>,
    /// Whether somebody asked for it, so that a target that refuses it is told of.
    pub is_wanted: bool,
}

impl Place {
    /// Returns a free port of this machine, which nobody asked for.
    pub fn on_loopback() -> Self {
        Self {
            bind: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            url: None,
            is_wanted: false,
        }
    }
}
