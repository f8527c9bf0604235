//! Faults of what userinfo tells.

use http::Method;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::minted;
use crate::store::{Authorization, LoginPolicy, User};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "userinfo-tells-everything",
        "Userinfo tells the claims of all scopes, whatever was granted",
        Act::Request(|app, asked| {
            let grant = asked
                .bearer()
                .and_then(|token| app.store().tokens().find(token, app.clock().now()));
            let authorization = grant
                .as_ref()
                .filter(|_| is(asked))
                .and_then(|grant| grant.authorization());
            if let Some(authorization) = authorization {
                asked.set_bearer(&minted::access_token(
                    app,
                    authorization,
                    "openid profile email address phone",
                ));
            }
        }),
    ),
    of(
        "address-is-not-told-beside-a-name",
        "Userinfo tells no address to who may know the profile, too",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |claims| {
                if claims.contains_key("name") {
                    claims.remove("address");
                }
            });
        }),
    ),
    of(
        "email-scope-is-forgotten",
        "Userinfo tells no e-mail address, though it was granted",
        Act::Answer(|_, asked, answer| without(asked, answer, &["email", "emailAddress"])),
    ),
    of(
        "email-scope-is-in-the-profile",
        "The scope `profile` gives the e-mail address, too",
        Act::Answer(|app, asked, answer| {
            about(app, asked, answer, |_, _, user, claims| {
                if claims.contains_key("given_name") {
                    claims.insert("email".to_owned(), user.email().into());
                }
            });
        }),
    ),
    of(
        "subject-of-userinfo-is-the-email-address",
        "The subject in userinfo is the user's e-mail address",
        Act::Answer(|app, asked, answer| {
            about(app, asked, answer, |_, _, user, claims| {
                claims.insert("sub".to_owned(), user.email().into());
            });
        }),
    ),
    of(
        "subject-of-userinfo-differs-by-client",
        "The subject in userinfo is that of the client",
        Act::Answer(|app, asked, answer| {
            about(app, asked, answer, |_, authorization, _, claims| {
                claims.insert("sub".to_owned(), authorization.client.to_string().into());
            });
        }),
    ),
    of(
        "userinfo-lacks-the-global-subject",
        "Userinfo does not tell the global subject",
        Act::Answer(|_, asked, answer| without(asked, answer, &["global_sub"])),
    ),
    of(
        "unmapped-claims-are-null",
        "Userinfo tells the nickname with null, for it knows of no attribute behind it",
        Act::Answer(|_, asked, answer| set(asked, answer, "nickname", |_| Value::Null)),
    ),
    of(
        "empty-addresses-are-told",
        "Userinfo tells an address without any part of somebody who has none",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |claims| {
                claims.entry("address").or_insert_with(|| json!({}));
            });
        }),
    ),
    of(
        "birthdate-is-american",
        "Userinfo tells the date of birth with the month first",
        Act::Answer(|_, asked, answer| {
            set(asked, answer, "birthdate", |date| {
                let parts: Vec<&str> = date.as_str().unwrap_or_default().split('-').collect();
                match parts[..] {
                    [year, month, day] => format!("{month}/{day}/{year}").into(),
                    _ => date.clone(),
                }
            });
        }),
    ),
    of(
        "gender-is-a-code",
        "Userinfo tells the gender as a number",
        Act::Answer(|_, asked, answer| set(asked, answer, "gender", |_| json!(1))),
    ),
    of(
        "names-are-lists",
        "Userinfo tells the parts of a name as lists",
        Act::Answer(|_, asked, answer| {
            for name in [
                "given_name",
                "family_name",
                "middle_name",
                "preferred_username",
            ] {
                set(asked, answer, name, |text| json!([text]));
            }
        }),
    ),
    of(
        "whole-name-is-the-first-name",
        "The whole name in userinfo is the user name",
        Act::Answer(|app, asked, answer| {
            about(app, asked, answer, |_, _, user, claims| {
                if claims.contains_key("name") {
                    claims.insert("name".to_owned(), user.email().into());
                }
            });
        }),
    ),
    of(
        "telephone-number-is-a-number",
        "Userinfo tells the telephone number as a number",
        Act::Answer(|_, asked, answer| {
            set(asked, answer, "phone_number", |_| json!(5_551_234_567_u64));
        }),
    ),
    of(
        "address-is-one-text",
        "Userinfo tells the postal address as one text",
        Act::Answer(|_, asked, answer| {
            set(asked, answer, "address", |address| {
                address["formatted"].clone()
            });
        }),
    ),
    of(
        "last-change-is-a-text",
        "Userinfo tells the time of the last change as a text",
        Act::Answer(|_, asked, answer| {
            set(asked, answer, "updated_at", |time| time.to_string().into());
        }),
    ),
    of(
        "verified-is-a-time",
        "Userinfo tells when e-mail address and telephone number were verified, and not whether",
        Act::Answer(|_, asked, answer| {
            for name in ["email_verified", "emailVerified", "phone_number_verified"] {
                set(asked, answer, name, |_| json!("2024-05-01 10:00:00 +0000"));
            }
        }),
    ),
    of(
        "email-names-are-mixed",
        "Userinfo tells the e-mail address under the name of one pair, and whether it is verified under that of the other",
        Act::Answer(|_, asked, answer| without(asked, answer, &["email", "emailVerified"])),
    ),
    of(
        "email-address-is-a-list",
        "Userinfo tells a list of e-mail addresses",
        Act::Answer(|_, asked, answer| {
            for name in ["email", "emailAddress"] {
                set(asked, answer, name, |email| json!([email]));
            }
        }),
    ),
    of(
        "userinfo-is-plain-text",
        "Userinfo is said to be plain text",
        Act::Answer(|_, asked, answer| {
            if is(asked) {
                answer.set_header(CONTENT_TYPE, "text/plain");
            }
        }),
    ),
    of(
        "userinfo-is-for-shared-caches",
        "Userinfo offers what it tells of a user to caches that serve several",
        Act::Answer(|_, asked, answer| {
            if is(asked) {
                answer.set_header(CACHE_CONTROL, "public, max-age=300");
            }
        }),
    ),
    of(
        "userinfo-has-claims-of-tokens",
        "Userinfo tells issuer, level and time of the sign-in",
        Act::Answer(|app, asked, answer| {
            let issuer = app.settings().public_url.to_string();
            about(app, asked, answer, |_, authorization, _, claims| {
                claims.insert("iss".to_owned(), issuer.into());
                claims.insert("acr".to_owned(), authorization.acr.into());
                claims.insert(
                    "auth_time".to_owned(),
                    authorization.auth_time.seconds().into(),
                );
            });
        }),
    ),
    of(
        "userinfo-obeys-parameters",
        "Userinfo tells of the subject that the query names",
        Act::Answer(|_, asked, answer| {
            if let Some(sub) = asked.query("sub") {
                set(asked, answer, "sub", |_| sub.into());
            }
        }),
    ),
    of(
        "custom-claims-are-pushed-always",
        "Userinfo tells the customer's own claims unasked, whether they are pushed or not",
        Act::Answer(|app, asked, answer| {
            about(app, asked, answer, |policy, _, user, claims| {
                for (claim, path) in own(policy) {
                    if let Some(value) = user.attribute(path) {
                        claims.insert(claim.clone(), value.clone());
                    }
                }
            });
        }),
    ),
    of(
        "custom-claims-are-never-told",
        "Userinfo never tells the customer's own claims",
        Act::Answer(|app, asked, answer| {
            about(app, asked, answer, |policy, _, _, claims| {
                own(policy).for_each(|(claim, _)| {
                    claims.remove(claim);
                });
            });
        }),
    ),
    of(
        "push-claims-has-no-effect",
        "Claims are not pushed though the login policy says so",
        Act::Answer(|app, asked, answer| {
            about(app, asked, answer, |policy, authorization, _, claims| {
                for (claim, _) in own(policy).filter(|_| policy.push_claims) {
                    if !authorization
                        .claims
                        .userinfo
                        .iter()
                        .any(|asked| **asked == **claim)
                    {
                        claims.remove(claim);
                    }
                }
            });
        }),
    ),
];

