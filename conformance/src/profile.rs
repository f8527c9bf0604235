//! Profiles: what a check holds a target to.

use std::{fmt, str::FromStr};

/// Says what a check holds a target to; the first part of the check's id decides.
///
/// ```
/// use conformance::profile::Profile;
///
/// assert_eq!(Profile::of("auth-ui.pages.no-store"), Some(Profile::HostedLogin));
/// assert_eq!(Profile::of("mine.pages.no-store"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// The configuration API, and the tokens that open it.
    Config,
    /// OpenID Connect as the standards have it: any issuer, from its discovery document alone.
    Oidc,
    /// Hosted Login as it is documented.
    HostedLogin,
    /// Webhooks v3 as they are documented.
    Webhooks,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 4] = [Self::Config, Self::Oidc, Self::HostedLogin, Self::Webhooks];

    /// Returns the profile of a check; those that users bring themselves may have none.
    pub fn of(check: &str) -> Option<Self> {
        match check.split('.').next()? {
            "config" => Some(Self::Config),
            "oidc" => Some(Self::Oidc),
            "login" | "profiles" | "auth-ui" | "sessions" => Some(Self::HostedLogin),
            "webhooks" => Some(Self::Webhooks),
            _ => None,
        }
    }

    /// Returns the word that users write.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Oidc => "oidc",
            Self::HostedLogin => "hosted-login",
            Self::Webhooks => "webhooks",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.as_str() == text)
            .ok_or_else(|| {
                format!("`{text}` is not one of `config`, `oidc`, `hosted-login`, `webhooks`")
            })
    }
}
