//! Limits: what a run must keep to. `token.p99 < 50ms` is one.
//!
//! | module | what it holds |
//! |---|---|
//! | [`figure`] | what can be held to a limit |
//! | [`bound`] | the number in a limit, and its unit |
//! | [`grammar`] | how a limit is written |
//! | `file` | limits in a file |
//! | [`judged`] | what became of a limit |
//! | [`hopeless`] | when a run can stop, because a limit cannot be met any more |

pub mod bound;
pub mod figure;
pub mod file;
pub mod grammar;
pub mod hopeless;
pub mod judged;

pub use bound::{Bound, Relation};
pub use figure::Figure;
pub use file::LimitsError;
pub use grammar::LimitError;
pub use hopeless::{Hopeless, Planned};
pub use judged::{Judged, Seen};

use crate::figures::{Figures, Name, Requests};

/// How many limits a run can be held to.
pub const MOST_LIMITS: usize = 200;

/// One limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The request's name; without one it is about all requests.
    pub name: Option<Name>,
    /// What is measured.
    pub figure: Figure,
    /// On which side of the bound it must stay.
    pub relation: Relation,
    /// The bound.
    pub bound: Bound,
}

/// The limits of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits(Vec<Limit>);

impl Limits {
    /// Takes limits together.
    pub fn new(limits: Vec<Limit>) -> Self {
        Self(limits)
    }

    /// Adds those of another source.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns every limit, in the order in which they were given.
    pub fn all(&self) -> &[Limit] {
        &self.0
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Holds the limits against the names of the requests that the run makes.
    ///
    /// # Errors
    ///
    /// When a limit is about a request that is not made, or there are too many limits.
    pub fn check(&self, names: &[Name]) -> Result<(), LimitError> {
        if let Some(limit) = self.0.get(MOST_LIMITS) {
            let reason = format!("is one too many; possible: {MOST_LIMITS} limits");
            return Err(LimitError::new(&limit.to_string(), 0, reason));
        }
        for limit in &self.0 {
            match &limit.name {
                Some(name) if !names.contains(name) => {
                    let reason = format!(
                        "this run makes no request named `{name}`; possible: {}",
                        grammar::listed(names)
                    );
                    return Err(LimitError::new(&limit.to_string(), 0, reason));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Judges a run that has ended.
    pub fn judge(&self, figures: &Figures) -> Vec<Judged> {
        let whole = figures.whole();
        self.0
            .iter()
            .map(|limit| {
                let seen = limit
                    .requests(figures, &whole)
                    .and_then(|requests| limit.figure.seen(requests, figures.elapsed));
                Judged::new(limit, seen.unwrap_or(Seen::Nothing))
            })
            .collect()
    }
}

impl Limit {
    /// Returns the requests that it is about.
    fn requests<'a>(&self, figures: &'a Figures, whole: &'a Requests) -> Option<&'a Requests> {
        match &self.name {
            None => Some(whole),
            Some(name) => figures.requests.get(name),
        }
    }

    /// Tells whether it is kept.
    fn is_met(&self, seen: Seen) -> bool {
        match seen {
            Seen::Nothing => false,
            // Later than any bound.
            Seen::Never => false,
            Seen::Value(value) => self.relation.holds(value, self.bound.value()),
        }
    }
}
