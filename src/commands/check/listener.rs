//! The flags that say where a target's notifications arrive.

use std::net::SocketAddr;

use conformance::description::file;

/// Where notifications arrive.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct ListenerArgs {
    /// IP address and port to listen on for notifications [default: a free port of this machine, where the target is on it, too].
    #[arg(long, value_name = "ADDR")]
    listener: Option<SocketAddr>,

    /// The public address that is forwarded to that listener.
    #[arg(long, value_name = "URL")]
    listener_url: Option<String>,
}

impl ListenerArgs {
    /// Returns what a description says of the listener, with what the flags say of it.
    pub(super) fn over(&self, described: Option<file::Listener>) -> Option<file::Listener> {
        if self.listener.is_none() && self.listener_url.is_none() {
            return described;
        }
        let described = described.unwrap_or_default();
        Some(file::Listener {
            bind: self
                .listener
                .map(|address| address.to_string())
                .or(described.bind),
            url: self.listener_url.clone().or(described.url),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_go_before_what_is_described_each_by_itself() {
        let described = || {
            Some(file::Listener {
                bind: Some("0.0.0.0:9999".to_owned()),
                url: Some("https://hooks.example.test".to_owned()),
            })
        };
        let over = |args: &ListenerArgs, described| {
            let over: Option<file::Listener> = args.over(described);
            over.map(|listener| (listener.bind, listener.url))
        };
        let text = |text: &str| Some(text.to_owned());
        let mut args = ListenerArgs::default();
        assert_eq!(over(&args, None), None);
        let both = (text("0.0.0.0:9999"), text("https://hooks.example.test"));
        assert_eq!(over(&args, described()), Some(both));
        args.listener_url = text("https://other.example.test");
        let mixed = (text("0.0.0.0:9999"), text("https://other.example.test"));
        assert_eq!(over(&args, described()), Some(mixed));
        args.listener = Some(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let own = (text("127.0.0.1:8080"), text("https://other.example.test"));
        assert_eq!(over(&args, None), Some(own));
    }
}
