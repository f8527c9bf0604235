//! A fault that is on: where, how likely, how often.

use std::sync::atomic::{AtomicU64, Ordering};

use http::Method;

use super::asked::Asked;
use super::fault::Fault;

/// A fault that is on.
///
/// ```
/// use reference_server::faults::{Injection, Matching};
///
/// let matching = Matching { method: Some(http::Method::POST), path: Some("login/**".to_owned()) };
/// let injection = Injection::named("tokens-expire-early")?.matching(matching)?.probability(0.5)?.times(3);
/// assert_eq!(injection.fault().name, "tokens-expire-early");
/// assert_eq!(injection.left(), Some(3));
/// assert!(Injection::named("no-such-fault").is_err());
/// # Ok::<(), reference_server::faults::InjectionError>(())
/// ```
#[derive(Debug)]
pub struct Injection {
    fault: &'static Fault,
    matching: Matching,
    probability: f64,
    /// How many exchanges it still takes part in; [`u64::MAX`] stands for no bound.
    left: AtomicU64,
}

/// Which requests a fault meets; by default all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matching {
    /// The method.
    pub method: Option<Method>,
    /// The path below the customer, without a slash in front: `*` stands for one segment, a `**` at the end for any
    /// number of them.
    pub path: Option<String>,
}

/// Says why a fault cannot be on like that.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InjectionError {
    /// No fault has that name.
    #[error("there is no fault `{name}`{}", nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default())]
    Unknown {
        /// What was asked for.
        name: String,
        /// The name that resembles it most, if one does.
        nearest: Option<&'static str>,
    },
    /// A probability lies between 0 and 1.
    #[error("the probability must lie between 0 and 1, and not be {0}")]
    Probability(f64),
    /// The path is no pattern.
    #[error(
        "`{0}` is no path below the customer: `*` stands for a segment, and a `**` at the end for all that follow"
    )]
    Path(String),
}

impl Injection {
    /// Turns a fault on for every request.
    pub fn of(fault: &'static Fault) -> Self {
        Self {
            fault,
            matching: Matching::default(),
            probability: 1.0,
            left: AtomicU64::new(u64::MAX),
        }
    }

    /// Turns a fault on for every request, by its name.
    ///
    /// # Errors
    ///
    /// Refuses a name that no fault has.
    pub fn named(name: &str) -> Result<Self, InjectionError> {
        let fault = super::find(name).ok_or_else(|| InjectionError::Unknown {
            name: name.chars().take(64).collect(),
            nearest: nearest(name),
        })?;
        Ok(Self::of(fault))
    }

    /// Meets only some requests.
    ///
    /// # Errors
    ///
    /// Refuses a path that is no pattern.
    pub fn matching(mut self, matching: Matching) -> Result<Self, InjectionError> {
        if let Some(path) = &matching.path {
            let mut segments = path.split('/').rev();
            let last = segments.next().unwrap_or_default();
            let is_pattern =
                !last.is_empty() && segments.all(|segment| !segment.is_empty() && segment != "**");
            if !is_pattern {
                return Err(InjectionError::Path(path.chars().take(256).collect()));
            }
        }
        self.matching = matching;
        Ok(self)
    }

    /// Meets each request with this probability only, from 0 to 1.
    ///
    /// # Errors
    ///
    /// Refuses any other number.
    pub fn probability(mut self, probability: f64) -> Result<Self, InjectionError> {
        if !(0.0..=1.0).contains(&probability) {
            return Err(InjectionError::Probability(probability));
        }
        self.probability = probability;
        Ok(self)
    }

    /// Takes part in so many exchanges, and is off then.
    pub fn times(self, count: u64) -> Self {
        self.left.store(count, Ordering::Relaxed);
        self
    }

    /// Returns the fault.
    pub fn fault(&self) -> &'static Fault {
        self.fault
    }

    /// Returns which requests it meets.
    pub fn matches(&self) -> &Matching {
        &self.matching
    }

    /// Returns how likely it meets a request, from 0 to 1.
    pub fn likelihood(&self) -> f64 {
        self.probability
    }

    /// Returns in how many exchanges it still takes part; `None` if nothing bounds them.
    pub fn left(&self) -> Option<u64> {
        let left = self.left.load(Ordering::Relaxed);
        (left != u64::MAX).then_some(left)
    }

    /// Returns whether the fault takes part in an exchange, and counts it if so. `chance` lies between 0 and 1.
    pub(super) fn takes_part(&self, asked: &Asked, chance: impl FnOnce() -> f64) -> bool {
        if !self.matching.covers(asked) || (self.probability < 1.0 && chance() >= self.probability)
        {
            return false;
        }
        let take = |left: u64| match left {
            u64::MAX => Some(u64::MAX),
            left => left.checked_sub(1),
        };
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }
}

impl Matching {
    fn covers(&self, asked: &Asked) -> bool {
        let is_method = self
            .method
            .as_ref()
            .is_none_or(|method| *method == asked.method);
        is_method
            && self
                .path
                .as_ref()
                .is_none_or(|pattern| covers(pattern, asked.resource()))
    }
}

fn covers(pattern: &str, path: &str) -> bool {
    let mut path = path.split('/');
    for segment in pattern.split('/') {
        match (segment, path.next()) {
            ("**", _) => return true,
            ("*", Some(_)) => {}
            (segment, Some(given)) if segment == given => {}
            _ => return false,
        }
    }
    path.next().is_none()
}

/// Returns the name that begins as what was asked for does, or else shares most of its words.
fn nearest(name: &str) -> Option<&'static str> {
    let alike = |other: &str| {
        let begins = name.bytes().zip(other.bytes());
        let begins = begins.take_while(|(given, known)| given == known).count();
        let words = name.split('-').filter(|word| word.len() > 2);
        let shared = words.filter(|word| other.split('-').any(|part| part == *word));
        (shared.count(), begins)
    };
    super::all()
        .map(|fault| (alike(fault.name), fault.name))
        .filter(|((shared, _), _)| *shared > 0)
        .max_by_key(|((shared, begins), _)| (*begins, *shared))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_what_it_names() {
        for (pattern, path, expected) in [
            ("login/token", "login/token", true),
            ("login/token", "login/token/revoke", false),
            ("login/token/revoke", "login/token", false),
            ("config/*/x", "config/clients/x", true),
            ("config/*", "config/clients/x", false),
            ("login/**", "login/token/revoke", true),
            ("login/**", "login", true),
            ("**", "", true),
        ] {
            assert_eq!(covers(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_no_injection_is_refused() {
        let fault = super::super::all().next().expect("there are faults");
        for path in ["", "/login", "login/", "a/**/b", "a//b"] {
            let matching = Matching {
                path: Some(path.to_owned()),
                ..Matching::default()
            };
            let refused = Injection::of(fault).matching(matching).err();
            assert_eq!(refused, Some(InjectionError::Path(path.to_owned())));
        }
        for probability in [-0.1, 1.1, f64::INFINITY] {
            let refused = Injection::of(fault).probability(probability).err();
            assert_eq!(refused, Some(InjectionError::Probability(probability)));
        }
        assert!(Injection::of(fault).probability(f64::NAN).is_err());
    }

    #[test]
    fn a_name_that_is_nearly_right_is_told() {
        let refused = Injection::named("deny-is-forgoten").expect_err("no such fault");
        assert_eq!(
            refused.to_string(),
            "there is no fault `deny-is-forgoten`; did you mean `deny-is-forgotten`?"
        );
    }
}
