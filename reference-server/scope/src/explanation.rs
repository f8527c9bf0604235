//! A decision in words and in facts.

use std::fmt;

use serde::Serialize;

use crate::{Method, Reason, Scope, ScopeSet, naive};

/// Says why a request is allowed or refused: in words when displayed, as facts when serialised.
///
/// ```
/// use scope_lang::{Method, Readings, Scope, ScopeSet};
///
/// let scopes: [Scope; 2] = ["*:config/clients".parse()?, "-:config/clients/6be7".parse()?];
/// let set = ScopeSet::compile(&scopes, Readings::default());
/// let text = set.explain(Method::Get, "config/clients/6be7").to_string();
/// assert_eq!(
///     text,
///     "GET config/clients/6be7 is refused: `-:config/clients/6be7` denies it, and a deny \
///      overrides every other scope\n\
///      covered by `*:config/clients` (full), `-:config/clients/6be7` (deny)"
/// );
/// # Ok::<(), scope_lang::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The method asked about.
    pub method: Method,
    /// The path asked about.
    pub path: String,
    /// Whether the request is allowed.
    pub allowed: bool,
    /// The rule that decided.
    pub reason: Reason,
    /// The scope that decided; `None` when no scope covers the path.
    pub by: Option<Scope>,
    /// Every scope that covers the path, in the order of the list.
    pub covered_by: Vec<Scope>,
}

impl Explanation {
    pub(crate) fn of(set: &ScopeSet, method: Method, path: &str) -> Self {
        let decision = set.decide(method, path);
        let scopes = set.scopes().iter();
        let covers = |scope: &&Scope| naive::covers(scope.resource(), set.readings(), path);
        Self {
            method,
            path: path.to_owned(),
            allowed: decision.allowed(),
            reason: decision.reason(),
            by: decision.by().cloned(),
            covered_by: scopes.filter(covers).cloned().collect(),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, path, .. } = self;
        let verdict = if self.allowed { "allowed" } else { "refused" };
        write!(f, "{method} {path} is {verdict}: ")?;
        match &self.by {
            None => f.write_str("no scope covers it")?,
            Some(by) => self.because(by, f)?,
        }
        for (place, scope) in self.covered_by.iter().enumerate() {
            f.write_str(if place == 0 { "\ncovered by " } else { ", " })?;
            write!(f, "`{scope}` ({})", scope.behaviour().name())?;
        }
        Ok(())
    }
}

impl Explanation {
    fn because(&self, by: &Scope, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, behaviour) = (self.method, by.behaviour().name());
        match self.reason {
            Reason::NothingCovers => f.write_str("no scope covers it"),
            Reason::Denied => {
                write!(
                    f,
                    "`{by}` denies it, and a deny overrides every other scope"
                )
            }
            Reason::BehaviourAllows => write!(f, "`{by}` ({behaviour}) covers it"),
            Reason::BehaviourRefuses => {
                write!(
                    f,
                    "`{by}` ({behaviour}) covers it, but {behaviour} does not include {method}"
                )
            }
            Reason::MutateOverRead => write!(
                f,
                "`{by}` ({behaviour}) wins over the read scope that covers it too, and does not \
                 include {method} (reading plus-with-read=no)"
            ),
            Reason::ReadBesideMutate => write!(
                f,
                "`{by}` ({behaviour}) counts beside the mutate scope that covers it too (reading \
                 plus-with-read=yes)"
            ),
            Reason::MutateCreatesNothing => write!(
                f,
                "`{by}` ({behaviour}) covers it, but does not create (reading plus-creates=no)"
            ),
            Reason::MutateResetsNothing => write!(
                f,
                "`{by}` ({behaviour}) covers it, but does not reset secrets (reading \
                 plus-resets-secret=no)"
            ),
            Reason::ItemOpensList => write!(
                f,
                "`{by}` ({behaviour}) is about one of its items, which opens the list (reading \
                 item-scope-lists=yes)"
            ),
        }
    }
}
