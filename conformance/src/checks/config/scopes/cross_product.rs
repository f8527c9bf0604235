//! The cross product: every behaviour on every level, then every pair of behaviours on every pair of levels.

use super::table::{Selection, hold};
use crate::check::{Check, Effects, Need, Run};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "config.scopes.every-scope-on-clients",
        title: "Every behaviour on every level decides every call on clients",
        cites: CLIENTS.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &CLIENTS))),
    },
    Check {
        id: "config.scopes.every-scope-on-login-policies",
        title: "Every behaviour on every level decides every call on login policies",
        cites: LOGIN_POLICIES.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &LOGIN_POLICIES))),
    },
    Check {
        id: "config.scopes.every-scope-on-token-policies",
        title: "Every behaviour on every level decides every call on token policies",
        cites: TOKEN_POLICIES.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &TOKEN_POLICIES))),
    },
    Check {
        id: "config.scopes.one-behaviour-twice",
        title: "One behaviour on two levels is that behaviour",
        cites: ONE_BEHAVIOUR.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &ONE_BEHAVIOUR))),
    },
    Check {
        id: "config.scopes.full-with-mutate",
        title: "Full access wins over mutate access on every pair of levels",
        cites: FULL_WITH_MUTATE.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &FULL_WITH_MUTATE))),
    },
    Check {
        id: "config.scopes.full-with-read",
        title: "Full access wins over read access on every pair of levels",
        cites: FULL_WITH_READ.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &FULL_WITH_READ))),
    },
    Check {
        id: "config.scopes.full-with-deny",
        title: "A deny wins over full access on every pair of levels",
        cites: FULL_WITH_DENY.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &FULL_WITH_DENY))),
    },
    Check {
        id: "config.scopes.mutate-with-read",
        title: "Mutate access wins over read access on every pair of levels",
        cites: MUTATE_WITH_READ.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &MUTATE_WITH_READ))),
    },
    Check {
        id: "config.scopes.mutate-with-deny",
        title: "A deny wins over mutate access on every pair of levels",
        cites: MUTATE_WITH_DENY.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &MUTATE_WITH_DENY))),
    },
    Check {
        id: "config.scopes.read-with-deny",
        title: "A deny wins over read access on every pair of levels",
        cites: READ_WITH_DENY.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &READ_WITH_DENY))),
    },
];

/// What the checks above select, in their order.
#[cfg(test)]
pub(super) const SELECTIONS: &[&Selection] = &[
    &CLIENTS,
    &LOGIN_POLICIES,
    &TOKEN_POLICIES,
    &ONE_BEHAVIOUR,
    &FULL_WITH_MUTATE,
    &FULL_WITH_READ,
    &FULL_WITH_DENY,
    &MUTATE_WITH_READ,
    &MUTATE_WITH_DENY,
    &READ_WITH_DENY,
];

/// What single scopes, on whichever level, are documented to allow in every collection.
const EVERY_SCOPE: &[&str] = &[
    "scope-deny-nothing-allowed",
    "scope-full-methods",
    "scope-item-not-create",
    "scope-item-not-others",
    "scope-left-out-refused",
    "scope-mutate-cannot-delete",
    "scope-mutate-cannot-replace",
    "scope-mutate-cannot-view",
    "scope-mutate-creates",
    "scope-read-cannot-change",
    "scope-read-cannot-create",
    "scope-read-items",
    "scope-read-lists",
    "scope-webhooks-namespace",
];

const CLIENTS: Selection = Selection {
    groups: &["every-scope-on-clients"],
    clauses: EVERY_SCOPE,
};
const LOGIN_POLICIES: Selection = Selection {
    groups: &["every-scope-on-login-policies"],
    clauses: EVERY_SCOPE,
};
const TOKEN_POLICIES: Selection = Selection {
    groups: &["every-scope-on-token-policies"],
    clauses: EVERY_SCOPE,
};
const ONE_BEHAVIOUR: Selection = Selection {
    groups: &["full-with-full", "mutate-with-mutate", "read-with-read"],
    clauses: &[
        "scope-full-methods",
        "scope-mutate-cannot-delete",
        "scope-mutate-cannot-replace",
        "scope-mutate-cannot-view",
        "scope-mutate-creates",
        "scope-read-cannot-change",
        "scope-read-cannot-create",
        "scope-read-items",
        "scope-read-lists",
    ],
};
const FULL_WITH_MUTATE: Selection = Selection {
    groups: &["full-with-mutate"],
    clauses: &[
        "scope-full-methods",
        "scope-full-over-mutate",
        "scope-item-not-create",
        "scope-item-not-others",
        "scope-mutate-cannot-delete",
        "scope-mutate-cannot-replace",
        "scope-mutate-cannot-view",
        "scope-mutate-creates",
    ],
};
const FULL_WITH_READ: Selection = Selection {
    groups: &["full-with-read"],
    clauses: &[
        "scope-full-methods",
        "scope-full-over-read",
        "scope-item-not-create",
        "scope-item-not-others",
        "scope-read-cannot-change",
        "scope-read-cannot-create",
        "scope-read-items",
        "scope-read-lists",
    ],
};
const FULL_WITH_DENY: Selection = Selection {
    groups: &["full-with-deny"],
    clauses: &[
        "scope-deny-nothing-allowed",
        "scope-deny-over-full",
        "scope-full-methods",
        "scope-item-not-create",
        "scope-item-not-others",
    ],
};
const MUTATE_WITH_READ: Selection = Selection {
    groups: &["mutate-with-read"],
    clauses: &[
        "scope-item-not-create",
        "scope-item-not-others",
        "scope-mutate-cannot-delete",
        "scope-mutate-cannot-replace",
        "scope-mutate-cannot-view",
        "scope-mutate-creates",
        "scope-mutate-over-read",
        "scope-read-cannot-change",
        "scope-read-cannot-create",
        "scope-read-items",
        "scope-read-lists",
    ],
};
const MUTATE_WITH_DENY: Selection = Selection {
    groups: &["mutate-with-deny"],
    clauses: &[
        "scope-deny-nothing-allowed",
        "scope-deny-over-mutate",
        "scope-item-not-create",
        "scope-item-not-others",
        "scope-mutate-cannot-delete",
        "scope-mutate-cannot-replace",
        "scope-mutate-cannot-view",
        "scope-mutate-creates",
    ],
};
const READ_WITH_DENY: Selection = Selection {
    groups: &["read-with-deny"],
    clauses: &[
        "scope-deny-nothing-allowed",
        "scope-deny-over-read",
        "scope-item-not-create",
        "scope-item-not-others",
        "scope-read-cannot-change",
        "scope-read-cannot-create",
        "scope-read-items",
        "scope-read-lists",
    ],
};
