//! Sign-out that a relying party starts (OpenID Connect RP-Initiated Logout).

use serde_json::json;
use url::Url;

use super::advertised;
use crate::{
    check::{Check, Effects, Need, Run},
    http::{Answer, Request},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.logout.no-open-redirect",
        title: "After a sign-out nobody is sent to a URI that is not registered",
        cites: &["oidc-logout-redirect-registered"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(no_open_redirect(target))),
    },
    Check {
        id: "oidc.logout.by-post",
        title: "A sign-out may come as a form by POST",
        cites: &["oidc-logout-by-post"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(by_post(target))),
    },
];

/// Where nobody may be sent.
const ELSEWHERE: &str = "https://attacker.example.test/signed-out";

/// How many redirects are followed.
const HOPS: usize = 5;

async fn no_open_redirect(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoint = endpoint(target).await?;
    for (what, with_client) in [("of a client", true), ("of nobody", false)] {
        let client = Some(client.id.as_str()).filter(|_| with_client);
        let mut address = address(&endpoint, client);
        // Nobody is signed in here, so nothing ends.
        let mut browser = target.browser();
        for _ in 0..HOPS {
            let answer = browser.get(&address).await.during(what)?;
            let Some(next) = next(&answer, &address) else {
                break;
            };
            if next.host_str() == Some("attacker.example.test") {
                let expected = [json!("a page"), json!("another place")];
                let mismatch = Mismatch::new("redirect", expected, json!(next.as_str()));
                return Err(mismatch.during(what).into());
            }
            address = next.into();
        }
    }
    Ok(())
}

async fn by_post(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = Request::post(endpoint(target).await?).form(&[("client_id", &client.id)]);
    let answer = target.browser().send(request).await?;
    let status = answer.status();
    if matches!(status, 404 | 405 | 415 | 500..) {
        let expected = [json!("an answer as to GET")];
        return Err(Mismatch::new("status", expected, json!(status)).into());
    }
    // A person is in front of it.
    if status < 300 && answer.bytes().is_empty() {
        let expected = [json!("a page"), json!("a redirect")];
        return Err(Mismatch::new("answer", expected, json!("an empty body")).into());
    }
    Ok(())
}

async fn endpoint(target: &Target) -> Result<String, NotPassed> {
    let endpoints = target.endpoints().await?;
    let endpoint = endpoints.end_session.as_ref();
    Ok(advertised::require_endpoint(
        endpoint,
        "end_session_endpoint",
    )?)
}

/// Returns the address of a sign-out that would lead elsewhere.
fn address(endpoint: &str, client: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("post_logout_redirect_uri", ELSEWHERE);
    query.append_pair("state", "s");
    if let Some(client) = client {
        query.append_pair("client_id", client);
    }
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{separator}{}", query.finish())
}

/// Returns where an answer leads.
fn next(answer: &Answer, from: &str) -> Option<Url> {
    if !(300..400).contains(&answer.status()) {
        return None;
    }
    Url::parse(from).ok()?.join(answer.header("location")?).ok()
}
