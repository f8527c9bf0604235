//! `/{customerId}/login/end_session`.

use serde_json::json;

use crate::{
    browser::Page,
    chance,
    check::{Check, Effects, Need, Run},
    checks::device::{Device, stays},
    expect,
    http::{Answer, Request},
    relying_party::LoginClient,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.end-session.this-device-alone",
        title: "Without a hint the calling browser is signed out, and no other device",
        cites: &[
            "end-session-operation",
            "end-session-local",
            "session-unbind-one-device",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(this_device_alone(target))),
    },
    Check {
        id: "login.end-session.all-devices",
        title: "With the id of the session as hint every device is signed out, and tokens stay good",
        cites: &["end-session-global", "session-end-keeps-tokens"],
        effects: Effects::Destroys,
        needs: &[
            Need::ConfigurationClient,
            Need::LoginClient,
            Need::UserAlone,
        ],
        run: Run::Function(|target| Box::pin(all_devices(target))),
    },
    Check {
        id: "login.end-session.hint-of-another-session",
        title: "A hint that is not the caller's session signs no other device out",
        cites: &["end-session-foreign-hint"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(hint_of_another_session(target))),
    },
    Check {
        id: "login.end-session.hint-of-a-stranger",
        title: "A browser in which nobody is signed in ends no session, though it knows its id",
        cites: &["end-session-foreign-hint"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(hint_of_a_stranger(target))),
    },
    Check {
        id: "login.end-session.back-to-the-client",
        title: "The browser is sent to the listed address with the state unchanged",
        cites: &["end-session-redirects", "end-session-state"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(back_to_the_client(target))),
    },
    Check {
        id: "login.end-session.addresses-of-its-own",
        title: "An address that is listed for sign-ins alone, or nowhere, receives nobody",
        cites: &["end-session-own-list"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(addresses_of_its_own(target))),
    },
    Check {
        id: "login.end-session.refusals-are-pages",
        title: "Missing and unlisted values are answered with a page of status 400 and no redirect",
        cites: &["end-session-refusal-page"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(refusals_are_pages(target))),
    },
    Check {
        id: "login.end-session.by-form",
        title: "A POST of a form is answered as a GET of the same parameters",
        cites: &["end-session-by-form"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(by_form(target))),
    },
    Check {
        id: "login.end-session.session-begins-anew",
        title: "A session that was ended is not the one of the next sign-in",
        cites: &["session-id-stable"],
        effects: Effects::Destroys,
        needs: &[
            Need::ConfigurationClient,
            Need::LoginClient,
            Need::UserAlone,
        ],
        run: Run::Function(|target| Box::pin(begins_anew(target))),
    },
];

const AFTERWARDS: &str = "https://bakery.example.test/signed-out";

async fn this_device_alone(target: &Target) -> Outcome {
    let client = leaving(target).await?;
    let mut here = Device::signed_in(target, target.any_login_client()?).await?;
    let mut there = Device::signed_in(target, target.any_login_client()?).await?;
    left(&leave(&mut here, &client, &[]).await?)?;
    here.must_be_signed_in(false).await.during("this device")?;
    there
        .must_be_signed_in(true)
        .await
        .during("the other device")
}

async fn all_devices(target: &Target) -> Outcome {
    let client = leaving(target).await?;
    let mut here = Device::signed_in(target, target.any_login_client()?).await?;
    let mut there = Device::signed_in(target, target.any_login_client()?).await?;
    let tokens = there.tokens("openid").await?;
    let sid = sid(&mut here).await?;
    left(&leave(&mut here, &client, &[("logout_hint", &sid)]).await?)?;
    here.must_be_signed_in(false).await.during("this device")?;
    there
        .must_be_signed_in(false)
        .await
        .during("the other device")?;
    let answer = target.userinfo(&tokens.access()?).await?;
    expect::status(&answer, &[200]).during("userinfo after the sign-out")?;
    target.refresh(&there.client, &tokens.refresh()?).await?;
    Ok(())
}

async fn hint_of_another_session(target: &Target) -> Outcome {
    let client = leaving(target).await?;
    let mut there = Device::signed_in(target, target.any_login_client()?).await?;
    let unknown = chance::id().to_string();
    for hint in [unknown.as_str(), "", "*", "mira.lind@example.com"] {
        let mut here = Device::signed_in(target, target.any_login_client()?).await?;
        leave(&mut here, &client, &[("logout_hint", hint)]).await?;
        let action = format!("the other device after `{hint}`");
        there.must_be_signed_in(true).await.during(&action)?;
    }
    Ok(())
}

async fn hint_of_a_stranger(target: &Target) -> Outcome {
    let client = leaving(target).await?;
    let mut there = Device::signed_in(target, target.any_login_client()?).await?;
    let sid = sid(&mut there).await?;
    let mut stranger = Device::of_anybody(target).await?;
    leave(&mut stranger, &client, &[("logout_hint", &sid)]).await?;
    there.must_be_signed_in(true).await
}

