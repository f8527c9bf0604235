//! `prompt`, `max_age`, and the session that they ask about.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    relying_party::Kind,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.session-is-used-again",
        title: "Somebody who is signed in gets a code without any page, with `prompt=none` or without a prompt",
        cites: &["authorize-session-reused", "authorize-prompt-none-silent"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(used_again(target))),
    },
    Check {
        id: "login.authorize.prompt-login-asks-again",
        title: "With `prompt=login` somebody who is signed in is asked again, and then gets a code",
        cites: &["authorize-prompt-login-asks"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(login_asks_again(target))),
    },
    Check {
        id: "login.authorize.prompt-create-is-for-accounts",
        title: "With `prompt=create` the page for a new account is shown, signed in or not",
        cites: &["authorize-prompt-create"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(create_is_for_accounts(target))),
    },
    Check {
        id: "login.authorize.max-age-not-reached",
        title: "A sign-in that is younger than `max_age` is good",
        cites: &["authorize-max-age-kept"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(max_age_not_reached(target))),
    },
    Check {
        id: "login.authorize.max-age-of-nothing",
        title: "`max_age=0` asks for a sign-in, and with `prompt=none` gives an error",
        cites: &["authorize-max-age-zero"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(max_age_of_nothing(target))),
    },
    Check {
        id: "login.authorize.max-age-is-over",
        title: "A sign-in that is older than `max_age` is no longer good",
        cites: &["authorize-max-age-exceeded"],
        effects: Effects::Reads,
        // Alone, because every other sign-in makes the user's session younger.
        needs: &[Need::LoginClient, Need::UserAlone],
        run: Run::Function(|target| Box::pin(max_age_is_over(target))),
    },
    Check {
        id: "login.authorize.max-age-unreadable",
        title: "A `max_age` that is no number of seconds is refused, also for somebody who is signed in",
        cites: &["authorize-max-age-invalid"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(max_age_unreadable(target))),
    },
    Check {
        id: "login.authorize.session-serves-other-clients",
        title: "A sign-in for one client serves another one without any page",
        cites: &["session-shared-among-clients"],
        effects: Effects::Reads,
        needs: &[
            Need::PublicLoginClient,
            Need::ConfidentialLoginClient,
            Need::User,
        ],
        run: Run::Function(|target| Box::pin(serves_other_clients(target))),
    },
    Check {
        id: "login.authorize.prompt-of-nothing",
        title: "A prompt without any value in it asks for nothing",
        cites: &["authorize-prompt-of-nothing"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(prompt_of_nothing(target))),
    },
];

async fn used_again(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    for request in [
        device.request(),
        device.request().with("prompt", "none"),
        device.request(),
    ] {
        let redirect = device.passed(&request).await?;
        device.must_have_got(&request, &redirect).await?;
    }
    Ok(())
}

async fn login_asks_again(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let request = device.request().with("prompt", "login");
    device.must_ask(&request).await?;
    // Being asked ends nothing.
    device.must_be_signed_in(true).await?;
    if target.session().login.user.is_some() {
        let code = device.browser.sign_in(&request).await?.code()?;
        target.exchange(&device.client, &request, &code).await?;
    }
    Ok(())
}

async fn prompt_of_nothing(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    for prompt in ["", " "] {
        let request = device.request().with("prompt", prompt);
        let passed = device.passed(&request).await;
        passed.during(&format!("prompt=`{prompt}`"))?;
    }
    Ok(())
}

async fn create_is_for_accounts(target: &Target) -> Outcome {
    let mut nobody = Device::of_anybody(target).await?;
    let request = nobody.request();
    let login = nobody.must_ask(&request).await?;
    let create = request.with("prompt", "create");
    let mut somebody = Device::signed_in(target, target.any_login_client()?).await?;
    for device in [&mut nobody, &mut somebody] {
        let page = device.must_ask(&create).await.during("prompt=create")?;
        let fields = |page: &crate::browser::Page| -> usize {
            let forms = page.forms();
            forms
                .iter()
                .map(|form| form.fields.len())
                .max()
                .unwrap_or(0)
        };
        // The two differ in address, or in what they ask for.
        let path = |url: &str| url.split('?').next().unwrap_or(url).to_owned();
        if path(&page.url) == path(&login.url) && fields(&page) <= fields(&login) {
            let expected = json!("a page for a new account");
            return Err(Mismatch::new("page", [expected], json!(page.title())).into());
        }
    }
    Ok(())
}

async fn max_age_not_reached(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    for age in ["3600", "86400", "2147483647"] {
        let request = device.request().with("max_age", age);
        device
            .passed(&request)
            .await
            .during(&format!("max_age={age}"))?;
    }
    Ok(())
}

async fn max_age_of_nothing(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let request = device.request().with("max_age", "0");
    device.must_ask(&request).await?;
    let silent = request.with("prompt", "none");
    device.refused_with(&silent, &["login_required"]).await?;
    Ok(())
}

async fn max_age_is_over(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    // Times are whole seconds: more than two are more than one, however they are rounded.
    target.pass(2.1).await?;
    let request = device.request().with("max_age", "1");
    device.must_ask(&request).await?;
    let silent = request.with("prompt", "none");
    let refusal = device.refused(&silent).await?;
    expect::equal("error", &json!("login_required"), &json!(refusal.error))?;
    Ok(())
}

async fn max_age_unreadable(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    for age in ["-1", "1.5", "an hour", "0x10", "1e3"] {
        let request = device.request().with("max_age", age);
        device
            .refused_with(&request, &["invalid_request"])
            .await
            .during(&format!("max_age={age}"))?;
    }
    Ok(())
}

async fn serves_other_clients(target: &Target) -> Outcome {
    let mut device = Device::signed_in_as(target, Kind::Public).await?;
    let before = device.claims().await?;
    device.client = target.login_client(Kind::Confidential)?;
    let after = device.claims().await?;
    Ok(expect::member(&after, "/sub", &before["sub"])?)
}
