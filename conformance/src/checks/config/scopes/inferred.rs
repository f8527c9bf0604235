//! The rows that follow from an inferred clause, over all groups.

use super::table::{Selection, hold};
use crate::check::{Check, Effects, Need, Run};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "config.scopes.bare-config",
        title: "Bare config grants nothing below itself, or everything",
        cites: BARE_CONFIG.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &BARE_CONFIG))),
    },
    Check {
        id: "config.scopes.item-scope-and-list",
        title: "A scope for one item does not open the list, or the target says that it does everywhere",
        cites: ITEM_NOT_LIST.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &ITEM_NOT_LIST))),
    },
    Check {
        id: "config.scopes.sub-resources",
        title: "What lies below an item follows the scopes of the item",
        cites: SUB_RESOURCES.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &SUB_RESOURCES))),
    },
    Check {
        id: "config.scopes.mutate-resets-secret",
        title: "Mutate access resets secrets everywhere, or nowhere",
        cites: RESETS_SECRET.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &RESETS_SECRET))),
    },
    Check {
        id: "config.scopes.item-deny-closes-the-rest",
        title: "A deny for one item closes its changes and what lies below it",
        cites: ITEM_DENY_REST.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &ITEM_DENY_REST))),
    },
    Check {
        id: "config.scopes.deny-from-above",
        title: "A deny on a wider resource wins over a narrower grant",
        cites: DENY_FROM_ABOVE.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &DENY_FROM_ABOVE))),
    },
    Check {
        id: "config.scopes.order",
        title: "The order of the scopes makes no difference",
        cites: ORDER.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &ORDER))),
    },
    Check {
        id: "config.scopes.whole-segments",
        title: "Resources are compared by whole segments, with regard to case",
        cites: WHOLE_SEGMENTS.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &WHOLE_SEGMENTS))),
    },
    Check {
        id: "config.scopes.user-scopes",
        title: "User scopes open no configuration operation",
        cites: USER_SCOPES.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &USER_SCOPES))),
    },
];

/// What the checks above select, in their order.
#[cfg(test)]
pub(super) const SELECTIONS: &[&Selection] = &[
    &BARE_CONFIG,
    &ITEM_NOT_LIST,
    &SUB_RESOURCES,
    &RESETS_SECRET,
    &ITEM_DENY_REST,
    &DENY_FROM_ABOVE,
    &ORDER,
    &WHOLE_SEGMENTS,
    &USER_SCOPES,
];

const BARE_CONFIG: Selection = Selection {
    groups: &[],
    clauses: &["scope-bare-config"],
};
const ITEM_NOT_LIST: Selection = Selection {
    groups: &[],
    clauses: &["scope-item-not-list"],
};
const SUB_RESOURCES: Selection = Selection {
    groups: &[],
    clauses: &["scope-covers-sub-resources"],
};
const RESETS_SECRET: Selection = Selection {
    groups: &[],
    clauses: &["scope-mutate-resets-secret"],
};
const ITEM_DENY_REST: Selection = Selection {
    groups: &[],
    clauses: &["scope-item-deny-refuses-rest"],
};
const DENY_FROM_ABOVE: Selection = Selection {
    groups: &[],
    clauses: &["scope-deny-from-above"],
};
const ORDER: Selection = Selection {
    groups: &[],
    clauses: &["scope-order-irrelevant"],
};
const WHOLE_SEGMENTS: Selection = Selection {
    groups: &[],
    clauses: &["scope-whole-segments"],
};
const USER_SCOPES: Selection = Selection {
    groups: &[],
    clauses: &["scope-user-scopes-open-nothing"],
};
