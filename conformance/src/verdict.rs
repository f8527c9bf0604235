//! What a check comes to: three ways not to pass, which never share a type.
//!
//! | type | meaning | what to do about it |
//! |---|---|---|
//! | [`Mismatch`] | the target answered, and wrongly | fix the target |
//! | [`Skip`] | the target does not offer what the check needs | nothing, or describe more of the target |
//! | [`Broken`] | nothing was observed | fix the network, the target's health, or the limits |

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Carries what a check came to: nothing to report, or the way in which it did not pass.
pub type Outcome = Result<(), NotPassed>;

/// Says in which of the three ways a check did not pass.
#[derive(Debug, Clone, PartialEq)]
pub enum NotPassed {
    /// The target answered, and wrongly.
    Mismatch(Box<Mismatch>),
    /// The target does not offer what the check needs.
    Skip(Skip),
    /// Nothing was observed.
    Broken(Broken),
}

impl From<Mismatch> for NotPassed {
    fn from(mismatch: Mismatch) -> Self {
        Self::Mismatch(Box::new(mismatch))
    }
}

impl From<Skip> for NotPassed {
    fn from(skip: Skip) -> Self {
        Self::Skip(skip)
    }
}

impl From<Broken> for NotPassed {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// Holds an answer against what was required; both sides are data, never a sentence.
///
/// ```
/// use conformance::verdict::Mismatch;
/// use serde_json::json;
///
/// let mismatch = Mismatch::new("status", [json!(200), json!(201)], json!(500));
/// assert_eq!(mismatch.expected.len(), 2);
/// assert_eq!(mismatch.actual, json!(500));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mismatch {
    /// What was looked at: `status`, `member /total`, `header allow`.
    pub what: String,
    /// Every answer that would have been right.
    pub expected: Vec<Value>,
    /// What the target gave.
    pub actual: Value,
    /// Ids of the clauses that it violates, where they are narrower than what the check cites; otherwise empty.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub clauses: Box<[&'static str]>,
    /// JSON Pointer into the contract, when it is the contract that is violated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
}

impl Mismatch {
    /// Makes a mismatch from what was looked at, the answers that would have been right, and the one that came.
    pub fn new(
        what: impl Into<String>,
        expected: impl IntoIterator<Item = Value>,
        actual: Value,
    ) -> Self {
        Self {
            what: what.into(),
            expected: expected.into_iter().collect(),
            actual,
            clauses: Box::default(),
            contract: None,
        }
    }

    /// Puts what the check was doing in front of what it looked at.
    ///
    /// ```
    /// use conformance::verdict::Mismatch;
    /// use serde_json::json;
    ///
    /// let mismatch = Mismatch::new("status", [json!(403)], json!(200)).during("GET of the denied item");
    /// assert_eq!(mismatch.what, "GET of the denied item: status");
    /// ```
    #[must_use]
    pub fn during(mut self, action: impl AsRef<str>) -> Self {
        self.what = format!("{}: {}", action.as_ref(), self.what);
        self
    }

    /// Names the clauses that the answer violates, where they are narrower than what the check cites.
    ///
    /// ```
    /// use conformance::verdict::Mismatch;
    /// use serde_json::json;
    ///
    /// let mismatch = Mismatch::new("status", [json!(401)], json!(403)).violating(["bearer-missing-status"]);
    /// assert_eq!(*mismatch.clauses, ["bearer-missing-status"]);
    /// ```
    #[must_use]
    pub fn violating(mut self, clauses: impl IntoIterator<Item = &'static str>) -> Self {
        self.clauses = clauses.into_iter().collect();
        self
    }

    /// Names the place in the contract that the answer violates.
    #[must_use]
    pub fn against_contract(mut self, pointer: impl Into<String>) -> Self {
        self.contract = Some(pointer.into());
        self
    }
}

/// Puts what the check was doing in front of a mismatch, wherever a result may carry one.
pub trait During {
    /// Adds `action` to the mismatch, if there is one.
    #[must_use]
    fn during(self, action: &str) -> Self;
}

impl<T> During for Result<T, Mismatch> {
    fn during(self, action: &str) -> Self {
        self.map_err(|mismatch| mismatch.during(action))
    }
}

impl<T> During for Result<T, NotPassed> {
    fn during(self, action: &str) -> Self {
        self.map_err(|not_passed| match not_passed {
            NotPassed::Mismatch(mismatch) => mismatch.during(action).into(),
            other => other,
        })
    }
}

