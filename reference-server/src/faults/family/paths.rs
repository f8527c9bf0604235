//! Faults of the spelling of paths: what is decided on is not what is found.

use crate::faults::fault::{Act, Fault};
use crate::faults::rights::respell;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "doubled-slashes-are-one",
        "Doubled slashes in a path are one, after the scopes have been asked",
        Act::Request(|app, asked| {
            respell(app, asked, |path| {
                let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
                format!("/{}", names.join("/"))
            });
        }),
    ),
    of(
        "dots-are-walked",
        "Dots in a path lead up and down, after the scopes have been asked",
        Act::Request(|app, asked| {
            respell(app, asked, |path| {
                let mut names: Vec<&str> = Vec::new();
                for name in path.split('/').skip(1) {
                    match name {
                        "." => {}
                        ".." => drop(names.pop()),
                        name => names.push(name),
                    }
                }
                format!("/{}", names.join("/"))
            });
        }),
    ),
    of(
        "paths-are-decoded-late",
        "A path is decoded after the scopes have been asked, slashes included",
        Act::Request(|app, asked| {
            respell(app, asked, |path| {
                percent_encoding::percent_decode_str(path)
                    .decode_utf8_lossy()
                    .into_owned()
            });
        }),
    ),
    of(
        "paths-have-no-case",
        "The names of collections are found without regard to case, after the scopes have been asked",
        Act::Request(|app, asked| {
            respell(app, asked, |path| {
                let known = ["config", "clients", "loginPolicies", "tokenPolicies"];
                let names = path.split('/').map(|name| {
                    known
                        .into_iter()
                        .find(|known| known.eq_ignore_ascii_case(name))
                        .unwrap_or(name)
                });
                names.collect::<Vec<_>>().join("/")
            });
        }),
    ),
    of(
        "ids-have-no-case",
        "An id in capitals is found, after the scopes have been asked",
        Act::Request(|app, asked| {
            respell(app, asked, |path| {
                let lower = |name: &str| {
                    if name.len() == 36 {
                        name.to_lowercase()
                    } else {
                        name.to_owned()
                    }
                };
                path.split('/').map(lower).collect::<Vec<_>>().join("/")
            });
        }),
    ),
    of(
        "endings-are-cut-off",
        "A path may end with `.json` or with a parameter behind a semicolon, which the scopes do not see through",
        Act::Request(|app, asked| {
            respell(app, asked, |path| {
                let path = path.strip_suffix(".json").unwrap_or(path);
                path.split_once(';')
                    .map_or(path, |(path, _)| path)
                    .to_owned()
            });
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "paths",
        title,
        act,
    }
}
