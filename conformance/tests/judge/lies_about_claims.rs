//! Lies in ID tokens and at userinfo.

use serde_json::{Value, json};

use super::{
    forged::forged,
    liar::{Asked, HONEST, Lie, Told},
    lies::Case,
    lies_about_tokens::of_sign_in,
};

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "another header",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |header, _| {
                header["typ"] = json!("at+jwt");
            });
        }),
        noticed_by: &["login.id-token.form.signed-by-a-key-of-the-set"],
    },
    Case {
        name: "claims changed and not signed again",
        lie: Lie::tells(|asked, told| {
            of_sign_in(asked, told, |body| {
                let token = body["id_token"].as_str().unwrap_or_default();
                let (message, signature) = token.rsplit_once('.').unwrap_or_default();
                body["id_token"] = json!(format!("{message}A.{signature}"));
            });
        }),
        noticed_by: &[
            "login.id-token.form.signed-by-a-key-of-the-set",
            "login.id-token.form.key-is-chosen-by-its-id",
        ],
    },
    Case {
        name: "an issuer with a slash, an audience that is a text, and another party",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |_, claims| {
                claims["iss"] = json!(format!("{}/", claims["iss"].as_str().unwrap_or_default()));
                claims["aud"] = claims["aud"][0].clone();
                claims["azp"] = json!("somebody");
            });
        }),
        noticed_by: &["login.id-token.who.issuer", "login.id-token.who.audience"],
    },
    Case {
        name: "a subject of each token's own",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |_, claims| {
                claims["sub"] = json!(format!("user-{}", claims["jti"]));
            });
        }),
        noticed_by: &[
            "login.id-token.who.subject",
            "login.id-token.who.same-user-same-subject",
            "login.token.refresh.id-token-of-the-same-sign-in",
            "login.introspect.access-token.agrees-with-the-sign-in",
            "profiles.userinfo.requests.same-subject",
        ],
    },
    Case {
        name: "times in milliseconds, and a sign-in in the future",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |_, claims| {
                let issued = claims["iat"].as_i64().unwrap_or_default();
                claims["auth_time"] = json!(issued + 1);
                claims["exp"] = json!(issued + 7200);
            });
        }),
        noticed_by: &[
            "login.id-token.when.lifetime",
            "login.id-token.when.signed-in-before-issued",
        ],
    },
    Case {
        name: "expired when it is issued",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |_, claims| {
                claims["exp"] = claims["iat"].clone();
            });
        }),
        noticed_by: &["login.id-token.when.issued-before-it-expires"],
    },
    Case {
        name: "no hash",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |_, claims| remove(claims, "at_hash"));
        }),
        noticed_by: &["login.id-token.at-hash.present"],
    },
    Case {
        name: "a hash of something else",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |_, claims| {
                claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RQ");
            });
        }),
        noticed_by: &[
            "login.id-token.at-hash.of-this-access-token",
            "login.token.refresh.id-token-of-the-same-sign-in",
        ],
    },
    Case {
        name: "ids that are no ids, and other words for assurance",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |_, claims| {
                claims["sid"] = claims["jti"].take();
                claims["jti"] = json!("always");
                claims["acr"] = json!("1");
            });
        }),
        noticed_by: &[
            "login.id-token.session.id",
            "login.id-token.session.unique-id",
            "login.id-token.session.assurance-and-means",
        ],
    },
    Case {
        name: "a nonce tidied up, or made up",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |_, claims| {
                let nonce = claims["nonce"]
                    .as_str()
                    .unwrap_or("none")
                    .trim_end()
                    .to_lowercase();
                claims["nonce"] = json!(nonce);
            });
        }),
        noticed_by: &[
            "login.id-token.nonce.unchanged",
            "login.id-token.nonce.none-unless-sent",
            "login.races.code.many-codes-at-once",
        ],
    },
    Case {
        name: "claims nobody asked for, in every place",
        lie: Lie::tells(|asked, told| {
            in_id_token(asked, told, |_, claims| {
                claims["email"] = json!("mira.lind@example.com");
            });
            at_userinfo(asked, told, |claims| {
                claims["email"] = json!("mira.lind@example.com");
                claims["given_name"] = json!("Mira");
                claims["proofhouse_call_name"] = json!("Mira");
                claims["acr"] = json!("1");
            });
        }),
        noticed_by: &[
            "login.id-token.form.no-claims-of-scopes",
            "login.token.code.scopes-outside-the-policy-are-dropped",
            "login.token.refresh.narrower-scope",
            "profiles.userinfo.scopes.openid-alone",
            "profiles.userinfo.scopes.each-covers-its-own",
            "profiles.userinfo.scopes.profile",
            "profiles.userinfo.scopes.email",
            "profiles.userinfo.scopes.address",
            "profiles.userinfo.scopes.phone",
            "profiles.userinfo.asked.each-place-for-itself",
            "profiles.userinfo.asked.claims-of-tokens",
            "profiles.userinfo.custom.not-unasked",
        ],
    },
    Case {
        name: "claims in other formats",
        lie: Lie::tells(|asked, told| {
            at_userinfo(asked, told, |claims| {
                replace(claims, "given_name", &json!(["Mira"]));
                replace(claims, "name", &json!("Somebody"));
                replace(claims, "gender", &json!(1));
                replace(claims, "birthdate", &json!("17.05.1990"));
                replace(claims, "updated_at", &json!("2026-01-01T00:00:00Z"));
                replace(claims, "address", &json!("Street 1"));
                replace(claims, "phone_number", &json!(15_555_550_100_i64));
                replace(claims, "phone_number_verified", &json!("true"));
                replace(claims, "email_verified", &json!("2026-01-01"));
                replace(claims, "emailVerified", &json!("2026-01-01"));
            });
        }),
        noticed_by: &[
            "profiles.userinfo.formats.names",
            "profiles.userinfo.formats.whole-name",
            "profiles.userinfo.formats.gender",
            "profiles.userinfo.formats.birthdate",
            "profiles.userinfo.formats.updated-at",
            "profiles.userinfo.formats.address",
            "profiles.userinfo.formats.phone-number",
            "profiles.userinfo.formats.verified",
            "profiles.userinfo.email.values",
            "oidc.claims.have-their-types",
        ],
    },
    Case {
        name: "half of the names of the e-mail address, and nulls",
        lie: Lie::tells(|asked, told| {
            at_userinfo(asked, told, |claims| {
                remove(claims, "email_verified");
                claims["nickname"] = Value::Null;
            });
        }),
        noticed_by: &[
            "profiles.userinfo.email.names",
            "profiles.userinfo.scopes.nothing-is-null",
        ],
    },
    Case {
        name: "claims of scopes that come only one scope at a time",
        lie: Lie::tells(|asked, told| {
            at_userinfo(asked, told, |claims| {
                if claims.get("address").is_some() {
                    remove(claims, "gender");
                }
            });
        }),
        noticed_by: &["profiles.userinfo.scopes.together"],
    },
    Case {
        name: "no ear for the claims parameter",
        lie: Lie {
            hears: |asked| asked.path = asked.path.replace("claims=", "claim="),
            ..HONEST
        },
        noticed_by: &[
            "profiles.userinfo.asked.without-the-scope",
            "profiles.userinfo.asked.in-the-id-token",
            "profiles.userinfo.asked.each-place-for-itself",
            "profiles.userinfo.asked.with-objects",
            "profiles.userinfo.asked.unknown-claims",
            "profiles.userinfo.asked.malformed",
            "profiles.userinfo.custom.delivered-when-asked-for",
        ],
    },
    Case {
        name: "push claims that are not pushed",
        lie: Lie::tells(|asked, told| {
            at_userinfo(asked, told, |claims| {
                remove(claims, "proofhouse_call_name");
            });
        }),
        noticed_by: &["profiles.userinfo.custom.pushed"],
    },
    Case {
        name: "a refusal without a challenge, and in other words",
        lie: Lie::tells(|asked, told| {
            if asked.path.contains("/oidc/userinfo") && told.status == 401 {
                told.headers.retain(|(name, _)| name != "www-authenticate");
                told.change(|body| body["error"] = json!("Invalid_token"));
            }
        }),
        noticed_by: &[
            "profiles.userinfo.refused.invalid-token",
            "profiles.userinfo.refused.challenge",
            "profiles.userinfo.refused.no-token",
        ],
    },
    Case {
        name: "parameters that say whom and what to tell of",
        lie: Lie::tells(|asked, told| {
            at_userinfo_with(asked, told, "sub=", |claims| {
                claims["sub"] = json!("0f5f5b1e-5a0c-4b0b-9a06-1c2d3e4f5a6b");
            });
        }),
        noticed_by: &["profiles.userinfo.requests.own-user-only"],
    },
    Case {
        name: "one subject of two",
        lie: Lie::tells(|asked, told| {
            at_userinfo(asked, told, |claims| remove(claims, "global_sub"));
        }),
        noticed_by: &[
            "profiles.userinfo.requests.get-with-bearer",
            "profiles.userinfo.requests.same-subject",
        ],
    },
    Case {
        name: "an access token of somebody else's, for somebody else",
        lie: Lie::tells(|asked, told| {
            of_sign_in(asked, told, |body| {
                let token = body["access_token"].as_str().unwrap_or_default();
                if let Some(forged) = forged(token, |_, claims| {
                    claims["iss"] = json!("https://id.example.test");
                    claims["sub"] = claims["jti"].clone();
                }) {
                    body["access_token"] = json!(forged);
                }
            });
        }),
        noticed_by: &[
            "login.access-jwt.form.signed-by-the-issuer",
            "login.access-jwt.form.claims",
        ],
    },
    Case {
        name: "everybody's cache may keep what is told of one",
        lie: Lie::tells(|asked, told| {
            if asked.path.contains("/oidc/userinfo") {
                told.headers.retain(|(name, _)| name != "cache-control");
                let lax = ("cache-control".to_owned(), "max-age=9, Public".to_owned());
                told.headers.push(lax);
            }
        }),
        noticed_by: &["oidc.claims.not-for-shared-caches"],
    },
    Case {
        name: "whoever refreshes has signed in just now",
        lie: Lie::tells(|asked, told| {
            if asked.value("refresh_token").is_some() {
                in_id_token(asked, told, |_, claims| {
                    claims["auth_time"] = claims["iat"].clone();
                });
            }
        }),
        noticed_by: &["oidc.refresh.id-token-is-of-the-same-user"],
    },
    Case {
        name: "nobody but GET is understood",
        lie: Lie::tells(|asked, told| {
            if asked.is_post_to("/oidc/userinfo") {
                told.status = 405;
            }
        }),
        noticed_by: &["profiles.userinfo.requests.post-as-get"],
    },
];

fn in_id_token(asked: &Asked, told: &mut Told, change: fn(&mut Value, &mut Value)) {
    of_sign_in(asked, told, |body| {
        let token = body["id_token"].as_str().unwrap_or_default();
        body["id_token"] = json!(forged(token, change));
    });
}

fn at_userinfo(asked: &Asked, told: &mut Told, change: fn(&mut Value)) {
    if asked.path.contains("/oidc/userinfo") && told.status == 200 {
        told.change(change);
    }
}

fn at_userinfo_with(asked: &Asked, told: &mut Told, query: &str, change: fn(&mut Value)) {
    if asked.path.contains(query) {
        at_userinfo(asked, told, change);
    }
}

fn remove(claims: &mut Value, name: &str) {
    if let Some(members) = claims.as_object_mut() {
        members.remove(name);
    }
}

fn replace(claims: &mut Value, name: &str, value: &Value) {
    if let Some(claim) = claims.get_mut(name) {
        *claim = value.clone();
    }
}
