//! Faults of resources: what the text behind the colon of a scope stands for.

use scope_lang::Method;

use crate::faults::fault::{Act, Fault};
use crate::faults::rights::decide;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "one-collection-opens-all",
        "A scope on one collection opens the others, too",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (!it.is_met_by('-')
                        && it.is_allowed_with(|scope| {
                            let mut parts: Vec<&str> = scope.split('/').collect();
                            let asked: Vec<&str> = it.path.split('/').collect();
                            if parts.len() > 1 && parts[0].ends_with(":config") {
                                parts[1] = asked.get(1)?;
                            }
                            Some(parts.join("/"))
                        }))
            });
        }),
    ),
    of(
        "login-policies-have-another-name",
        "The scope for login policies is `config/loginpolicies`",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed_with(|scope| {
                    (!scope.contains("config/loginPolicies")).then(|| scope.to_owned())
                })
            });
        }),
    ),
    of(
        "token-policies-open-their-clients",
        "A scope on token policies opens the clients, which are of a kind to the server",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || it.is_allowed_with(|scope| {
                        Some(scope.replace("config/tokenPolicies", "config/clients"))
                    })
            });
        }),
    ),
    of(
        "two-stars-end-after-one-segment",
        "Two stars stand for one segment: `config/**` opens the collections, and no item",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && (it.is_collection() || it.covering().any(|scope| !scope.contains("/**")))
            });
        }),
    ),
    of(
        "two-stars-alone-are-nothing",
        "`**` alone stands for nothing",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed_with(|scope| (!scope.ends_with(":**")).then(|| scope.to_owned()))
            });
        }),
    ),
    of(
        "stars-reach-clients-alone",
        "`config/**` and `**` reach the clients, and no policy",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && (it.path.starts_with("config/clients")
                        || it.covering().any(|scope| !scope.ends_with("**")))
            });
        }),
    ),
    of(
        "bare-config-is-half-open",
        "`config` alone opens the clients, and no policy",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.path.starts_with("config/clients")
                        && it.is_allowed_with(|scope| {
                            Some(if scope.ends_with(":config") {
                                format!("{scope}/**")
                            } else {
                                scope.to_owned()
                            })
                        }))
            });
        }),
    ),
    of(
        "beginnings-of-names-are-enough",
        "A scope opens whatever begins with its text: `config/client` opens `config/clients`",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || it.scopes().any(|scope| {
                        scope.split_once(':').is_some_and(|(behaviour, resource)| {
                            !resource.is_empty()
                                && it.path.starts_with(resource)
                                && it.is_allowed_by([format!("{behaviour}:{}", it.path).as_str()])
                        })
                    })
            });
        }),
    ),
    of(
        "names-begin-with-their-scopes",
        "A scope opens whatever its text begins with: `config/clientsX` opens `config/clients`",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.is_collection()
                        && it.scopes().any(|scope| {
                            scope.split_once(':').is_some_and(|(behaviour, resource)| {
                                resource.starts_with(&it.path)
                                    && !resource.contains(&format!("{}/", it.path))
                                    && it.is_allowed_by([
                                        format!("{behaviour}:{}", it.path).as_str()
                                    ])
                            })
                        }))
            });
        }),
    ),
    of(
        "resources-have-no-case",
        "Resources are compared without regard to case: `config/Clients` opens `config/clients`",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() || it.is_allowed_with(|scope| Some(spelt(scope)))
            });
        }),
    ),
    of(
        "webhooks-open-the-configuration",
        "A scope on webhooks opens the clients and policies that webhooks use",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (!it.is_met_by('-')
                        && it.is_allowed_with(|scope| {
                            let (behaviour, resource) = scope.split_once(':')?;
                            Some(if resource.starts_with("webhooks") {
                                format!("{behaviour}:config/**")
                            } else {
                                scope.to_owned()
                            })
                        }))
            });
        }),
    ),
    of(
        "user-scopes-read-the-configuration",
        "A token with `openid` reads the configuration",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.method == Method::Get && it.scopes().any(|scope| scope == "openid"))
            });
        }),
    ),
    of(
        "profile-opens-the-clients",
        "A token with `profile` reads the clients",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.method == Method::Get
                        && it.path.starts_with("config/clients")
                        && it
                            .scopes()
                            .any(|scope| scope == "profile" || scope == "openid"))
            });
        }),
    ),
    of(
        "scopes-need-no-colon",
        "The colon between behaviour and resource may be missing",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || it.is_allowed_with(|scope| {
                        Some(match scope.split_at_checked(1)? {
                            _ if scope.contains(':') => scope.to_owned(),
                            (behaviour, resource) => {
                                format!("{behaviour}:{}", resource.trim_start_matches([';', '/']))
                            }
                        })
                    })
            });
        }),
    ),
    of(
        "the-first-scope-is-all",
        "Of several scopes of a token the first one alone counts",
        Act::Request(|app, asked| decide(app, asked, |it| it.is_allowed_by(it.scopes().take(1)))),
    ),
    of(
        "nothing-granted-opens-lists",
        "A token that was granted nothing lists the collections",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.method == Method::Get
                        && it.is_collection()
                        && it.scopes().all(str::is_empty))
            });
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "namespaces",
        title,
        act,
    }
}

/// Returns a scope with the collections spelt as they are.
fn spelt(scope: &str) -> String {
    let Some((behaviour, resource)) = scope.split_once(':') else {
        return scope.to_owned();
    };
    let segments = resource.split('/').map(|segment| {
        let names = ["config", "clients", "loginPolicies", "tokenPolicies"];
        let known = names
            .into_iter()
            .find(|name| name.eq_ignore_ascii_case(segment));
        known.unwrap_or(segment)
    });
    format!("{behaviour}:{}", segments.collect::<Vec<_>>().join("/"))
}
