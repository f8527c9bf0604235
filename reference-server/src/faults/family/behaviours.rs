//! Faults of behaviours: what full, mutate and read access allow, each by itself.

use scope_lang::Method;

use crate::faults::fault::{Act, Fault};
use crate::faults::rights::{Question, decide};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "mutate-access-lists",
        "Mutate access lists the collection",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() || (it.method == Method::Get && it.is_collection() && may(it, '+'))
            });
        }),
    ),
    of(
        "mutate-access-views",
        "Mutate access reads items, those that the token made among them",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() || (it.method == Method::Get && !it.is_collection() && may(it, '+'))
            });
        }),
    ),
    of(
        "mutate-access-replaces",
        "Mutate access replaces items with PUT",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() || (it.method == Method::Put && may(it, '+'))
            });
        }),
    ),
    of(
        "mutate-access-deletes",
        "Mutate access deletes items",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() || (it.method == Method::Delete && may(it, '+'))
            });
        }),
    ),
    of(
        "mutate-access-does-not-create",
        "Mutate access does not create",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && !(it.method == Method::Post && it.is_collection() && it.is_met_by('+'))
            });
        }),
    ),
    of(
        "mutate-access-resets-no-secret",
        "Mutate access does not reset the secret of a client",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && !(it.method == Method::Post && !it.is_collection() && it.is_met_by('+'))
            });
        }),
    ),
    of(
        "read-access-does-not-list",
        "Read access does not list the collection",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && !(it.method == Method::Get && it.is_collection() && it.is_met_by('.'))
            });
        }),
    ),
    of(
        "read-access-does-not-view",
        "Read access lists the collection and does not read the items in it",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && !(it.method == Method::Get && !it.is_collection() && it.is_met_by('.'))
            });
        }),
    ),
    of(
        "read-access-creates",
        "Read access creates",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() || (it.method == Method::Post && may(it, '.'))
            });
        }),
    ),
    of(
        "read-access-replaces",
        "Read access replaces items with PUT",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() || (it.method == Method::Put && may(it, '.'))
            });
        }),
    ),
    of(
        "read-access-deletes",
        "Read access deletes items",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() || (it.method == Method::Delete && may(it, '.'))
            });
        }),
    ),
    of(
        "full-access-does-not-delete",
        "Full access does everything but delete",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() && !(it.method == Method::Delete && it.is_met_by('*'))
            });
        }),
    ),
    of(
        "full-access-does-not-replace",
        "Full access does everything but replace",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() && !(it.method == Method::Put && it.is_met_by('*'))
            });
        }),
    ),
    of(
        "full-access-does-not-create",
        "Full access changes what there is and does not create",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() && !(it.method == Method::Post && it.is_met_by('*'))
            });
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "behaviours",
        title,
        act,
    }
}

/// Returns whether a scope with this behaviour is all that speaks of the path.
fn may(it: &Question, behaviour: char) -> bool {
    it.is_met_by(behaviour) && it.covering().all(|scope| scope.starts_with(behaviour))
}
