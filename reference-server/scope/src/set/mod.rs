//! Scopes prepared for deciding.

mod flat;
mod grant;
mod prefix;
mod table;
mod tally;

use crate::{Decision, Explanation, Method, Readings, Scope};

use flat::Flat;
use grant::Grant;
use table::Table;
use tally::Tally;

/// Holds scopes in a form that decides without allocating, at a cost that grows with the depth of
/// the path and not with the number of scopes.
///
/// A token is compiled once, when it is issued, and decided upon with every request. Cloning costs
/// as much as compiling: share a set behind an `Arc`.
#[derive(Clone, Debug)]
pub struct ScopeSet {
    scopes: Box<[Scope]>,
    readings: Readings,
    /// What `**` says, which holds for every path.
    everywhere: Tally,
    prepared: Prepared,
}

#[derive(Clone, Debug)]
enum Prepared {
    Flat(Flat),
    /// Boxed, so that a set is no larger for it: in place it made the flat form twice as slow.
    Table(Box<Table>),
}

/// Names the two forms that a compiled set can have; both decide alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// All prefixes in a row, each compared: fastest for a few scopes.
    Flat,
    /// A hash table of prefixes, looked up at each slash of the path: as fast for many scopes as
    /// for one.
    Table,
}

impl Form {
    /// Gives the form that is the faster one for this number of scopes.
    #[must_use]
    pub const fn suited_to(scopes: usize) -> Self {
        if scopes <= 12 {
            Self::Flat
        } else {
            Self::Table
        }
    }
}

impl ScopeSet {
    /// Prepares scopes for deciding, in the form that suits their number.
    #[must_use]
    pub fn compile(scopes: &[Scope], readings: Readings) -> Self {
        Self::compile_as(Form::suited_to(scopes.len()), scopes, readings)
    }

    /// Prepares scopes for deciding in a given form, so that both can be tested and measured at
    /// any size.
    #[must_use]
    pub fn compile_as(form: Form, scopes: &[Scope], readings: Readings) -> Self {
        let mut everywhere = Tally::default();
        let mut grants = Vec::with_capacity(scopes.len());
        for (index, scope) in (0_u32..).zip(scopes) {
            if scope.resource().is_everything() {
                Grant::of(index, scope, readings).count_in(&mut everywhere);
            } else {
                grants.push(Grant::of(index, scope, readings));
            }
            if readings.item_scope_lists {
                grants.extend(Grant::of_list(index, scope));
            }
        }
        let prepared = match form {
            Form::Flat => Prepared::Flat(Flat::new(&grants, scopes)),
            Form::Table => Prepared::Table(Box::new(Table::new(&grants, scopes))),
        };
        Self {
            scopes: scopes.into(),
            readings,
            everywhere,
            prepared,
        }
    }

    /// Decides whether these scopes allow a method on a path. Allocates nothing.
    ///
    /// The path is relative to the customer, percent-decoded and normalised, without a slash in
    /// front: `config/clients/<id>/secret`. Segments are compared whole and case-sensitively; an
    /// empty segment (a doubled or trailing slash) is equal to no segment of a scope, so a path
    /// that was not normalised can slip past a deny that `**` or a broader scope outlives.
    ///
    /// ```
    /// use scope_lang::{Method, Readings, Reason, Scope, ScopeSet};
    ///
    /// let scopes: [Scope; 1] = ["+:config/loginPolicies".parse()?];
    /// let set = ScopeSet::compile(&scopes, Readings::default());
    /// assert!(set.decide(Method::Post, "config/loginPolicies").allowed());
    ///
    /// let view = set.decide(Method::Get, "config/loginPolicies/b809");
    /// assert_eq!(view.reason(), Reason::BehaviourRefuses);
    /// assert_eq!(view.by(), Some(&scopes[0]));
    ///
    /// let elsewhere = set.decide(Method::Post, "config/clients");
    /// assert_eq!(elsewhere.reason(), Reason::NothingCovers);
    /// assert_eq!(elsewhere.by(), None);
    /// # Ok::<(), scope_lang::ParseError>(())
    /// ```
    pub fn decide(&self, method: Method, path: &str) -> Decision<'_> {
        let mut tally = self.everywhere;
        match &self.prepared {
            Prepared::Flat(flat) => flat.count(&self.scopes, path.as_bytes(), &mut tally),
            Prepared::Table(table) => table.count(&self.scopes, path.as_bytes(), &mut tally),
        }
        let (reason, by) = tally.settle(self.readings, method, path);
        Decision::new(reason, by.and_then(|index| self.scopes.get(index)))
    }

    /// Decides, and says why.
    #[must_use]
    pub fn explain(&self, method: Method, path: &str) -> Explanation {
        Explanation::of(self, method, path)
    }

    /// Gives the scopes, in the order in which they were given.
    #[must_use]
    pub const fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// Gives the readings that the set was compiled under.
    #[must_use]
    pub const fn readings(&self) -> Readings {
        self.readings
    }
}
