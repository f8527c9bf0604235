//! Lies of the endpoints that show and revoke tokens.

use serde_json::{Value, json};

use super::{
    liar::{Asked, HONEST, Lie, Told},
    lies::Case,
    lies_about_tokens::{put, without},
};

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "revocations that are answered and not made",
        lie: Lie {
            hears: |asked| {
                if asked.is_post_to("/token/revoke") {
                    put(asked, "token", "token", "another");
                }
            },
            ..HONEST
        },
        noticed_by: &[
            "login.revoke.access-token.opens-nothing",
            "login.revoke.access-token.of-confidential-client",
            "login.revoke.access-token.everywhere-at-once",
            "login.revoke.refresh-token.cannot-be-exchanged",
            "login.revoke.refresh-token.everywhere-at-once",
            "login.revoke.administrative-token.configures-nothing",
            "login.revoke.requests.hint-does-not-matter",
            "login.introspect.inactive.revoked",
            "login.access-jwt.use.as-an-opaque-one",
            "login.races.revocation.many-at-once",
            "login.races.revocation.against-userinfo",
            "profiles.userinfo.refused.invalid-token",
        ],
    },
    Case {
        name: "everything is active",
        lie: Lie::tells(|asked, told| {
            of_introspection(asked, told, |body| body["active"] = json!(true));
        }),
        noticed_by: &[
            "login.introspect.inactive.never-issued",
            "login.introspect.inactive.revoked",
            "login.introspect.inactive.nothing-else-is-told",
            "login.access-jwt.use.forgeries",
        ],
    },
    Case {
        name: "more about inactive tokens than that",
        lie: Lie::tells(|asked, told| {
            of_introspection(asked, told, |body| body["client_id"] = json!("x"));
        }),
        noticed_by: &[
            "login.introspect.inactive.nothing-else-is-told",
            "login.introspect.access-token.agrees-with-the-sign-in",
            "login.introspect.access-token.of-another-client",
            "login.introspect.administrative-token.in-force",
        ],
    },
    Case {
        name: "an audience without the resource, and times in milliseconds",
        lie: Lie::tells(|asked, told| {
            of_introspection(asked, told, |body| {
                if let Some(audience) = body.get_mut("aud").and_then(Value::as_array_mut) {
                    audience.truncate(1);
                }
                if let Some(issued) = body["iat"].as_i64() {
                    body["iat"] = json!(issued * 1000);
                }
            });
        }),
        noticed_by: &[
            "login.introspect.access-token.resource-in-the-audience",
            "login.introspect.access-token.times",
            "login.introspect.refresh-token.lifetime",
        ],
    },
    Case {
        name: "a hint that is taken at its word",
        lie: Lie::tells(|asked, told| {
            if asked
                .value("token_type_hint")
                .is_some_and(|hint| hint == "refresh_token")
            {
                of_introspection(asked, told, |body| *body = json!({ "active": false }));
            }
        }),
        noticed_by: &["login.introspect.access-token.hint-does-not-matter"],
    },
    Case {
        name: "less about active tokens, and nothing about some",
        lie: Lie::tells(|asked, told| {
            of_introspection(asked, told, |body| {
                without(body, "token_type");
                let lifetime = body["exp"].as_i64().zip(body["iat"].as_i64());
                let is_long = lifetime.is_some_and(|(until, from)| until - from > 4000);
                if is_long || body["scope"] == "" {
                    body["active"] = json!(false);
                }
            });
        }),
        noticed_by: &[
            "login.introspect.access-token.in-force",
            "login.introspect.refresh-token.in-force",
            "login.introspect.administrative-token.nothing-granted",
        ],
    },
    Case {
        name: "strangers are told that nothing is active",
        lie: Lie::tells(|asked, told| {
            if asked.is_post_to("/token/introspect") && told.status == 401 {
                told.status = 200;
                told.body = json!({ "active": false }).to_string();
            }
        }),
        noticed_by: &[
            "login.introspect.callers.strangers-learn-nothing",
            "login.introspect.callers.refusals",
            "login.introspect.callers.public-client",
            "login.introspect.callers.deleted-client",
        ],
    },
    Case {
        name: "userinfo is open to everybody",
        lie: Lie::tells(|asked, told| {
            if asked.path.contains("/oidc/userinfo") && told.status != 200 {
                told.status = 200;
                told.body = json!({ "sub": "somebody", "global_sub": "somebody" }).to_string();
            }
        }),
        noticed_by: &[
            "login.token.code.reuse-ends-tokens-or-none",
            "login.revoke.access-token.opens-nothing",
            "login.revoke.extent.access-token-of-refresh-token",
            "login.access-jwt.use.forgeries",
            "login.races.revocation.against-userinfo",
            "profiles.userinfo.refused.invalid-token",
            "profiles.userinfo.refused.no-token",
            "profiles.userinfo.refused.administrative-token",
            "profiles.userinfo.refused.other-tokens-of-a-sign-in",
            "profiles.userinfo.refused.other-customer",
            "profiles.userinfo.requests.token-in-the-header-alone",
        ],
    },
    Case {
        name: "a revocation without effect is told to be one",
        lie: Lie::tells(|asked, told| {
            let is_unknown = asked.value("token").is_some_and(|token| token == "made-up");
            if asked.is_post_to("/token/revoke") && (is_unknown || told.status == 400) {
                told.status = 403;
            }
        }),
        noticed_by: &[
            "login.revoke.requests.unknown-or-revoked-before",
            "login.revoke.extent.answer-about-foreign-tokens",
        ],
    },
    Case {
        name: "a revocation of anything ends everything",
        lie: Lie::tells(|asked, told| {
            if asked.path.contains("/oidc/userinfo") {
                told.status = 401;
            }
        }),
        noticed_by: &[
            "login.revoke.extent.own-tokens-only",
            "login.revoke.extent.other-sign-ins-stay",
        ],
    },
];

fn of_introspection(asked: &Asked, told: &mut Told, change: impl FnOnce(&mut Value)) {
    if asked.is_post_to("/token/introspect") && told.status == 200 {
        told.change(change);
    }
}