pub(super) const USERINFO: &str = "profiles/oidc/userinfo";

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "userinfo",
        title,
        act,
    }
}

fn is(asked: &Asked) -> bool {
    asked.is(&Method::GET, USERINFO) || asked.is(&Method::POST, USERINFO)
}

fn edit(asked: &Asked, answer: &mut Answer, edit: impl FnOnce(&mut Map<String, Value>)) {
    if is(asked) && answer.is_success() {
        answer.edit_members(edit);
    }
}

fn set(asked: &Asked, answer: &mut Answer, name: &str, value: impl FnOnce(&Value) -> Value) {
    edit(asked, answer, |claims| {
        if let Some(present) = claims.get_mut(name) {
            *present = value(present);
        }
    });
}

fn without(asked: &Asked, answer: &mut Answer, names: &[&str]) {
    edit(asked, answer, |claims| {
        names.iter().for_each(|name| drop(claims.remove(*name)));
    });
}

/// Changes an answer in the light of what the store knows of the policy, the grant and the user.
fn about(
    app: &App,
    asked: &Asked,
    answer: &mut Answer,
    change: impl FnOnce(&LoginPolicy, &Authorization, &User, &mut Map<String, Value>),
) {
    let grant = asked
        .bearer()
        .and_then(|token| app.store().tokens().find(token, app.clock().now()));
    let Some(authorization) = grant.as_ref().and_then(|grant| grant.authorization()) else {
        return;
    };
    let Some(customer) = app.store().customer(authorization.customer) else {
        return;
    };
    let policy = customer.find::<LoginPolicy>(authorization.login_policy);
    if let (Some(policy), Some(user)) = (policy, customer.users().find(authorization.user)) {
        edit(asked, answer, |claims| {
            change(&policy, authorization, &user, claims);
        });
    }
}

/// Returns the customer's own claims of userinfo, with where their values stand.
fn own(policy: &LoginPolicy) -> impl Iterator<Item = (&String, &String)> {
    policy
        .custom_claims
        .iter()
        .filter_map(|own| own.userinfo.as_ref())
        .flatten()
}
