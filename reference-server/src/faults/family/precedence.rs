//! Faults of precedence: which of several scopes wins where they meet.

use scope_lang::Method;

use crate::faults::fault::{Act, Fault};
use crate::faults::rights::decide;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "full-access-beats-a-deny",
        "Where full access and a deny meet, full access wins",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || it.is_allowed_by(it.scopes().filter(|scope| scope.starts_with('*')))
            });
        }),
    ),
    of(
        "read-access-beats-a-deny",
        "Where read access and a deny meet, read access wins",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || it.is_allowed_by(it.scopes().filter(|scope| scope.starts_with('.')))
            });
        }),
    ),
    of(
        "mutate-access-beats-a-deny",
        "Where mutate access and a deny meet, mutate access wins",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || it.is_allowed_by(it.scopes().filter(|scope| scope.starts_with('+')))
            });
        }),
    ),
    of(
        "mutate-access-beats-full-access",
        "Where full and mutate access meet, only what mutate access allows is left",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && (!it.is_met_by('+')
                        || it.is_allowed_by(it.scopes().filter(|scope| scope.starts_with('+'))))
            });
        }),
    ),
    of(
        "read-access-beats-full-access",
        "Where full and read access meet, only what read access allows is left",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && (!it.is_met_by('.')
                        || it.is_allowed_by(it.scopes().filter(|scope| scope.starts_with('.'))))
            });
        }),
    ),
    of(
        "mutate-and-read-add-up",
        "Where mutate and read access meet, the token may do what either allows",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (!it.is_met_by('-') && it.scopes().any(|scope| it.is_allowed_by([scope])))
            });
        }),
    ),
    of(
        "read-access-beats-mutate-access",
        "Where mutate and read access meet, read access wins",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                if it.is_met_by('*') || it.is_met_by('-') || !it.is_met_by('.') {
                    it.is_allowed()
                } else {
                    it.is_allowed_by(it.scopes().filter(|scope| scope.starts_with('.')))
                }
            });
        }),
    ),
    of(
        "the-first-scope-wins",
        "Of the scopes that speak of a path the first one counts",
        Act::Request(|app, asked| decide(app, asked, |it| it.is_allowed_by(it.covering().take(1)))),
    ),
    of(
        "the-last-scope-wins",
        "Of the scopes that speak of a path the last one counts",
        Act::Request(|app, asked| decide(app, asked, |it| it.is_allowed_by(it.covering().last()))),
    ),
    of(
        "the-narrowest-scope-wins",
        "Of the scopes that speak of a path the one of the narrowest resource counts, be it a deny or not",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed_by(it.covering().max_by_key(|scope| breadth(scope)))
            });
        }),
    ),
    of(
        "the-widest-scope-wins",
        "Of the scopes that speak of a path the one of the widest resource counts, be it a deny or not",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed_by(it.covering().min_by_key(|scope| breadth(scope)))
            });
        }),
    ),
    of(
        "a-deny-spares-the-list",
        "A denied collection can still be listed",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.is_collection()
                        && it.method == Method::Get
                        && it.is_allowed_by(it.scopes().filter(|scope| !scope.starts_with('-'))))
            });
        }),
    ),
    of(
        "a-deny-is-for-reading",
        "A deny refuses nothing but GET",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.method != Method::Get
                        && it.is_allowed_by(it.scopes().filter(|scope| !scope.starts_with('-'))))
            });
        }),
    ),
    of(
        "a-deny-lets-the-rest-in",
        "A token that denies anything may read whatever it does not deny",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.method == Method::Get
                        && !it.is_met_by('-')
                        && it.scopes().any(|scope| scope.starts_with('-')))
            });
        }),
    ),
    of(
        "a-deny-alone-is-no-deny",
        "A token of denies alone may read what it denies",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.method == Method::Get
                        && it.is_met_by('-')
                        && it.scopes().all(|scope| scope.starts_with('-')))
            });
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "precedence",
        title,
        act,
    }
}

/// Returns in how many segments a scope names its resource: the fewer, the wider.
fn breadth(scope: &str) -> usize {
    let resource = scope.split_once(':').map_or("", |(_, resource)| resource);
    resource
        .split('/')
        .filter(|segment| *segment != "**")
        .count()
}
