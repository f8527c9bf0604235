//! What visits lend each other: the tokens of users who are signed in, and one of the administrator.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

/// Tokens that expire within this are not lent any more.
const SLACK: Duration = Duration::from_secs(30);

/// The most signed-in users that are kept.
const MOST: usize = 10_000;

/// What a sign-in or a refresh gave.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) access_token: Arc<Token>,
    pub(crate) refresh_token: Arc<Token>,
    /// Whose it is.
    pub(crate) subject: String,
}

/// A token, and until when it is good.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) value: String,
    pub(crate) until: Instant,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(***)")
    }
}

impl Token {
    /// Holds a token that expires after so many seconds.
    pub(crate) fn new(value: String, expires_in: u64) -> Self {
        Self {
            value,
            until: Instant::now() + Duration::from_secs(expires_in.min(u32::MAX.into())),
        }
    }

    fn is_good(&self) -> bool {
        self.until > Instant::now() + SLACK
    }
}

/// Holds what is lent.
#[derive(Debug, Default)]
pub(crate) struct Wallet {
    grants: Mutex<VecDeque<Grant>>,
    administrator: RwLock<Option<Arc<Token>>>,
}

impl Wallet {
    /// Takes a grant out: nobody else refreshes it meanwhile. The one that was put in first comes first.
    pub(crate) fn take(&self) -> Option<Grant> {
        self.grants().pop_front()
    }

    /// Puts a grant in.
    pub(crate) fn put(&self, grant: Grant) {
        let mut grants = self.grants();
        if grants.len() < MOST {
            grants.push_back(grant);
        }
    }

    /// Returns a good access token of a user, and whose it is.
    pub(crate) fn user(&self) -> Option<(Arc<Token>, String)> {
        let mut grants = self.grants();
        while let Some(grant) = grants.front() {
            if grant.access_token.is_good() {
                return Some((grant.access_token.clone(), grant.subject.clone()));
            }
            // Nobody refreshed it in time.
            grants.pop_front();
        }
        None
    }

    /// Returns a good token of the administrator.
    pub(crate) fn administrator(&self) -> Option<Arc<Token>> {
        let kept = self
            .administrator
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        kept.clone().filter(|token| token.is_good())
    }

    /// Keeps a token of the administrator.
    pub(crate) fn keep_administrator(&self, token: Arc<Token>) {
        let mut kept = self
            .administrator
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = Some(token);
    }

    /// Lends nobody the token of the administrator any more.
    pub(crate) fn forget_administrator(&self) {
        let mut kept = self
            .administrator
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = None;
    }

    /// Held for a push or a pop alone.
    fn grants(&self) -> std::sync::MutexGuard<'_, VecDeque<Grant>> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
