//! The journeys, one file each. Both engines make the same ones: a journey knows a [`Visit`], and not by whom it is sent.
//!
//! | journey | requests |
//! |---|---|
//! | `token` | `token` |
//! | `config-read` | `config-list`, `config-item` |
//! | `config-write` | `config-create`, `config-modify`, `config-made`, `config-delete`, `config-gone` |
//! | `sign-in` | `authorize`, `login-page`, `login-form`, `code` |
//! | `refresh` | `refresh` |
//! | `userinfo` | `userinfo` |
//! | `introspection` | `introspect` |
//! | `revocation` | `token`, `revoke`, `introspect`, `revoked` |
//! | `registration` | `register-page`, `register-form`, `code` |
//!
//! What a journey needs and nobody lends it (a token of the administrator, a user who is signed in), it gets for itself first, by
//! the requests of the journey that gives it.

mod browser;
mod code;
mod config_read;
mod config_write;
mod form;
mod hosted_page;
mod introspection;
mod refresh;
mod registration;
mod revocation;
mod sign_in;
mod token;
mod tokens;
mod userinfo;

use futures_util::future::BoxFuture;

use crate::{
    target::Target,
    visit::{Missed, Visit},
};

/// A journey through a target.
#[derive(Debug, Clone, Copy)]
pub struct Journey {
    /// Its name in mixes.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// The names of its own requests.
    pub requests: &'static [&'static str],
    needs: &'static [Need],
    run: Run,
}

type Run = for<'visit, 'load> fn(&'visit mut Visit<'load>) -> BoxFuture<'visit, Result<(), Missed>>;

/// What a journey needs of a target's description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A client that administers the target.
    ConfigurationClient,
    /// A login client and a user.
    User,
    /// A login client with which users register.
    LoginClient,
    /// The leave to make objects.
    Writing,
    /// The control API: a clock that can be moved, and users who can be removed.
    Control,
    /// Listeners that the target can reach.
    Listeners,
}

impl Need {
    /// Says what the description of the target lacks, in words.
    pub fn lacking(self) -> &'static str {
        match self {
            Self::ConfigurationClient => "no `configuration-client` is described",
            Self::User => "no `user` is described, or no client to sign in with",
            Self::LoginClient => "no client to sign in with is described",
            Self::Writing => "the target's `mode` is `read-only`",
            Self::Control => {
                "no `control` is described, by which the clock is moved to the retries, and users are removed"
            }
            Self::Listeners => {
                "the target is off this machine, so it reaches no listener on it: give one with `--listener` or `--listener-url`"
            }
        }
    }

    fn is_met(self, target: &Target) -> bool {
        match self {
            Self::ConfigurationClient => target
                .configuration
                .as_ref()
                .is_some_and(|client| client.secret.is_some()),
            Self::User => target.login.is_some() && target.user.is_some(),
            Self::LoginClient => target.login.is_some(),
            Self::Writing => target.may_write,
            Self::Control => target.control.is_some(),
            Self::Listeners => target.listener.is_some() || target.is_of_this_machine(),
        }
    }
}

impl Journey {
    /// Returns what the target lacks for it.
    pub fn lacks(&self, target: &Target) -> Option<Need> {
        let unmet = |need: &&Need| !need.is_met(target);
        self.needs.iter().find(unmet).copied()
    }

    /// Tells whether it needs a user who is signed in beforehand.
    pub(crate) fn needs_user(&self) -> bool {
        self.needs.contains(&Need::User)
    }

    /// Tells whether it needs listeners, and whatever else a server is started with only for them.
    pub fn needs_listeners(&self) -> bool {
        self.needs.contains(&Need::Listeners)
    }

    /// Tells whether it needs the configuration client.
    pub(crate) fn needs_administrator(&self) -> bool {
        self.needs.contains(&Need::ConfigurationClient)
    }

    /// Makes the journey.
    ///
    /// # Errors
    ///
    /// When it could not come to its end; why is recorded.
    pub async fn make(&self, visit: &mut Visit<'_>) -> Result<(), Missed> {
        (self.run)(visit).await
    }
}

/// Every journey.
pub const ALL: &[Journey] = &[
    Journey {
        name: "token",
        about: "A client gets a token for itself, by client_credentials",
        requests: &[token::NAME],
        needs: &[Need::ConfigurationClient],
        run: |visit| Box::pin(token::run(visit)),
    },
    Journey {
        name: "config-read",
        about: "The clients are listed, and one is read",
        requests: &[config_read::LIST, config_read::ITEM],
        needs: &[Need::ConfigurationClient],
        run: |visit| Box::pin(config_read::run(visit)),
    },
    Journey {
        name: "config-write",
        about: "A token policy is made, modified, read, and removed",
        requests: &[
            config_write::CREATE,
            config_write::MODIFY,
            config_write::MADE,
            config_write::DELETE,
            config_write::GONE,
        ],
        needs: &[Need::ConfigurationClient, Need::Writing],
        run: |visit| Box::pin(config_write::run(visit)),
    },
    Journey {
        name: "sign-in",
        about: "A user signs in through the hosted pages: authorization code with PKCE",
        requests: &[
            code::AUTHORIZE,
            sign_in::PAGE.page,
            sign_in::PAGE.form,
            code::CODE,
        ],
        needs: &[Need::User],
        run: |visit| Box::pin(sign_in::run(visit)),
    },
    Journey {
        name: "refresh",
        about: "A refresh token gives new tokens",
        requests: &[refresh::NAME],
        needs: &[Need::User],
        run: |visit| Box::pin(refresh::run(visit)),
    },
    Journey {
        name: "userinfo",
        about: "The claims of a user who is signed in are read",
        requests: &[userinfo::NAME],
        needs: &[Need::User],
        run: |visit| Box::pin(userinfo::run(visit)),
    },
    Journey {
        name: "introspection",
        about: "A token is introspected; every eighth time one that was revoked",
        requests: &[introspection::NAME],
        needs: &[Need::ConfigurationClient],
        run: |visit| Box::pin(introspection::run(visit)),
    },
    Journey {
        name: "revocation",
        about: "A token is issued, revoked, and not in force any more",
        requests: &[
            token::NAME,
            revocation::NAME,
            introspection::NAME,
            revocation::REFUSED,
        ],
        needs: &[Need::ConfigurationClient],
        run: |visit| Box::pin(revocation::run(visit)),
    },
    Journey {
        name: "registration",
        about: "A user registers on the hosted page; a fast, a slow and a failing listener are told",
        requests: &[registration::PAGE.page, registration::PAGE.form, code::CODE],
        needs: &[
            Need::ConfigurationClient,
            Need::LoginClient,
            Need::Writing,
            Need::Listeners,
            Need::Control,
        ],
        run: |visit| Box::pin(registration::run(visit)),
    },
];

/// Returns the journey with that name.
///
/// ```
/// assert!(loadtest::journeys::find("sign-in").is_some());
/// assert!(loadtest::journeys::find("sign-out").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Journey> {
    ALL.iter().find(|journey| journey.name == name)
}

pub(crate) use config_write::remove;
pub(crate) use sign_in::sign_in;
pub(crate) use token::administrator;
