//! The document as a whole: its issuer and addresses, its lists, and who sees what.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Run},
    expect,
    http::Request,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.discovery.issuer-of-the-customer",
        title: "The issuer is the address of the customer followed by `/login`",
        cites: &["discovery-issuer"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(issuer_of_the_customer(target))),
    },
    Check {
        id: "login.discovery.endpoints-below-the-issuer",
        title: "Every endpoint stands where the documentation has it, seen from the issuer",
        cites: &[
            "discovery-authorization-endpoint",
            "discovery-token-endpoint",
            "discovery-introspection-endpoint",
            "discovery-revocation-endpoint",
            "discovery-userinfo-endpoint",
            "discovery-jwks-uri",
            "discovery-end-session-endpoint",
        ],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(endpoints_below_the_issuer(target))),
    },
    Check {
        id: "login.discovery.endpoints-answer",
        title: "Behind every address of the document is the endpoint that it is said to be",
        cites: &["discovery-endpoints-reached"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(endpoints_answer(target))),
    },
    Check {
        id: "login.discovery.lists-without-repetition",
        title: "No list of the document names anything twice",
        cites: &["discovery-values-unique"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(lists_without_repetition(target))),
    },
    Check {
        id: "login.discovery.same-for-every-host",
        title: "A `Host` that a request makes up does not get into the document",
        cites: &["discovery-same-for-all"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(same_for_every_host(target))),
    },
    Check {
        id: "login.discovery.only-read",
        title: "Discovery document and keys take no method but reading ones",
        cites: &["discovery-only-read"],
        effects: Effects::Attempts,
        needs: &[],
        run: Run::Function(|target| Box::pin(only_read(target))),
    },
];

/// Where the document stands, below the customer.
const PLACE: &str = "login/.well-known/openid-configuration";

/// Returns the document.
pub(super) async fn document(target: &Target) -> Result<Value, NotPassed> {
    let answer = target.anonymous().get(PLACE).await?;
    expect::status(&answer, &[200]).during("discovery document")?;
    Ok(answer.json().during("discovery document")?)
}

/// Returns a list of the document; empty when there is none.
pub(super) fn listed<'d>(document: &'d Value, name: &str) -> BTreeSet<&'d str> {
    let list = document[name].as_array();
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

async fn issuer_of_the_customer(target: &Target) -> Outcome {
    let document = document(target).await?;
    let issuer = expect::text(&document, "/issuer")?;
    let base = target.session().client.base();
    let documented = format!("{base}/{}/login", target.customer());
    if issuer.starts_with(&format!("{base}/")) {
        expect::equal("issuer", &json!(documented), &json!(issuer))?;
        return Ok(());
    }
    // A customer may have a host of its own for its issuer, and then the path is free but for its end.
    let is_form = url::Url::parse(issuer).is_ok_and(|address| {
        matches!(address.scheme(), "http" | "https")
            && address.path().ends_with("/login")
            && address.query().is_none()
            && address.fragment().is_none()
    });
    if is_form {
        return Ok(());
    }
    let expected = [
        json!(documented),
        json!("the same on a host of the customer's own"),
    ];
    Err(Mismatch::new("issuer", expected, json!(issuer)).into())
}

async fn endpoints_below_the_issuer(target: &Target) -> Outcome {
    let document = document(target).await?;
    let issuer = expect::text(&document, "/issuer")?;
    let customer = issuer.strip_suffix("/login").unwrap_or(issuer);
    for (name, expected) in [
        ("authorization_endpoint", format!("{issuer}/authorize")),
        ("token_endpoint", format!("{issuer}/token")),
        (
            "introspection_endpoint",
            format!("{issuer}/token/introspect"),
        ),
        ("revocation_endpoint", format!("{issuer}/token/revoke")),
        (
            "userinfo_endpoint",
            format!("{customer}/profiles/oidc/userinfo"),
        ),
        ("jwks_uri", format!("{issuer}/jwk")),
        ("end_session_endpoint", format!("{issuer}/end_session")),
    ] {
        expect::member(&document, &format!("/{name}"), &json!(expected))?;
    }
    Ok(())
}

