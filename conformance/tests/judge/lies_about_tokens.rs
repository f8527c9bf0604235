//! Lies of the endpoint that gives tokens.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    liar::{Asked, HONEST, Lie, Told},
    lies::Case,
};

/// A verifier, and its challenge under `S256` (RFC 7636, appendix B).
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "a type in small letters",
        lie: Lie::tells(|asked, told| {
            of_sign_in(asked, told, |body| body["token_type"] = json!("bearer"));
        }),
        noticed_by: &["login.token.code.members", "login.token.refresh.members"],
    },
    Case {
        name: "no refresh token",
        lie: Lie::tells(|asked, told| {
            of_sign_in(asked, told, |body| without(body, "refresh_token"));
        }),
        noticed_by: &[
            "login.token.code.members",
            "login.token.refresh.whole-set-or-access-token",
        ],
    },
    Case {
        name: "scopes that were not asked for",
        lie: Lie::tells(|asked, told| {
            of_sign_in(asked, told, |body| {
                body["scope"] = json!("openid profile email phone");
            });
        }),
        noticed_by: &[
            "login.token.code.scope-is-what-was-granted",
            "login.token.code.scopes-outside-the-policy-are-dropped",
        ],
    },
    Case {
        name: "an hour, whatever the policy says",
        lie: Lie::tells(|asked, told| {
            of_sign_in(asked, told, |body| body["expires_in"] = json!(3600));
        }),
        noticed_by: &[
            "login.token.code.lifetime-is-that-of-the-policy",
            "login.token.refresh.lifetime-is-that-of-the-policy",
        ],
    },
    Case {
        name: "answers that may be kept",
        lie: Lie::tells(|_, told| told.headers.retain(|(name, _)| name != "cache-control")),
        noticed_by: &[
            "login.token.errors.nothing-is-cached",
            "login.introspect.callers.nothing-is-cached",
        ],
    },
    Case {
        name: "another word for a bad code",
        lie: Lie::tells(|_, told| {
            told.change(|body| {
                if body["error"] == "invalid_grant" {
                    body["error"] = json!("invalid_request");
                }
            });
        }),
        noticed_by: &[
            "login.token.code.never-issued",
            "login.token.code.nearly-right",
            "login.token.redirect-uri.refusals",
            "login.token.code.bound-to-its-client",
            "login.token.pkce.refusals",
            "login.token.refresh.never-issued",
            "login.token.refresh.other-kinds-of-token",
            "login.token.refresh.bound-to-its-client",
        ],
    },
    Case {
        name: "a code that is good again and again",
        lie: Lie {
            repeats: |asked| asked.value("code"),
            ..HONEST
        },
        noticed_by: &["login.token.code.works-once", "login.races.code.one-winner"],
    },
    Case {
        name: "one winner, and an accident for everybody else",
        lie: Lie::tells(|asked, told| {
            if asked.value("code").is_some() && told.status == 400 {
                told.status = 500;
            }
        }),
        noticed_by: &["login.token.code.works-once", "login.races.code.one-winner"],
    },
    Case {
        name: "the same tokens at every exchange",
        lie: Lie {
            repeats: |asked| is_sign_in(asked).then(|| "tokens".to_owned()),
            ..HONEST
        },
        noticed_by: &[
            // A check that exchanges one code alone may be the first, whose tokens are true.
            "login.token.code.long-tokens-never-twice",
            "login.races.code.many-codes-at-once",
            "login.id-token.session.unique-id",
        ],
    },
    Case {
        name: "no look at the redirect URI",
        lie: Lie::hears(|asked| {
            put(
                asked,
                "code",
                "redirect_uri",
                "http://localhost:8080/callback",
            );
        }),
        noticed_by: &[
            "login.token.redirect-uri.must-be-the-same",
            "login.token.redirect-uri.refusals",
        ],
    },
    Case {
        name: "no look at the verifier",
        lie: Lie::hears(|asked| {
            if let Some((before, rest)) = asked.path.split_once("code_challenge=") {
                let after = rest.split_once('&').map_or("", |(_, after)| after);
                asked.path = format!("{before}code_challenge={CHALLENGE}&{after}");
            }
            put(asked, "code", "code_verifier", VERIFIER);
        }),
        noticed_by: &[
            "login.token.pkce.verifier-must-be-the-one",
            "login.token.pkce.refusals",
            "login.token.pkce.verifier-and-secret",
        ],
    },
    Case {
        name: "no look at secrets",
        lie: Lie::hears(with_the_right_secret),
        noticed_by: &[
            "login.token.authentication.wrong-secret",
            "login.token.authentication.secret-needed",
            "login.token.refresh.secret-needed",
            "login.introspect.callers.strangers-learn-nothing",
            "login.introspect.callers.refusals",
            "login.revoke.callers.secret-needed",
            "login.revoke.callers.refusal-has-no-effect",
        ],
    },
    Case {
        name: "the first of several parameters counts",
        lie: Lie::hears(|asked| {
            if is_sign_in(asked) {
                asked.change_form(|pairs| {
                    let all = std::mem::take(pairs);
                    for pair in all {
                        if pairs.iter().all(|(name, _)| *name != pair.0) {
                            pairs.push(pair);
                        }
                    }
                });
            }
        }),
        noticed_by: &["login.token.errors.repeated-parameter"],
    },
    Case {
        name: "no look at the scope of a refresh",
        lie: Lie::hears(|asked| {
            if asked.value("refresh_token").is_some() {
                asked.change_form(|pairs| pairs.retain(|(name, _)| name != "scope"));
            }
        }),
        noticed_by: &[
            "login.token.refresh.narrower-scope",
            "login.token.refresh.wider-scope",
        ],
    },
    Case {
        name: "a refresh that gives nothing of the whole set but a used refresh token",
        lie: Lie::tells(|asked, told| {
            if let Some(used) = asked.value("refresh_token") {
                told.change(|body| {
                    without(body, "id_token");
                    body["refresh_token"] = json!(used);
                    body["scope"] = json!("openid phone");
                });
            }
        }),
        noticed_by: &[
            "login.token.refresh.whole-set-or-access-token",
            "login.token.refresh.again-and-again",
            "login.token.refresh.scope-stays",
            "oidc.refresh.scope-does-not-widen",
        ],
    },
    Case {
        name: "an address that is nearly the registered one is taken for it, and a code that is put elsewhere",
        lie: Lie {
            hears: |asked| {
                asked.path = asked.path.replace("callbac%256B", "callback");
            },
            tells: |_, told| {
                for (name, value) in &mut told.headers {
                    if name == "location" {
                        *value = value.replace("?code=", "#code=");
                    }
                }
            },
            ..HONEST
        },
        noticed_by: &[
            "oidc.redirect-uris.nearly-the-registered-one",
            "oidc.authorization.nothing-else-in-the-query",
        ],
    },
    Case {
        name: "another word for a bad request",
        lie: Lie::tells(|_, told| {
            told.change(|body| {
                if body["error"] == "invalid_request" {
                    body["error"] = json!("invalid_grant");
                }
            });
        }),
        noticed_by: &[
            "login.token.code.left-out",
            "login.token.redirect-uri.refusals",
            "login.token.errors.repeated-parameter",
            "login.token.authentication.two-at-once",
            "login.token.refresh.left-out",
            "login.introspect.callers.malformed-requests",
            "login.revoke.requests.malformed",
        ],
    },
    Case {
        name: "urlencoded forms and HTTP Basic alone",
        lie: Lie::tells(|asked, told| {
            let is_multipart = asked
                .headers
                .iter()
                .any(|(_, value)| value.starts_with("multipart"));
            if is_multipart || asked.value("client_secret").is_some() {
                told.status = 401;
            }
        }),
        noticed_by: &[
            "login.token.code.public-client-without-secret",
            "login.token.code.confidential-client-with-secret",
        ],
    },
    Case {
        name: "a public client that is to have a secret, or no bearer token",
        lie: Lie::tells(|asked, told| {
            let has_bearer = asked
                .headers
                .iter()
                .any(|(_, value)| value.starts_with("Bearer"));
            if is_sign_in(asked) && (has_bearer || asked.value("refresh_token").is_some()) {
                told.status = 401;
            }
        }),
        noticed_by: &[
            "login.token.authentication.bearer-has-no-effect",
            "login.token.refresh.public-client-by-its-id",
            "login.token.refresh.members",
        ],
    },
    Case {
        name: "parameters in the address count, and unknown ones are refused",
        lie: Lie {
            hears: |asked| {
                if let Some((path, query)) = asked.path.clone().split_once("/login/token?") {
                    asked.method = "POST".to_owned();
                    asked.path = format!("{path}/login/token");
                    asked.body = query.to_owned();
                    let form = "application/x-www-form-urlencoded".to_owned();
                    asked.headers.push(("content-type".to_owned(), form));
                }
            },
            tells: |asked, told| {
                if asked.value("proofhouse").is_some() {
                    told.status = 400;
                }
            },
            ..HONEST
        },
        noticed_by: &[
            "login.token.errors.only-the-body-counts",
            "login.token.errors.unknown-parameter",
        ],
    },
    Case {
        name: "everybody configures",
        lie: Lie::tells(|asked, told| {
            if asked.path.contains("/config/") && told.status == 403 {
                told.status = 200;
            }
        }),
        noticed_by: &["login.token.kinds.users-configure-nothing"],
    },
    Case {
        name: "no JWTs, whatever the policy says",
        lie: Lie::hears(|asked| {
            asked.body = asked
                .body
                .replace("\"useAccessJWT\":true", "\"useAccessJWT\":false");
        }),
        noticed_by: &[
            "login.access-jwt.policy.decides",
            "login.access-jwt.form.signed-by-the-issuer",
        ],
    },
];

