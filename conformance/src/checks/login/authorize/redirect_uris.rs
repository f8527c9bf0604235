//! Redirect URIs: listed ones receive answers, and nothing that only looks like one does.

use rand::{RngExt as _, seq::IndexedRandom as _};
use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::device::{Device, stays},
    expect,
    relying_party::LoginClient,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.redirect-uri-near-misses",
        title: "An address that differs from a listed one in anything receives nothing",
        cites: &[
            "authorize-redirect-uri-match-exact",
            "authorize-invalid-redirect-uri",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(near_misses(target))),
    },
    Check {
        id: "login.authorize.redirect-uri-changed-by-chance",
        title: "A listed address with any one character changed, missing or added receives nothing",
        cites: &["authorize-redirect-uri-match-exact"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(changed_by_chance(target))),
    },
    Check {
        id: "login.authorize.redirect-uri-of-another-client",
        title: "An address that another client lists receives nothing",
        cites: &[
            "authorize-redirect-uri-match-exact",
            "authorize-invalid-redirect-uri",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(of_another_client(target))),
    },
    Check {
        id: "login.authorize.redirect-uri-wrong-whatever-else-is-wrong",
        title: "No error of a request goes to an address that is not listed",
        cites: &[
            "authorize-error-order",
            "authorize-invalid-redirect-uri-stays",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(wrong_with_other_errors(target))),
    },
    Check {
        id: "login.authorize.redirect-uri-removed",
        title: "An address that a client lists no more receives nothing",
        cites: &["authorize-redirect-uri-match-exact"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(removed(target))),
    },
    Check {
        id: "login.authorize.redirect-uri-on-loopback",
        title: "A listed address of plain HTTP on localhost receives a code",
        cites: &["authorize-redirect-uri-loopback"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| {
            Box::pin(receives_a_code(
                target,
                "http://localhost:53171/sign-in/done",
            ))
        }),
    },
    Check {
        id: "login.authorize.redirect-uri-of-an-app",
        title: "A listed address with a scheme of an app's own receives a code",
        cites: &["authorize-redirect-uri-custom-scheme"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| {
            Box::pin(receives_a_code(target, "com.example.bakery://sign-in/done"))
        }),
    },
    Check {
        id: "login.authorize.redirect-uri-with-a-query",
        title: "The query of a listed address stays, and the answer is added to it",
        cites: &["authorize-redirect-query-kept"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| {
            let listed = "https://bakery.example.test/done?shop=rye%20%26%20wheat&x=";
            Box::pin(receives_a_code(target, listed))
        }),
    },
];

const LISTED: &str = "https://bakery.example.test/Sign-In/done?shop=rye&x=%2F";

/// Addresses that some comparison or other takes for the listed one, or for one below or beside it.
const NEAR: &[&str] = &[
    "https://bakery.example.test/sign-in/done?shop=rye&x=%2F",
    "https://bakery.example.test/Sign-In/done?shop=rye&x=%2f",
    "https://bakery.example.test/Sign-In/done?shop=rye&x=/",
    "https://bakery.example.test/Sign-In/done?x=%2F&shop=rye",
    "https://bakery.example.test/Sign-In/done?shop=rye&x=%2F&y=1",
    "https://bakery.example.test/Sign-In/done?shop=rye",
    "https://bakery.example.test/Sign-In/done",
    "https://bakery.example.test/Sign-In/done/?shop=rye&x=%2F",
    "https://bakery.example.test/Sign-In/done/more?shop=rye&x=%2F",
    "https://bakery.example.test/Sign-In/../Sign-In/done?shop=rye&x=%2F",
    "https://bakery.example.test/Sign-In/./done?shop=rye&x=%2F",
    "https://bakery.example.test//Sign-In/done?shop=rye&x=%2F",
    "https://bakery.example.test/Sign%2DIn/done?shop=rye&x=%2F",
    "https://bakery.example.test/Sign-In/done?shop=rye&x=%2F#fragment",
    "https://bakery.example.test/Sign-In/done?shop=rye&x=%2F#",
    "https://bakery.example.test:443/Sign-In/done?shop=rye&x=%2F",
    "https://bakery.example.test:8443/Sign-In/done?shop=rye&x=%2F",
    "http://bakery.example.test/Sign-In/done?shop=rye&x=%2F",
    "HTTPS://bakery.example.test/Sign-In/done?shop=rye&x=%2F",
    "https://BAKERY.example.test/Sign-In/done?shop=rye&x=%2F",
    "https://bakery.example.test./Sign-In/done?shop=rye&x=%2F",
    "https://shop.bakery.example.test/Sign-In/done?shop=rye&x=%2F",
    "https://bakery.example.test.evil.example.test/Sign-In/done?shop=rye&x=%2F",
    "https://bakery.example.test@evil.example.test/Sign-In/done?shop=rye&x=%2F",
    "https://user@bakery.example.test/Sign-In/done?shop=rye&x=%2F",
    "https://evil.example.test/?https://bakery.example.test/Sign-In/done?shop=rye&x=%2F",
    "https://evil.example.test\\@bakery.example.test/Sign-In/done?shop=rye&x=%2F",
    "//bakery.example.test/Sign-In/done?shop=rye&x=%2F",
    "/Sign-In/done?shop=rye&x=%2F",
    " https://bakery.example.test/Sign-In/done?shop=rye&x=%2F",
    "https://bakery.example.test/Sign-In/done?shop=rye&x=%2F ",
    "https://bakery.example.test/Sign-In/done?shop=rye&x=%2F\r\nX-Injected: 1",
    "https://bakery.example.test/Sign-In/done?shop=rye&x=%2F\u{0}",
    "javascript:alert(1)//https://bakery.example.test/Sign-In/done?shop=rye&x=%2F",
];

