//! Faults of access tokens that are JWTs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use serde_json::{Map, Value, json};

use super::userinfo::USERINFO;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, minted};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "access-jwt-issuer-is-the-host",
        "The issuer of an access token is not that of the discovery document",
        Act::AccessToken(|app, _, claims| {
            let base = app.settings().public_url.to_string();
            set(claims, "iss", |_| base.into());
        }),
    ),
    of(
        "access-jwt-subject-is-the-client",
        "The subject of an access token is its client, though it is a user's",
        Act::AccessToken(|_, _, claims| {
            let client = claims["client_id"].clone();
            set(claims, "sub", |_| client);
        }),
    ),
    of(
        "access-jwt-expires-in-milliseconds",
        "The end of an access token is told as milliseconds",
        Act::AccessToken(|_, _, claims| {
            set(claims, "exp", |end| {
                (end.as_u64().unwrap_or_default() * 1000).into()
            });
        }),
    ),
    of(
        "access-jwt-lives-a-minute-longer",
        "An access token ends a minute later than its lifetime",
        Act::AccessToken(|_, _, claims| {
            set(claims, "exp", |end| {
                (end.as_u64().unwrap_or_default() + 60).into()
            });
        }),
    ),
    of(
        "access-jwt-has-no-scope",
        "An access token does not tell its scope",
        Act::AccessToken(|_, _, claims| {
            claims.remove("scope");
        }),
    ),
    of(
        "access-jwt-has-no-id",
        "An access token has no id",
        Act::AccessToken(|_, _, claims| {
            claims.remove("jti");
        }),
    ),
    of(
        "access-jwt-has-no-client",
        "An access token does not tell its client",
        Act::AccessToken(|_, _, claims| {
            claims.remove("client_id");
        }),
    ),
    of(
        "access-jwt-is-not-signed",
        "An access token has no signature that verifies, and works",
        Act::Answer(|app, _, answer| {
            let Some(before) =
                jwt::handed_out(answer, "access_token").filter(|token| is_jwt(token))
            else {
                return;
            };
            let (signed, signature) = before.rsplit_once('.').unwrap_or_default();
            let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
            bytes.reverse();
            let after = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes));
            let now = app.clock().now();
            if let Some((grant, end)) = app.store().tokens().find_with_end(&before, now) {
                app.store().tokens().add(&after, grant, now, end);
            }
            jwt::swap(answer, &before, &after);
        }),
    ),
    of(
        "access-tokens-are-never-jwts",
        "Access tokens are opaque, though the token policy wants JWTs",
        Act::Answer(|app, _, answer| {
            let Some(before) =
                jwt::handed_out(answer, "access_token").filter(|token| is_jwt(token))
            else {
                return;
            };
            let after = app.ids().token();
            let now = app.clock().now();
            if let Some((grant, end)) = app.store().tokens().find_with_end(&before, now) {
                app.store().tokens().add(after.reveal(), grant, now, end);
            }
            jwt::swap(answer, &before, after.reveal());
        }),
    ),
    of(
        "access-tokens-are-always-jwts",
        "Access tokens are JWTs, though the token policy wants opaque ones",
        Act::Around(|app, asked, behind| {
            Box::pin(async move {
                let mut answer = behind.ask(asked.clone()).await;
                let before =
                    jwt::handed_out(&answer, "access_token").filter(|token| !is_jwt(token));
                let now = app.clock().now();
                let known = before
                    .as_deref()
                    .and_then(|token| app.store().tokens().find_with_end(token, now));
                let customer = app.customer_of(&asked.uri);
                if let (Some(before), Some((grant, end)), Some(customer)) =
                    (before, known, customer)
                {
                    let claims = json!({ "client_id": grant.client().to_string(), "scope": grant.scope(), "jti": app.ids().jti() });
                    if let Ok(after) = app.signer().sign(customer.keys(), &claims).await {
                        app.store().tokens().add(&after, grant, now, end);
                        jwt::swap(&mut answer, &before, &after);
                    }
                }
                answer
            })
        }),
    ),
    of(
        "access-jwts-open-no-userinfo",
        "Userinfo does not know access tokens that are JWTs",
        Act::Request(|app, asked| {
            if asked.is_on(USERINFO) && asked.bearer().is_some_and(is_jwt) {
                asked.set_bearer(app.ids().token().reveal());
            }
        }),
    ),
    of(
        "access-jwts-are-not-introspected",
        "Introspection calls every access token that is a JWT inactive",
        Act::Request(|app, asked| {
            let token = asked.form("token");
            if asked.is(&Method::POST, "login/token/introspect")
                && token.is_some_and(|token| is_jwt(&token))
            {
                asked.set_form("token", app.ids().token().reveal());
            }
        }),
    ),
    of(
        "access-jwts-survive-revocation",
        "An access token that is a JWT goes on working after its revocation",
        Act::Request(|app, asked| {
            let token = asked.form("token");
            if asked.is(&Method::POST, "login/token/revoke")
                && token.is_some_and(|token| is_jwt(&token))
            {
                asked.set_form("token", app.ids().token().reveal());
            }
        }),
    ),
    of(
        "access-jwt-signatures-are-not-checked",
        "Userinfo believes an access token that is a JWT, whoever signed it",
        Act::Request(|app, asked| {
            let token = asked
                .bearer()
                .filter(|token| asked.is_on(USERINFO) && is_jwt(token));
            let believed = token.and_then(|token| minted::believed(app, asked, token));
            if let Some(authorization) = believed {
                asked.set_bearer(&minted::access_token(app, &authorization, "openid"));
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "access_jwts",
        title,
        act,
    }
}

fn is_jwt(token: &str) -> bool {
    token.split('.').count() == 3
}

fn set(claims: &mut Map<String, Value>, name: &str, value: impl FnOnce(&Value) -> Value) {
    if let Some(present) = claims.get_mut(name) {
        *present = value(present);
    }
}