async fn back_to_the_client(target: &Target) -> Outcome {
    let client = leaving(target).await?;
    for state in ["af0ifjsldkj", "a b+c%20&d=e#f", "grüße 🥖"] {
        let mut device = Device::signed_in(target, target.any_login_client()?).await?;
        let answer = leave(&mut device, &client, &[("state", state)]).await?;
        let location = left(&answer)?;
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let came = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "state")
            .map(|(_, value)| value.into_owned());
        expect::equal("state", &json!(state), &json!(came))?;
    }
    Ok(())
}

async fn addresses_of_its_own(target: &Target) -> Outcome {
    let client = leaving(target).await?;
    let mut device = Device::of_anybody(target).await?;
    for address in [
        client.redirect_uri.as_str(),
        "https://evil.example.test/signed-out",
        "https://bakery.example.test/signed-out/",
        "https://bakery.example.test/Signed-Out",
        "https://bakery.example.test:443/signed-out",
        "https://bakery.example.test/signed-out?x=y",
        "//bakery.example.test/signed-out",
    ] {
        let query = [
            ("client_id", client.id.as_str()),
            ("post_logout_redirect_uri", address),
        ];
        let answer = device.get("login/end_session", &query).await?;
        stays(target, &answer).during(&format!("`{address}`"))?;
    }
    Ok(())
}

async fn refusals_are_pages(target: &Target) -> Outcome {
    let client = leaving(target).await?;
    let mut device = Device::of_anybody(target).await?;
    let id = ("client_id", client.id.as_str());
    let address = ("post_logout_redirect_uri", AFTERWARDS);
    let unknown = chance::id().to_string();
    for (what, query) in [
        ("nothing at all", vec![]),
        ("no address", vec![id]),
        ("no client", vec![address]),
        (
            "an unknown client",
            vec![("client_id", unknown.as_str()), address],
        ),
        ("a client that is no id", vec![("client_id", "'"), address]),
        (
            "an unlisted address",
            vec![
                id,
                ("post_logout_redirect_uri", "https://evil.example.test/"),
            ],
        ),
    ] {
        let answer = device.get("login/end_session", &query).await?;
        expect::status(&answer, &[400]).during(what)?;
        expect::media_type(&answer, "text/html").during(what)?;
        stays(target, &answer).during(what)?;
    }
    Ok(())
}

async fn by_form(target: &Target) -> Outcome {
    let client = leaving(target).await?;
    let mut device = Device::of_anybody(target).await?;
    for (address, locale) in [
        (AFTERWARDS, "en"),
        (AFTERWARDS, "de"),
        ("https://evil.example.test/", "en"),
        ("https://evil.example.test/", "de"),
    ] {
        let pairs = [
            ("client_id", client.id.as_str()),
            ("post_logout_redirect_uri", address),
            ("state", "af0ifjsldkj"),
            ("ui_locales", locale),
        ];
        let by_get = device.get("login/end_session", &pairs).await?;
        let form = Request::post("login/end_session").form(&pairs);
        let by_form = device.browser.send(form).await?;
        let told = |answer: Answer| {
            let page = Page {
                url: String::new(),
                answer,
            };
            json!({
                "status": page.answer.status(),
                "location": page.answer.location(),
                "language": page.language(),
            })
        };
        let what = format!("answer to the form with `{address}` and `{locale}`");
        expect::equal(&what, &told(by_get), &told(by_form))?;
    }
    Ok(())
}

async fn begins_anew(target: &Target) -> Outcome {
    let client = leaving(target).await?;
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let before = sid(&mut device).await?;
    left(&leave(&mut device, &client, &[("logout_hint", &before)]).await?)?;
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    if sid(&mut device).await? == before {
        let expected = json!("another session than the one that was ended");
        return Err(Mismatch::new("sid", [expected], json!("the same")).into());
    }
    Ok(())
}

/// Makes a client that lists an address for after the sign-out.
async fn leaving(target: &Target) -> Result<LoginClient, NotPassed> {
    target
        .make_login_client(json!({ "postLogoutRedirectURIs": [AFTERWARDS] }))
        .await
}

/// Signs a device out, with further parameters.
async fn leave(
    device: &mut Device<'_>,
    client: &LoginClient,
    further: &[(&str, &str)],
) -> Result<Answer, NotPassed> {
    let mut query = vec![
        ("client_id", client.id.as_str()),
        ("post_logout_redirect_uri", AFTERWARDS),
    ];
    if !further.iter().any(|(name, _)| *name == "state") {
        query.push(("state", "af0ifjsldkj"));
    }
    query.extend(further);
    device.get("login/end_session", &query).await
}

/// Requires the redirect after a sign-out, and returns where it leads.
fn left(answer: &Answer) -> Result<String, Mismatch> {
    let location = answer.location().unwrap_or_default();
    if location.split('?').next() == Some(AFTERWARDS) {
        return Ok(location.to_owned());
    }
    let actual = json!({ "status": answer.status(), "location": location });
    Err(Mismatch::new(
        "answer to the sign-out",
        [json!(AFTERWARDS)],
        actual,
    ))
}

/// Returns the id of the session.
async fn sid(device: &mut Device<'_>) -> Result<String, NotPassed> {
    let claims = device.claims().await?;
    Ok(expect::text(&claims, "/sid").during("ID token")?.to_owned())
}
