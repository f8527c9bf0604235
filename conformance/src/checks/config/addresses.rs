//! Which addresses browsers may be sent to: those of clients, and those of login pages.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::{Target, objects::identity_store_details},
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.addresses.redirect-uris-are-addresses",
        title: "What is no absolute URI is no redirect URI: nothing without a scheme, with a space or with a control character",
        cites: &["client-redirect-uri-absolute"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(no_redirect_uris(target, NO_ADDRESSES))),
    },
    Check {
        id: "config.addresses.redirect-uris-open-apps",
        title: "What a browser would run, show or fetch by itself is no redirect URI",
        cites: &["client-redirect-uri-opens-an-app"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(no_redirect_uris(target, OPEN_NO_APP))),
    },
    Check {
        id: "config.addresses.login-pages-are-pages",
        title: "What no browser can be sent to is no login page",
        cites: &["login-policy-login-url-is-a-page"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(login_pages_are_pages(target))),
    },
];

/// Neither of these can stand in a `Location`, or names where to go.
const NO_ADDRESSES: &[&str] = &[
    "/callback",
    "client.example.test/callback",
    "https://client.example.test/call back",
    "https://client.example.test/call\nback",
    "https://client.example.test/call\tback",
    "\u{1}https://client.example.test/callback",
];

/// A code that is sent there reaches a script, a file or nobody, and no app.
const OPEN_NO_APP: &[&str] = &[
    "javascript:alert(1)",
    "data:text/html,callback",
    "vbscript:callback",
    "file:///etc/callback",
    "about:blank",
    "ftp://client.example.test/callback",
    "wss://client.example.test/callback",
];

async fn no_redirect_uris(target: &Target, uris: &[&str]) -> Outcome {
    let client = json!({
        "name": target.name("login-client"),
        "type": "public",
        "loginPolicy": target.make_login_policy(json!({})).await?,
        "tokenPolicy": target.make_token_policy(json!({})).await?,
    });
    for uri in uris {
        // A good one beside it, since each has to be looked at.
        let mut sent = client.clone();
        sent["redirectURIs"] = json!(["https://client.example.test/callback", uri]);
        refused(target, "config/clients", sent, uri).await?;
    }
    Ok(())
}

async fn login_pages_are_pages(target: &Target) -> Outcome {
    for url in [
        "/auth-ui/login",
        "login.example.test/auth-ui/login",
        "javascript:alert(1)",
        "data:text/html,login",
        "ftp://login.example.test/auth-ui/login",
        "https://login.example.test/auth ui/login",
        "https://login.example.test/auth-ui\n/login",
    ] {
        let sent = json!({
            "title": target.name("policy"),
            "loginURL": url,
            "identityStoreDetails": identity_store_details(),
        });
        refused(target, "config/loginPolicies", sent, url).await?;
    }
    Ok(())
}

async fn refused(target: &Target, path: &str, sent: Value, address: &str) -> Outcome {
    let answer = target.administrator().post(path, sent).await?;
    let action = format!("`{}`", address.escape_debug());
    expect::refusal(&answer, &[400, 422]).during(&action)?;
    Ok(())
}