/// Tells whether a request exchanges a code or a refresh token.
pub(crate) fn is_sign_in(asked: &Asked) -> bool {
    asked.is_post_to("/login/token")
        && (asked.value("code").is_some() || asked.value("refresh_token").is_some())
}

/// Changes the tokens of a sign-in.
pub(crate) fn of_sign_in(asked: &Asked, told: &mut Told, change: impl FnOnce(&mut Value)) {
    if is_sign_in(asked) && told.status == 200 {
        told.change(change);
    }
}

pub(crate) fn without(body: &mut Value, name: &str) {
    if let Some(members) = body.as_object_mut() {
        members.remove(name);
    }
}

/// Puts a value into a form that has another one.
pub(crate) fn put(asked: &mut Asked, beside: &str, name: &str, value: &str) {
    if asked.value(beside).is_some() {
        asked.change_form(|pairs| {
            pairs.retain(|(given, _)| given != name);
            pairs.push((name.to_owned(), value.to_owned()));
        });
    }
}

/// Puts the secret of the demo tenant's confidential client wherever another one is sent for it, or none.
fn with_the_right_secret(asked: &mut Asked) {
    const ID: &str = "6d1f0b8a-7c11-4c39-9a51-000000000003";
    let right = STANDARD.encode(format!("{ID}:demo-confidential-secret"));
    let is_meant = |header: &str| {
        let pair = header
            .split_once(' ')
            .and_then(|(_, pair)| STANDARD.decode(pair).ok());
        pair.is_some_and(|pair| pair.starts_with(ID.as_bytes()))
    };
    let mut is_named = asked.value("client_id").is_some_and(|id| id == ID);
    asked.headers.retain(|(name, value)| {
        let is_its_own = name == "authorization" && is_meant(value);
        is_named |= is_its_own;
        !is_its_own
    });
    if is_named && asked.method == "POST" && asked.path.contains("/login/token") {
        asked.change_form(|pairs| {
            pairs.retain(|(name, _)| !matches!(name.as_str(), "client_id" | "client_secret"));
        });
        asked
            .headers
            .push(("authorization".to_owned(), format!("Basic {right}")));
    }
}
