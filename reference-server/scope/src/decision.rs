//! The answer to "may this token do that?".

use serde::Serialize;

use crate::Scope;

/// Says whether a request is allowed, by which scope, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Decision<'a> {
    reason: Reason,
    by: Option<&'a Scope>,
}

impl<'a> Decision<'a> {
    pub(crate) const fn new(reason: Reason, by: Option<&'a Scope>) -> Self {
        Self { reason, by }
    }

    /// Tells whether the request is allowed.
    #[must_use]
    pub const fn allowed(self) -> bool {
        self.reason.allows()
    }

    /// Gives the scope that decided; `None` when no scope covers the path.
    ///
    /// Where several of the deciding behaviour cover the path it is the broadest: the one with the
    /// shortest resource, `**` before none. Equal ones, and items that open the same list, count in
    /// the order of the list.
    #[must_use]
    pub const fn by(self) -> Option<&'a Scope> {
        self.by
    }

    /// Gives the rule that decided.
    #[must_use]
    pub const fn reason(self) -> Reason {
        self.reason
    }
}

/// Names the rule by which a request is allowed or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Refused: no scope covers the path.
    NothingCovers,
    /// Refused: a deny covers the path.
    Denied,
    /// Allowed: the strongest behaviour among the covering scopes includes the method.
    BehaviourAllows,
    /// Refused: the strongest behaviour among the covering scopes does not include the method.
    BehaviourRefuses,
    /// Refused: a covering `.` would allow GET, but a covering `+` wins over it
    /// (reading `plus-with-read` is `no`).
    MutateOverRead,
    /// Allowed: a covering `.` allows GET beside a covering `+` (reading `plus-with-read` is `yes`).
    ReadBesideMutate,
    /// Refused: `+` does not create (reading `plus-creates` is `no`).
    MutateCreatesNothing,
    /// Refused: `+` does not reset secrets (reading `plus-resets-secret` is `no`).
    MutateResetsNothing,
    /// Allowed: a scope on one of its items opens the list (reading `item-scope-lists` is `yes`).
    ItemOpensList,
}

impl Reason {
    /// Tells whether this is a reason to allow.
    #[must_use]
    pub const fn allows(self) -> bool {
        matches!(
            self,
            Self::BehaviourAllows | Self::ReadBesideMutate | Self::ItemOpensList
        )
    }
}
