//! The rows written by hand that follow from a founding document, group by group.

use super::table::{Selection, hold};
use crate::check::{Check, Effects, Need, Run};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "config.scopes.full",
        title: "Full access allows every method on what it covers",
        cites: FULL.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &FULL))),
    },
    Check {
        id: "config.scopes.mutate",
        title: "Mutate access creates, and neither views, replaces nor deletes",
        cites: MUTATE.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &MUTATE))),
    },
    Check {
        id: "config.scopes.read",
        title: "Read access lists and views, and does nothing else",
        cites: READ.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &READ))),
    },
    Check {
        id: "config.scopes.deny",
        title: "A deny leaves nothing accessible, alone or twice",
        cites: DENY.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &DENY))),
    },
    Check {
        id: "config.scopes.left-out",
        title: "What no granted scope mentions is out of reach",
        cites: LEFT_OUT.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &LEFT_OUT))),
    },
    Check {
        id: "config.scopes.stars",
        title: "Two stars take in everything below",
        cites: STARS.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &STARS))),
    },
    Check {
        id: "config.scopes.items",
        title: "A scope for one item opens that item alone",
        cites: ITEMS.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &ITEMS))),
    },
    Check {
        id: "config.scopes.item-deny",
        title: "A deny for one item closes that item and keeps it in the list",
        cites: ITEM_DENY.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &ITEM_DENY))),
    },
    Check {
        id: "config.scopes.precedence",
        title: "Where two behaviours meet, the winner is the one in the table",
        cites: PRECEDENCE.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &PRECEDENCE))),
    },
    Check {
        id: "config.scopes.levels",
        title: "Behaviours meet across levels as they do on one",
        cites: LEVELS.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &LEVELS))),
    },
    Check {
        id: "config.scopes.elsewhere",
        title: "Scopes of webhooks, of users and of misspelt names open nothing under config",
        cites: ELSEWHERE.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &ELSEWHERE))),
    },
    Check {
        id: "config.scopes.several",
        title: "Scopes for different resources add up, each within its limits",
        cites: SEVERAL.clauses,
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(hold(target, &SEVERAL))),
    },
];

/// What the checks above select, in their order.
#[cfg(test)]
pub(super) const SELECTIONS: &[&Selection] = &[
    &FULL,
    &MUTATE,
    &READ,
    &DENY,
    &LEFT_OUT,
    &STARS,
    &ITEMS,
    &ITEM_DENY,
    &PRECEDENCE,
    &LEVELS,
    &ELSEWHERE,
    &SEVERAL,
];

const FULL: Selection = Selection {
    groups: &["full"],
    clauses: &["scope-collection-covers-items", "scope-full-methods"],
};
const MUTATE: Selection = Selection {
    groups: &["mutate"],
    clauses: &[
        "scope-mutate-cannot-delete",
        "scope-mutate-cannot-replace",
        "scope-mutate-cannot-view",
        "scope-mutate-creates",
    ],
};
const READ: Selection = Selection {
    groups: &["read"],
    clauses: &[
        "scope-read-cannot-change",
        "scope-read-cannot-create",
        "scope-read-items",
        "scope-read-lists",
    ],
};
const DENY: Selection = Selection {
    groups: &["deny", "deny-with-deny"],
    clauses: &["scope-deny-nothing-allowed"],
};
const LEFT_OUT: Selection = Selection {
    groups: &["left-out"],
    clauses: &[
        "grant-nothing-useless",
        "scope-left-out-refused",
        "scope-named-collections",
        "scope-several-add-up",
    ],
};
const STARS: Selection = Selection {
    groups: &["stars"],
    clauses: &[
        "scope-left-out-refused",
        "scope-mutate-cannot-delete",
        "scope-mutate-cannot-replace",
        "scope-mutate-cannot-view",
        "scope-mutate-creates",
        "scope-read-cannot-change",
        "scope-read-cannot-create",
        "scope-stars-everything",
        "scope-stars-namespace",
    ],
};
const ITEMS: Selection = Selection {
    groups: &["items"],
    clauses: &[
        "scope-full-over-read",
        "scope-item-full",
        "scope-item-not-create",
        "scope-item-not-others",
        "scope-left-out-refused",
        "scope-mutate-cannot-replace",
        "scope-mutate-cannot-view",
        "scope-read-cannot-change",
        "scope-read-items",
        "scope-read-lists",
        "scope-several-add-up",
    ],
};
const ITEM_DENY: Selection = Selection {
    groups: &["item-deny"],
    clauses: &[
        "scope-deny-however-specific",
        "scope-deny-over-full",
        "scope-item-deny-keeps-list",
        "scope-item-deny-refuses-view",
        "scope-item-deny-spares-others",
    ],
};
const PRECEDENCE: Selection = Selection {
    groups: &["precedence"],
    clauses: &[
        "scope-collection-deny-refuses-list",
        "scope-deny-over-full",
        "scope-deny-over-mutate",
        "scope-deny-over-read",
        "scope-full-over-mutate",
        "scope-full-over-read",
        "scope-mutate-over-read",
    ],
};
const LEVELS: Selection = Selection {
    groups: &["levels"],
    clauses: &[
        "scope-deny-however-specific",
        "scope-deny-over-full",
        "scope-deny-over-mutate",
        "scope-deny-over-read",
        "scope-full-over-mutate",
        "scope-full-over-read",
        "scope-mutate-cannot-view",
        "scope-mutate-over-read",
        "scope-read-cannot-create",
        "scope-stars-everything",
        "scope-stars-namespace",
    ],
};
const ELSEWHERE: Selection = Selection {
    groups: &["webhooks", "spelling", "user-scopes"],
    clauses: &[
        "grant-misspelt",
        "grant-mixes-user-scopes",
        "scope-item-deny-refuses-view",
        "scope-left-out-refused",
        "scope-read-cannot-create",
        "scope-several-add-up",
        "scope-webhooks-namespace",
    ],
};
const SEVERAL: Selection = Selection {
    groups: &["several", "many", "sub-resources", "bare-config"],
    clauses: &[
        "scope-deny-over-full",
        "scope-full-over-mutate",
        "scope-full-over-read",
        "scope-item-deny-refuses-view",
        "scope-item-deny-spares-others",
        "scope-item-full",
        "scope-item-not-others",
        "scope-left-out-refused",
        "scope-mutate-cannot-replace",
        "scope-mutate-cannot-view",
        "scope-read-cannot-change",
        "scope-read-cannot-create",
        "scope-several-add-up",
        "scope-stars-namespace",
    ],
};
