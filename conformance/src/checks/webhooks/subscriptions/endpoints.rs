//! Which addresses a listener may have.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::ground::{
        SUBSCRIPTIONS, administrator, draft, listed, own_titles, patch, path, subscribe, view,
    },
    expect,
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.endpoints.plain-http",
        title: "An endpoint of plain HTTP is refused, and nothing is stored",
        cites: &["hooks-endpoint-https"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(plain_http(target))),
    },
    Check {
        id: "webhooks.endpoints.other-schemes",
        title: "An endpoint of any other scheme is refused, and nothing is stored",
        cites: &["hooks-endpoint-https"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(other_schemes(target))),
    },
    Check {
        id: "webhooks.endpoints.private-ranges",
        title: "An endpoint in a private or link-local range is refused, however it is written",
        cites: &["hooks-endpoint-public"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(private_ranges(target))),
    },
    Check {
        id: "webhooks.endpoints.special-ranges",
        title: "An endpoint in a range that the registries keep for special purposes is refused",
        cites: &["hooks-endpoint-special"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(special_ranges(target))),
    },
    Check {
        id: "webhooks.endpoints.beside-the-ranges",
        title: "A target that takes an address for an endpoint takes those right beside the special ranges",
        cites: &["hooks-endpoint-beside"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(beside_the_ranges(target))),
    },
    Check {
        id: "webhooks.endpoints.addresses-alone",
        title: "An endpoint with a user, a password, a fragment, a space or a control character is refused",
        cites: &["hooks-endpoint-address-alone"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(addresses_alone(target))),
    },
    Check {
        id: "webhooks.endpoints.names",
        title: "A target that takes endpoints on this machine takes them by its name as well",
        cites: &["hooks-endpoint-name"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(names(target))),
    },
    Check {
        id: "webhooks.endpoints.this-host",
        title: "An endpoint on the target's own host is refused, unless the target is made for tests",
        cites: &["hooks-endpoint-public"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(this_host(target))),
    },
    Check {
        id: "webhooks.endpoints.refusal-status",
        title: "A refused endpoint is answered 400 with a text",
        cites: &["hooks-endpoint-refusal-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(refusal_status(target))),
    },
    Check {
        id: "webhooks.endpoints.same-rules-for-a-change",
        title: "A PATCH takes no endpoint that a creation refuses",
        cites: &[
            "hooks-endpoint-public",
            "hooks-endpoint-https",
            "hooks-patch-rules",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(same_rules_for_a_change(target))),
    },
];

/// Addresses that lead inside, wherever a target stands.
const INSIDE: [&str; 12] = [
    "https://10.0.0.7/hooks",
    "https://172.16.0.7/hooks",
    "https://172.31.255.7:8443/hooks",
    "https://192.168.1.7/hooks",
    "https://169.254.169.254/latest/meta-data",
    "https://0.0.0.0/hooks",
    "https://167772167/hooks",
    "https://0x0a000007/hooks",
    "https://[fd00::7]/hooks",
    "https://[fe80::7]/hooks",
    "https://[::ffff:10.0.0.7]/hooks",
    "https://[::]/hooks",
];

/// One address of each range that the registries keep (RFC 6890), the first or the last of it.
const SPECIAL: [&str; 30] = [
    "0.255.255.255",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "169.254.0.0",
    "172.31.255.255",
    "192.168.255.255",
    "192.0.0.255",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.255",
    "203.0.113.0",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "[::ffff:192.168.0.1]",
    "[64:ff9b::a00:1]",
    "[64:ff9b::c0a8:101]",
    "[64:ff9b:1::808:808]",
    "[100::1]",
    "[2001::1]",
    "[2001:1ff:ffff::1]",
    "[2001:db8:ffff::1]",
    "[2002:808:808::1]",
    "[3fff:fff::1]",
    "[fdff::1]",
    "[ff02::1]",
];

/// An address that anybody can reach, and then the neighbours of the ranges above.
const BESIDE: [&str; 24] = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.101.0",
    "203.0.114.0",
    "223.255.255.255",
    "[::ffff:1.1.1.1]",
    "[64:ff9b::101:101]",
    "[2001:200::1]",
    "[2001:db9::1]",
    "[2003::1]",
    "[2606:4700::1111]",
    "[3fff:1000::1]",
];

/// Requires that a creation with these endpoints is refused and makes nothing.
async fn refused(target: &Target, endpoints: &[&str]) -> Outcome {
    let administrator = administrator(target).await?;
    for endpoint in endpoints {
        let body = draft(target, json!({ "endpoint": endpoint, "enabled": false })).await?;
        let answer = administrator.post(SUBSCRIPTIONS, body).await?;
        if !(400..500).contains(&answer.status()) {
            expect::status(&answer, &[400]).during(endpoint)?;
        }
    }
    let (items, _) = listed(target, "").await?;
    let made = own_titles(target, &items);
    Ok(expect::equal(
        "subscriptions made",
        &json!([]),
        &json!(made),
    )?)
}