/// Says what the target does not offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{reason}")]
pub struct Skip {
    /// Why the check cannot be made on this target.
    pub reason: String,
}

impl Skip {
    /// Makes a skip from its reason: lower case, no full stop.
    pub fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

/// Says why nothing was observed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Broken {
    /// No connection came about.
    #[error("no connection to `{address}`: {reason}")]
    Connect {
        /// Host and port.
        address: String,
        /// What the operating system or TLS said.
        reason: String,
    },
    /// A proxy is in the way.
    #[error("the proxy {proxy} {reason}")]
    Proxy {
        /// The proxy and the variable that names it, without credentials.
        proxy: String,
        /// What it does.
        reason: String,
    },
    /// The target has too much to do, and goes on saying so.
    #[error("the target throttles: it answers {status} to {request}{}; judge it with a lower `--rate`", Asked(*.asked))]
    Throttled {
        /// Method and path.
        request: String,
        /// 429, or 503 with a `Retry-After`.
        status: u16,
        /// How many seconds it asks to wait, if it does.
        asked: Option<u64>,
    },
    /// The answer did not come in time.
    #[error("no complete answer within {} ms to {request}", .limit.as_millis())]
    Timeout {
        /// Method and path.
        request: String,
        /// The time that was allowed.
        limit: Duration,
    },
    /// What came back was not HTTP, or ended in the middle.
    #[error("the answer to {request} is not usable HTTP: {reason}")]
    Protocol {
        /// Method and path.
        request: String,
        /// What was wrong with it.
        reason: String,
    },
    /// The body is larger than anything the documentation shows.
    #[error("the answer to {request} is larger than {limit} bytes (`limits.body-kib`)")]
    TooLarge {
        /// Method and path.
        request: String,
        /// The size that was allowed, in bytes.
        limit: usize,
    },
    /// The request cannot be put on the wire.
    #[error("{request} cannot be sent: {reason}")]
    Unsendable {
        /// Method and path.
        request: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The run is judged again, and nothing was recorded for this request.
    #[error("the recording has no answer to {request}: the run did not send it like this")]
    NotRecorded {
        /// Method and path.
        request: String,
    },
    /// What the check relies on did not come about, so the check itself observed nothing.
    #[error("{0}")]
    Prerequisite(String),
    /// The check took longer than a check may.
    #[error("the check took longer than {} ms", .0.as_millis())]
    TimeLimit(Duration),
    /// The check itself failed.
    #[error("the check panicked: {0}")]
    Panic(String),
    /// The scenario cannot be played.
    #[error("the scenario cannot be played: {0}")]
    Scenario(String),
    /// The run was told to stop.
    #[error("the run was interrupted")]
    Interrupted,
}

/// Prints how long a target asks to wait.
struct Asked(Option<u64>);

impl fmt::Display for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(seconds) => write!(formatter, " and asks to wait {seconds} s"),
            None => Ok(()),
        }
    }
}

/// Names the verdict on a check, as every report spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything was as documented.
    Pass,
    /// A clause of a founding document or of the vendor is violated.
    Fail,
    /// Only inferred clauses are violated.
    Warn,
    /// The target does not offer what the check needs.
    Skip,
    /// Nothing was observed.
    Broken,
    /// It failed, and the user's file of known deviations says so.
    Known,
}

impl Verdict {
    /// Every verdict, in the order in which summaries count them.
    pub const ALL: [Self; 6] = [
        Self::Pass,
        Self::Fail,
        Self::Warn,
        Self::Skip,
        Self::Broken,
        Self::Known,
    ];

    /// Returns the word that every report uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Skip => "skip",
            Self::Broken => "broken",
            Self::Known => "known",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn during_reaches_only_mismatches() {
        let skipped: Outcome = Err(Skip::because("no user").into());
        assert_eq!(skipped.clone().during("login"), skipped);

        let missed: Outcome = Err(Mismatch::new("status", [json!(1)], json!(2)).into());
        let Err(NotPassed::Mismatch(mismatch)) = missed.during("login") else {
            panic!("a mismatch stays one");
        };
        assert_eq!(mismatch.what, "login: status");
    }

    #[test]
    fn every_verdict_serialises_as_its_word() {
        for verdict in Verdict::ALL {
            assert_eq!(json!(verdict), json!(verdict.as_str()));
        }
    }
}