async fn near_misses(target: &Target) -> Outcome {
    let mut device = Device::new(target, listing(target, LISTED).await?).await?;
    for near in NEAR {
        receives_nothing(&mut device, near).await?;
    }
    // What is listed is looked at last: a target that refuses everything proves nothing above.
    let request = device.request();
    let answer = device.browser.get(request.url()).await?;
    expect::status(&answer, &[302, 303]).during("request with the listed address")?;
    Ok(())
}

async fn changed_by_chance(target: &Target) -> Outcome {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-._~%/?#&=:@+";
    let mut device = Device::new(target, listing(target, LISTED).await?).await?;
    let mut chance = target.chance();
    for _ in 0..20 {
        let mut changed = LISTED.as_bytes().to_vec();
        // Behind scheme and host: what is there decides whether it is an address at all.
        let at = chance.random_range("https://".len()..changed.len());
        let other = *ALPHABET.choose(&mut chance).unwrap_or(&b'x');
        match chance.random_range(0..3) {
            0 => changed[at] = other,
            1 => changed.insert(at, other),
            _ => drop(changed.remove(at)),
        }
        let changed = String::from_utf8_lossy(&changed).into_owned();
        if changed != LISTED {
            receives_nothing(&mut device, &changed).await?;
        }
    }
    Ok(())
}

async fn of_another_client(target: &Target) -> Outcome {
    let other = listing(target, "https://other.example.test/done").await?;
    let mut device = Device::new(target, listing(target, LISTED).await?).await?;
    receives_nothing(&mut device, &other.redirect_uri).await?;
    device.client.id = other.id;
    receives_nothing(&mut device, LISTED).await
}

async fn wrong_with_other_errors(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let evil = "https://evil.example.test/take";
    let request = device.request().with("redirect_uri", evil);
    for (what, request) in [
        ("a good request", request.clone()),
        ("no scope", request.clone().without("scope")),
        ("no response type", request.clone().without("response_type")),
        (
            "an unknown prompt",
            request.clone().with("prompt", "sometimes"),
        ),
        ("prompt=none", request.clone().with("prompt", "none")),
        (
            "form_post",
            request.clone().with("response_mode", "form_post"),
        ),
        (
            "a request object",
            request.clone().with("request", "e30.e30."),
        ),
        ("no challenge", request.without_pkce()),
    ] {
        let answer = device.browser.get(request.url()).await?;
        stays(target, &answer).during(what)?;
        expect::status(&answer, &[400]).during(what)?;
        if answer.text().contains(&format!("action=\"{evil}")) {
            let expected = json!("no form for an address that is not listed");
            let mismatch = Mismatch::new("page", [expected], json!("there is one"));
            return Err(mismatch.during(what).into());
        }
    }
    Ok(())
}

async fn removed(target: &Target) -> Outcome {
    let client = listing(target, LISTED).await?;
    let path = format!("config/clients/{}", client.id);
    let mut whole = target.administrator().get(&path).await?.json()?;
    whole["redirectURIs"] = json!(["https://bakery.example.test/new"]);
    let answer = target.administrator().put(&path, whole).await?;
    expect::status(&answer, &[200, 204]).during("PUT of the client")?;
    let mut device = Device::new(target, client).await?;
    receives_nothing(&mut device, LISTED).await
}

async fn receives_a_code(target: &Target, listed: &str) -> Outcome {
    let client = listing(target, listed).await?;
    let mut device = Device::new(target, client).await?;
    device.browser = target.browser();
    let request = device.request();
    let redirect = device.browser.sign_in(&request).await?;
    let code = redirect.code()?;
    if let Some((_, query)) = listed.split_once('?') {
        for pair in form_urlencoded::parse(query.as_bytes()).into_owned() {
            if !redirect.parameters.contains(&pair) {
                let expected = json!(format!("{}={}", pair.0, pair.1));
                let what = "query of the redirect";
                return Err(Mismatch::new(what, [expected], redirect.shown()).into());
            }
        }
    }
    target.exchange(&device.client, &request, &code).await?;
    Ok(())
}

/// Makes a client that lists one address.
async fn listing(target: &Target, address: &str) -> Result<LoginClient, NotPassed> {
    target
        .make_login_client(json!({ "redirectURIs": [address] }))
        .await
}

/// Requires that a request for an address is refused without a redirect.
async fn receives_nothing(device: &mut Device<'_>, address: &str) -> Outcome {
    let request = device.request().with("redirect_uri", address);
    let answer = device.browser.get(request.url()).await?;
    if (400..500).contains(&answer.status()) {
        return Ok(());
    }
    let expected = json!("a status from 400 to 499, and no redirect");
    let actual = json!({ "status": answer.status(), "location": answer.location() });
    Err(Mismatch::new(format!("answer for `{address}`"), [expected], actual).into())
}