async fn special_ranges(target: &Target) -> Outcome {
    let endpoints: Vec<String> = SPECIAL.iter().map(|host| at(host)).collect();
    let endpoints: Vec<&str> = endpoints.iter().map(String::as_str).collect();
    refused(target, &endpoints).await
}

async fn addresses_alone(target: &Target) -> Outcome {
    let good = target.endpoint().await?;
    let (scheme, rest) = good.split_once("://").unwrap_or(("https", &good));
    let endpoints = [
        format!("{scheme}://user@{rest}"),
        format!("{scheme}://:password@{rest}"),
        format!("{good}#part"),
        format!("{good} x"),
        format!("{good}\tx"),
        format!(" {good}"),
        format!("{good}\u{7f}"),
    ];
    refused(target, &endpoints.each_ref().map(String::as_str)).await
}

async fn names(target: &Target) -> Outcome {
    if !takes_loopback(target).await? {
        let reason = "the target takes no endpoints on this machine, and no other name is known";
        return Err(crate::verdict::Skip::because(reason).into());
    }
    let administrator = administrator(target).await?;
    let endpoint = target.endpoint().await?.replace("127.0.0.1", "localhost");
    let body = draft(target, json!({ "endpoint": endpoint, "enabled": false })).await?;
    let answer = administrator.post(SUBSCRIPTIONS, body).await?;
    expect::status(&answer, &[201]).during(&endpoint)?;
    Ok(())
}

/// Nothing is sent to these, since nobody notifies through what is disabled.
async fn beside_the_ranges(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    for (number, host) in BESIDE.iter().enumerate() {
        let endpoint = at(host);
        let title = target.name(&format!("beside-{number}"));
        let members = json!({ "title": title, "endpoint": endpoint, "enabled": false });
        let body = draft(target, members).await?;
        let answer = administrator.post(SUBSCRIPTIONS, body).await?;
        if number == 0 && (400..500).contains(&answer.status()) {
            let reason = "the target takes names only";
            return Err(crate::verdict::Skip::because(reason).into());
        }
        expect::status(&answer, &[201]).during(&endpoint)?;
    }
    Ok(())
}

fn at(host: &str) -> String {
    format!("https://{host}/hooks")
}

async fn plain_http(target: &Target) -> Outcome {
    if takes_loopback(target).await? {
        let reason = "the target takes endpoints of plain HTTP, as targets made for tests do";
        return Err(crate::verdict::Skip::because(reason).into());
    }
    let public = [
        "http://example.com/hooks",
        "HTTP://example.com/hooks",
        "http://93.184.215.14/hooks",
    ];
    refused(target, &public).await
}

async fn other_schemes(target: &Target) -> Outcome {
    let others = [
        "ftp://example.com/hooks",
        "file:///etc/hostname",
        "gopher://example.com/hooks",
        "//example.com/hooks",
        "example.com/hooks",
        "https:///hooks",
    ];
    refused(target, &others).await
}

async fn private_ranges(target: &Target) -> Outcome {
    refused(target, &INSIDE).await
}

/// Tells whether the target takes endpoints on this machine: one made for tests.
async fn takes_loopback(target: &Target) -> Result<bool, NotPassed> {
    let endpoint = target.endpoint().await?;
    let host = url::Url::parse(&endpoint).ok();
    let host = host.as_ref().and_then(url::Url::host_str);
    Ok(host.is_some_and(|host| host == "localhost" || host.starts_with("127.")))
}

async fn this_host(target: &Target) -> Outcome {
    if takes_loopback(target).await? {
        let reason = "the target takes endpoints on this machine, as targets made for tests do";
        return Err(crate::verdict::Skip::because(reason).into());
    }
    let this_host = [
        "https://localhost/hooks",
        "https://LOCALHOST./hooks",
        "https://127.0.0.1/hooks",
        "https://127.9.9.9/hooks",
        "https://2130706433/hooks",
        "https://[::1]/hooks",
        "https://[::ffff:127.0.0.1]/hooks",
    ];
    refused(target, &this_host).await
}

async fn refusal_status(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    for endpoint in ["ftp://example.com/hooks", INSIDE[0], INSIDE[8]] {
        let body = draft(target, json!({ "endpoint": endpoint, "enabled": false })).await?;
        let answer = administrator.post(SUBSCRIPTIONS, body).await?;
        expect::status(&answer, &[400]).during(endpoint)?;
        expect::text(&answer.json()?, "/errors").during(endpoint)?;
    }
    Ok(())
}

async fn same_rules_for_a_change(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    let made = subscribe(target, json!({})).await?;
    for endpoint in INSIDE.into_iter().chain(["ftp://example.com/hooks"]) {
        let change = patch(path(&made), &json!({ "endpoint": endpoint }));
        let answer = administrator.send(change).await?;
        if !(400..500).contains(&answer.status()) {
            expect::status(&answer, &[400]).during(endpoint)?;
        }
    }
    let shown = view(target, &made).await?;
    Ok(expect::equal("the subscription afterwards", &made, &shown)?)
}
