//! A check: what it is called, which clauses it observes, what it does to the target, what it needs, and how it runs.

use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;

use crate::{scenario::Scenario, target::Target, verdict::Outcome};

/// One observation of the target, as a literal with a plain function.
///
/// A scenario file is turned into the same type, so everything behind it (plan, run, report) knows one thing only. Ids and
/// texts live as long as the process: they come from the program itself or from files that are read once, before the plan.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// `area.subject.expectation` in kebab case, never numbered, unique.
    pub id: &'static str,
    /// What holds when the check passes, as a sentence without a full stop.
    pub title: &'static str,
    /// Ids of the clauses that a miss violates. At least one; their marks set the weight of the miss.
    pub cites: &'static [&'static str],
    /// What the check does to the target.
    pub effects: Effects,
    /// What the target must offer.
    pub needs: &'static [Need],
    /// How the check runs.
    pub run: Run,
}

impl Check {
    /// Returns the part of the id in front of the last dot: the group in which reports show the check.
    ///
    /// ```
    /// use conformance::check::{Check, Effects, Run};
    ///
    /// let check = Check {
    ///     id: "config.clients.missing-bearer",
    ///     title: "The list of clients asks for a token",
    ///     cites: &["bearer-missing"],
    ///     effects: Effects::Reads,
    ///     needs: &[],
    ///     run: Run::Function(|_| Box::pin(async { Ok(()) })),
    /// };
    /// assert_eq!(check.area(), "config.clients");
    /// ```
    pub fn area(&self) -> &'static str {
        self.id.rsplit_once('.').map_or(self.id, |(area, _)| area)
    }

    /// Returns how much time passes in the check, if that is a part of it.
    pub(crate) fn takes(&self) -> Option<Duration> {
        self.needs.iter().find_map(|need| match need {
            Need::Time { seconds } => Some(Duration::from_secs(*seconds)),
            _ => None,
        })
    }
}

/// Says what a check does to the target's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effects {
    /// Reads, signs the user in, and asks for tokens, looks at them and revokes them; leaves the configuration as it is.
    Reads,
    /// Sends what would change something, and must be refused; leaves the configuration as it is where it is.
    Attempts,
    /// Makes objects of its own, and changes and deletes only those.
    Creates,
    /// Changes or deletes what it did not make itself.
    Destroys,
}

impl Effects {
    /// All effects, from the least on.
    pub const ALL: [Self; 4] = [Self::Reads, Self::Attempts, Self::Creates, Self::Destroys];

    /// Returns the word that scenario files and reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Attempts => "attempts",
            Self::Creates => "creates",
            Self::Destroys => "destroys",
        }
    }
}

/// Names something that the target must offer for a check to make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Credentials of a configuration client whose token may do everything below `config`.
    ConfigurationClient,
    /// A login client of any kind.
    LoginClient,
    /// A login client without a secret.
    PublicLoginClient,
    /// A login client with a secret.
    ConfidentialLoginClient,
    /// Somebody who can be signed in. The user's one session is shared with the checks that run beside this one.
    User,
    /// As [`Need::User`], and no other check that needs the user runs beside this one: for what ends sessions.
    UserAlone,
    /// Time passes: by the target's clock, where it can be moved, else by waiting. The clock is moved beside no other check.
    Time {
        /// How much of it, at the most.
        seconds: u64,
    },
    /// The target delivers its notifications to a listener of the judge.
    Listener,
    /// The target has a control API, by which users come and go.
    Control,
    /// The target promises how much it takes.
    Bounds,
    /// The target gives this answer where the documentation leaves one open; it is pinned, or was observed before.
    Reading {
        /// Id of the reading.
        id: &'static str,
        /// One of its answers.
        answer: &'static str,
    },
}

/// Says how a check runs.
#[derive(Clone, Copy)]
pub enum Run {
    /// A function of the program: whatever must compute.
    Function(for<'t> fn(&'t Target) -> BoxFuture<'t, Outcome>),
    /// A workflow of a scenario file: whatever is requests and expected answers.
    Scenario(&'static Scenario),
}

impl fmt::Debug for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(_) => formatter.write_str("Function"),
            Self::Scenario(scenario) => write!(formatter, "Scenario({})", scenario.workflow()),
        }
    }
}
