//! Our own knobs. (*config* is a word of the API.)

mod hosted_login;
mod limits;
mod listener_roots;
mod public_url;
mod reading_error;
mod readings;
mod webhooks;

pub use hosted_login::HostedLogin;
pub use limits::Limits;
pub use listener_roots::ListenerRoots;
pub use public_url::{PublicUrl, PublicUrlError};
pub use reading_error::ReadingError;
pub use readings::*;
pub use webhooks::Webhooks;

/// Everything about a server that its owner chooses.
///
/// ```
/// use reference_server::settings::{RejectedToken, Settings};
///
/// let mut settings = Settings::default();
/// settings.readings.set("rejected-token=403")?;
/// assert_eq!(settings.readings.rejected_token, RejectedToken::Forbidden);
/// # Ok::<(), reference_server::settings::ReadingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// What the server answers where the documentation leaves a choice.
    pub readings: Readings,
    /// What the server takes from a client before it gives up.
    pub limits: Limits,
    /// What the hosted pages allow, and for how long they remember.
    pub hosted_login: HostedLogin,
    /// Where notifications go, for how long they are tried, and how many are kept.
    pub webhooks: Webhooks,
    /// Whom the certificates of listeners may be of, beside those whom the machine trusts.
    pub listener_roots: ListenerRoots,
    /// The URL under which clients reach the server; the default is `http://127.0.0.1:9400`.
    pub public_url: PublicUrl,
}
