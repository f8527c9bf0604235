//! `/{customerId}/auth-ui/logout`.

use serde_json::json;

use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    checks::device::{Device, stays},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "auth-ui.logout.this-device-alone",
        title: "The calling browser is signed out, and no other device",
        cites: &[
            "logout-operation",
            "logout-needs-no-authentication",
            "session-unbind-one-device",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(this_device_alone(target))),
    },
    Check {
        id: "auth-ui.logout.back-to-the-client",
        title: "The browser is sent to a listed redirect URI with the state unchanged",
        cites: &["logout-redirects", "logout-redirect-state"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(back_to_the_client(target))),
    },
    Check {
        id: "auth-ui.logout.page-of-success",
        title: "Without a redirect URI a page tells of the success",
        cites: &["logout-success-page"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(page_of_success(target))),
    },
    Check {
        id: "auth-ui.logout.tokens-stay",
        title: "Access and refresh token outlive the logout",
        cites: &["logout-tokens-stay", "session-end-keeps-tokens"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(tokens_stay(target))),
    },
    Check {
        id: "auth-ui.logout.refused-logouts-end-nothing",
        title: "Nobody is sent to an unlisted address",
        cites: &[
            "logout-never-redirects-elsewhere",
            "logout-redirect-uri-unlisted",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unlisted(target))),
    },
    Check {
        id: "auth-ui.logout.refusals-have-the-documented-texts",
        title: "Without a client, or with an unknown one, the page says so in the documented words",
        cites: &["logout-client-id-missing", "logout-client-id-invalid"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(documented_texts(target))),
    },
    Check {
        id: "auth-ui.logout.statuses",
        title: "A redirect after a logout has the status 302, a refusal 400",
        cites: &[
            "logout-redirect-status",
            "logout-error-status",
            "logout-without-session",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(statuses(target))),
    },
    Check {
        id: "auth-ui.logout.cookie-is-worthless-afterwards",
        title: "A copy of the cookie from before the logout signs nobody in",
        cites: &["logout-operation"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(worthless_afterwards(target))),
    },
];

const PATH: &str = "auth-ui/logout";

async fn this_device_alone(target: &Target) -> Outcome {
    let mut here = Device::signed_in(target, target.any_login_client()?).await?;
    let mut there = Device::signed_in(target, target.any_login_client()?).await?;
    let id = here.client.id.clone();
    here.get(PATH, &[("client_id", &id)]).await?;
    here.must_be_signed_in(false).await.during("this device")?;
    let request = here.request();
    here.must_ask(&request).await.during("this device")?;
    there
        .must_be_signed_in(true)
        .await
        .during("the other device")
}

async fn back_to_the_client(target: &Target) -> Outcome {
    for state in ["af0ifjsldkj", "a b+c%20&d=e#f", "grüße 🥖"] {
        let mut device = Device::signed_in(target, target.any_login_client()?).await?;
        let client = device.client.clone();
        let query = [
            ("client_id", client.id.as_str()),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("state", state),
        ];
        let answer = device.get(PATH, &query).await?;
        let location = answer.location().unwrap_or_default();
        let (address, query) = location.split_once('?').unwrap_or((location, ""));
        expect::equal("address", &json!(client.redirect_uri), &json!(address))?;
        let came = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "state")
            .map(|(_, value)| value.into_owned());
        expect::equal("state", &json!(state), &json!(came))?;
        device.must_be_signed_in(false).await?;
    }
    Ok(())
}

async fn page_of_success(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let id = device.client.id.clone();
    let answer = device.get(PATH, &[("client_id", &id)]).await?;
    expect::status(&answer, &[200])?;
    expect::media_type(&answer, "text/html")?;
    says(&answer.text(), "Logout Success")?;
    device.must_be_signed_in(false).await
}

async fn tokens_stay(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let tokens = device.tokens("openid").await?;
    let id = device.client.id.clone();
    device.get(PATH, &[("client_id", &id)]).await?;
    device.must_be_signed_in(false).await?;
    let answer = target.userinfo(&tokens.access()?).await?;
    expect::status(&answer, &[200]).during("userinfo after the logout")?;
    target.refresh(&device.client, &tokens.refresh()?).await?;
    Ok(())
}

async fn unlisted(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let client = device.client.clone();
    let near = format!("{}/", client.redirect_uri);
    for address in [
        "https://evil.example.test/",
        "//evil.example.test",
        "javascript:alert(1)",
        &near,
    ] {
        let query = [("client_id", client.id.as_str()), ("redirect_uri", address)];
        let answer = device.get(PATH, &query).await?;
        stays(target, &answer).during(&format!("`{address}`"))?;
        says(&answer.text(), "Something went wrong").during(&format!("`{address}`"))?;
    }
    Ok(())
}

async fn documented_texts(target: &Target) -> Outcome {
    let unknown = chance::id().to_string();
    let mut browser = target.browser().without_cookies();
    for (query, text) in [
        (String::new(), "Bad request"),
        ("?client_id=".to_owned(), "Bad request"),
        (format!("?client_id={unknown}"), "Something went wrong"),
        ("?client_id=nobody".to_owned(), "Something went wrong"),
    ] {
        let answer = browser.get(format!("{PATH}{query}")).await?;
        says(&answer.text(), text)?;
    }
    Ok(())
}

async fn statuses(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let client = device.client.clone();
    let id = ("client_id", client.id.as_str());
    let listed = ("redirect_uri", client.redirect_uri.as_str());
    let unlisted = ("redirect_uri", "https://evil.example.test/");
    for (query, status) in [
        (vec![id], 200),
        (vec![id, listed], 302),
        (vec![id, unlisted], 400),
        (vec![listed], 400),
        (vec![("client_id", "nobody")], 400),
    ] {
        let answer = device.get(PATH, &query).await?;
        expect::status(&answer, &[status])?;
    }
    Ok(())
}

async fn worthless_afterwards(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let copy = device.browser.jar().clone();
    let id = device.client.id.clone();
    device.get(PATH, &[("client_id", &id)]).await?;
    *device.browser.jar_mut() = copy;
    device.must_be_signed_in(false).await
}

fn says(page: &str, text: &str) -> Result<(), Mismatch> {
    if page.contains(text) {
        return Ok(());
    }
    let beginning: String = page.chars().take(200).collect();
    Err(Mismatch::new(
        "text of the page",
        [json!(text)],
        json!(beginning),
    ))
}
