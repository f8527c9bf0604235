//! What must hold across requests, however many come at once.
//!
//! * No code, token or `jti` is issued twice.
//! * No token is accepted after its revocation was acknowledged.
//! * No answer is another customer's, or another user's.
//! * Of each acknowledged registration each listener hears once; one that fails, as often as the retry timetable says.
//!
//! One violation fails the run. The evidence names requests and times, and no token: a fingerprint stands for it.

mod seen;

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sha2::{Digest as _, Sha256};

use crate::target::Target;
use seen::Seen;

/// The most violations that are kept with their evidence; all are counted.
const KEPT: usize = 20;

/// The most revoked tokens that are remembered, to be tried once more.
const REVOKED: usize = 1024;

/// Something that must hold across requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// No authorization code is issued twice.
    CodeOnce,
    /// No token is issued twice.
    TokenOnce,
    /// No `jti` is issued twice.
    JtiOnce,
    /// No token is accepted after its acknowledged revocation.
    RevokedStaysRevoked,
    /// No answer is another customer's.
    OwnCustomer,
    /// No answer is another user's.
    OwnUser,
    /// Each listener hears of each acknowledged registration.
    NotificationArrives,
    /// No listener that took a notification hears of it again.
    NotificationOnce,
    /// A listener that fails is tried again with the same notification, when the timetable says, and as often.
    RetryTimetable,
}

impl Rule {
    /// Returns the name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CodeOnce => "code-once",
            Self::TokenOnce => "token-once",
            Self::JtiOnce => "jti-once",
            Self::RevokedStaysRevoked => "revoked-stays-revoked",
            Self::OwnCustomer => "own-customer",
            Self::OwnUser => "own-user",
            Self::NotificationArrives => "notification-arrives",
            Self::NotificationOnce => "notification-once",
            Self::RetryTimetable => "retry-timetable",
        }
    }
}

/// One violation, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What does not hold.
    pub rule: Rule,
    /// The name of the request whose answer showed it.
    pub request: &'static str,
    /// What was seen, without any secret.
    pub told: String,
    /// When, counted from the start of the load.
    pub at: Duration,
}

/// Watches what must hold across requests.
#[derive(Debug)]
pub struct Invariants {
    customer: String,
    codes: Seen,
    tokens: Seen,
    ids: Seen,
    revoked: Mutex<VecDeque<String>>,
    count: AtomicU64,
    kept: Mutex<Vec<Violation>>,
}

impl Invariants {
    /// Watches the answers of a target.
    pub fn new(target: &Target) -> Self {
        Self {
            customer: target.customer.clone(),
            codes: Seen::default(),
            tokens: Seen::default(),
            ids: Seen::default(),
            revoked: Mutex::default(),
            count: AtomicU64::new(0),
            kept: Mutex::default(),
        }
    }

