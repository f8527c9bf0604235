//! Redirect URIs.

use url::Url;

use super::refused::Refused;
use crate::{
    check::{Check, Effects, Need, Run},
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.redirect-uris.of-another-site",
        title: "A redirect URI of another site is never redirected to",
        cites: &["oidc-authorization-redirect-uri-registered"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(of_another_site(target))),
    },
    Check {
        id: "oidc.redirect-uris.nearly-the-registered-one",
        title: "A redirect URI that is nearly the registered one is never redirected to",
        cites: &["oidc-authorization-redirect-uri-exact"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nearly_the_registered_one(target))),
    },
    Check {
        id: "oidc.redirect-uris.is-required",
        title: "A request without a redirect URI is refused",
        cites: &["oidc-authorization-redirect-uri-required"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(is_required(target))),
    },
    Check {
        id: "oidc.redirect-uris.errors-stay-on-the-page",
        title: "An error of another kind does not lead to a redirect URI that is not registered",
        cites: &["oidc-authorization-redirect-uri-registered"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(errors_stay_on_the_page(target))),
    },
];

async fn of_another_site(target: &Target) -> Outcome {
    for foreign in [
        "https://attacker.example.test/callback",
        "http://127.0.0.1:9/callback",
    ] {
        nowhere(target, foreign).await.during(foreign)?;
    }
    Ok(())
}

async fn nearly_the_registered_one(target: &Target) -> Outcome {
    let registered = target.any_login_client()?.redirect_uri;
    for near_miss in near_misses(&registered) {
        nowhere(target, &near_miss).await.during(&near_miss)?;
    }
    Ok(())
}

async fn is_required(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target
        .authorization_request(&client, &target.endpoints().await?)
        .without("redirect_uri");
    // With one registered URI it is plain where the client is, so an error may go there.
    Refused::expect(&mut target.browser(), &request).await?;
    Ok(())
}

async fn errors_stay_on_the_page(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    for (name, wrong) in [
        ("response_type", "proofhouse"),
        ("scope", ""),
        ("prompt", "none"),
    ] {
        let request = target
            .authorization_request(&client, &endpoints)
            .with("redirect_uri", "https://attacker.example.test/callback")
            .with(name, wrong);
        let refused = Refused::expect(&mut target.browser(), &request)
            .await
            .during(name)?;
        refused.on_a_page().during(name)?;
    }
    Ok(())
}

/// Requires that a request with this redirect URI ends on a page.
async fn nowhere(target: &Target, redirect_uri: &str) -> Result<(), NotPassed> {
    let client = target.any_login_client()?;
    let request = target
        .authorization_request(&client, &target.endpoints().await?)
        .with("redirect_uri", redirect_uri);
    let refused = Refused::expect(&mut target.browser(), &request).await?;
    refused.on_a_page()
}

/// Returns URIs that differ from a registered one in what an exact comparison notices. The port is left alone: on loopback it
/// may be any (RFC 8252, section 7.3).
fn near_misses(registered: &str) -> Vec<String> {
    let mut near_misses = vec![
        format!("{registered}/"),
        format!("{registered}/../elsewhere"),
        format!("{registered}x"),
        format!("{registered}?next=1"),
        format!("{registered}#fragment"),
        format!(" {registered}"),
    ];
    if let Ok(url) = Url::parse(registered)
        && let Some(host) = url.host_str()
    {
        near_misses.push(registered.replacen(host, &format!("{host}.attacker.example.test"), 1));
        near_misses.push(registered.replacen(host, &format!("{host}@attacker.example.test"), 1));
        let last = url.path().chars().last().filter(char::is_ascii_alphabetic);
        if let Some(last) = last {
            let encoded = format!("%{:02X}", u32::from(last));
            let all_but_last = &registered[..registered.len() - 1];
            near_misses.push(format!("{all_but_last}{encoded}"));
            let other_case = char::from(last as u8 ^ b' ');
            near_misses.push(format!("{all_but_last}{other_case}"));
        }
    }
    near_misses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_differ_in_more_than_the_port() {
        let registered = "http://localhost:8080/callback";
        let near_misses = near_misses(registered);
        assert_eq!(near_misses.len(), 10);
        assert!(near_misses.contains(&"http://localhost:8080/callbacK".to_owned()));
        assert!(near_misses.contains(&"http://localhost:8080/callbac%6B".to_owned()));
        assert!(
            near_misses
                .contains(&"http://localhost@attacker.example.test:8080/callback".to_owned())
        );
        assert!(near_misses.iter().all(|near_miss| near_miss != registered));
    }

    #[test]
    fn a_uri_without_a_host_has_near_misses_too() {
        assert_eq!(near_misses("app:/callback/").len(), 6);
    }
}