/// Asks each endpoint without anything that it wants: the way in which it refuses tells what it is.
async fn endpoints_answer(target: &Target) -> Outcome {
    let document = document(target).await?;
    let address = |name: &str| expect::text(&document, &format!("/{name}")).map(str::to_owned);
    let nobody = target.anonymous();

    let answer = nobody.get(address("authorization_endpoint")?).await?;
    let statuses: Vec<u16> = (400..500)
        .filter(|status| ![404, 405].contains(status))
        .collect();
    expect::status(&answer, &statuses).during("authorization endpoint without parameters")?;

    for (name, statuses) in [
        ("token_endpoint", &[400, 401][..]),
        ("introspection_endpoint", &[400, 401, 403]),
        ("revocation_endpoint", &[400, 401]),
    ] {
        let request = Request::post(address(name)?).form(&[("nothing", "at-all")]);
        let answer = nobody.send(request).await?;
        expect::oauth_error(&answer, statuses, &["invalid_request", "invalid_client"])
            .during(&format!("{name} without credentials"))?;
    }

    let answer = nobody.get(address("userinfo_endpoint")?).await?;
    expect::status(&answer, &[401]).during("userinfo without a token")?;
    let answer = nobody.get(address("jwks_uri")?).await?;
    expect::status(&answer, &[200]).during("keys")?;
    expect::present(&answer.json()?, "/keys/0/kid").during("keys")?;
    Ok(())
}

async fn lists_without_repetition(target: &Target) -> Outcome {
    let document = document(target).await?;
    let members = document.as_object().into_iter().flatten();
    for (name, list) in members.filter_map(|(name, value)| Some((name, value.as_array()?))) {
        let mut seen = Vec::new();
        for entry in list {
            if seen.contains(&entry) {
                let what = format!("entries of `{name}`");
                return Err(Mismatch::new(what, [json!("each once")], json!(list)).into());
            }
            seen.push(entry);
        }
    }
    Ok(())
}

async fn same_for_every_host(target: &Target) -> Outcome {
    let shown = document(target).await?;
    let request = Request::get(PLACE).header("host", "attacker.example.test");
    let answer = target.anonymous().send(request).await?;
    if answer.status() != 200 {
        return Ok(());
    }
    let other = answer.json()?;
    let (shown, other) = (texts(&shown), texts(&other));
    Ok(expect::equal("document for another host", &shown, &other)?)
}

/// Returns the members that are texts: the addresses. The lists may change from one moment to the next, for a scope is
/// advertised as soon as somebody makes a token policy with it.
fn texts(document: &Value) -> Value {
    let members = document.as_object().into_iter().flatten();
    members
        .filter(|(_, value)| value.is_string())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

async fn only_read(target: &Target) -> Outcome {
    for place in [PLACE, "login/jwk"] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let action = format!("{method} of {place}");
            let answer = target.anonymous().send(Request::new(method, place)).await?;
            expect::status(&answer, &[405]).during(&action)?;
            let Some(allowed) = answer.header("allow") else {
                let absent = Mismatch::new("header allow", [json!("GET")], json!("absent"));
                return Err(absent.during(&action).into());
            };
            if !allowed.split(',').any(|method| method.trim() == "GET") {
                let wrong = Mismatch::new("header allow", [json!("GET")], json!(allowed));
                return Err(wrong.during(&action).into());
            }
        }
    }
    Ok(())
}

/// Returns the list, or skips when the document does not have it: then nothing is advertised.
pub(super) fn advertised<'d>(document: &'d Value, name: &str) -> Result<BTreeSet<&'d str>, Skip> {
    let values = listed(document, name);
    if values.is_empty() {
        return Err(Skip::because(format!(
            "the discovery document has no `{name}`"
        )));
    }
    Ok(values)
}