    /// Returns how many violations there were.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Returns the first violations.
    pub fn violations(&self) -> Vec<Violation> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }

    /// Sees a code that was just issued.
    pub(crate) fn code(&self, request: &'static str, code: &str, at: Duration) {
        self.once(Rule::CodeOnce, &self.codes, request, code, at);
    }

    /// Sees a token that was just issued.
    pub(crate) fn token(&self, request: &'static str, token: &str, at: Duration) {
        self.once(Rule::TokenOnce, &self.tokens, request, token, at);
    }

    /// Sees the `jti` of a token that was just issued.
    pub(crate) fn jti(&self, request: &'static str, jti: &str, at: Duration) {
        self.once(Rule::JtiOnce, &self.ids, request, jti, at);
    }

    /// Remembers a token whose revocation was acknowledged.
    pub(crate) fn revoked(&self, token: String) {
        let mut revoked = self.revoked.lock().unwrap_or_else(PoisonError::into_inner);
        if revoked.len() == REVOKED {
            revoked.pop_front();
        }
        revoked.push_back(token);
    }

    /// Returns the token among those remembered whose turn it is to be tried once more.
    pub(crate) fn a_revoked_one(&self) -> Option<String> {
        let mut revoked = self.revoked.lock().unwrap_or_else(PoisonError::into_inner);
        let token = revoked.pop_front()?;
        revoked.push_back(token.clone());
        Some(token)
    }

    /// Sees an address or a path that an answer names: its customer is the target's.
    pub(crate) fn names(&self, request: &'static str, link: &str, at: Duration) {
        let path = link.split_once("://").map_or(link, |(_, rest)| {
            rest.split_once('/').map_or("", |(_, path)| path)
        });
        let first = path.trim_start_matches('/').split('/').next();
        if first != Some(self.customer.as_str()) {
            let told = format!(
                "`{}` stands where the customer does",
                first
                    .unwrap_or_default()
                    .chars()
                    .take(60)
                    .collect::<String>()
            );
            self.violated(Rule::OwnCustomer, request, told, at);
        }
    }

    /// Notes a violation.
    pub(crate) fn violated(&self, rule: Rule, request: &'static str, told: String, at: Duration) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(Violation {
                rule,
                request,
                told,
                at,
            });
        }
    }

    fn once(&self, rule: Rule, seen: &Seen, request: &'static str, value: &str, at: Duration) {
        if !seen.is_new(value) {
            let told = format!(
                "issued before: the one with the fingerprint {}",
                fingerprint(value)
            );
            self.violated(rule, request, told, at);
        }
    }
}

/// Returns what stands for a secret in evidence: the first 12 hexadecimal digits of its SHA-256.
pub(crate) fn fingerprint(secret: &str) -> String {
    use std::fmt::Write as _;

    Sha256::digest(secret.as_bytes())
        .iter()
        .take(6)
        .fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Duration = Duration::from_secs(1);

    fn invariants() -> Invariants {
        Invariants::new(&Target::at("http://127.0.0.1:9400", "mine"))
    }

    #[test]
    fn what_is_issued_twice_is_a_violation_and_its_evidence_no_secret() {
        let invariants = invariants();
        invariants.token("token", "abcdefgh", AT);
        invariants.code("sign-in", "abcdefgh", AT);
        assert_eq!(invariants.count(), 0, "a code is no token");
        invariants.token("refresh", "abcdefgh", AT);
        let violations = invariants.violations();
        assert_eq!(violations.len(), 1);
        assert_eq!(violations[0].rule, Rule::TokenOnce);
        assert_eq!(violations[0].request, "refresh");
        assert!(
            violations[0].told.contains("9c56cc51b374"),
            "{violations:?}"
        );
        assert!(!format!("{violations:?}").contains("abcdefgh"));
    }

    #[test]
    fn another_customer_is_noticed_in_addresses_and_paths() {
        let invariants = invariants();
        for link in [
            "/mine/config/clients/a",
            "http://127.0.0.1:9400/mine/login",
            "mine/x",
        ] {
            invariants.names("config-list", link, AT);
        }
        assert_eq!(invariants.count(), 0);
        for link in [
            "/theirs/config/clients/a",
            "http://127.0.0.1:9400/",
            "/config/mine",
        ] {
            invariants.names("config-list", link, AT);
        }
        assert_eq!(invariants.count(), 3);
    }

    #[test]
    fn violations_are_counted_beyond_those_that_are_kept() {
        let invariants = invariants();
        for _ in 0..100 {
            invariants.violated(Rule::OwnUser, "userinfo", String::new(), AT);
        }
        assert_eq!(invariants.count(), 100);
        assert_eq!(invariants.violations().len(), KEPT);
    }

    #[test]
    fn revoked_tokens_take_turns() {
        let invariants = invariants();
        assert_eq!(invariants.a_revoked_one(), None);
        invariants.revoked("one".to_owned());
        invariants.revoked("two".to_owned());
        let turns: Vec<_> = (0..4).filter_map(|_| invariants.a_revoked_one()).collect();
        assert_eq!(turns, ["one", "two", "one", "two"]);
    }
}
