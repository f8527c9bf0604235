//! Attempts to sign in that lead nowhere: what their pages say, and what they keep to themselves.

use serde_json::json;

use super::sign_in::{filled, forged, form_of, user};
use crate::{
    browser::Form,
    chance,
    check::{Check, Effects, Need, Run},
    checks::{
        account::{self, pages_are_known},
        device::Device,
    },
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "auth-ui.sign-in.password-never-comes-back",
        title: "The page after a wrong password does not hold what was typed as a password",
        cites: &["pages-login-password-stays"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(password_never_comes_back(target))),
    },
    Check {
        id: "auth-ui.sign-in.forged-form-is-not-read",
        title: "The answer to a form without its token does not tell what was in it",
        cites: &["pages-login-forged-form-unread"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(forged_form_is_not_read(target))),
    },
    Check {
        id: "auth-ui.sign-in.planted-token",
        title: "A forgery token that somebody else put into the browser is not taken over",
        cites: &["pages-login-planted-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(planted_token(target))),
    },
    Check {
        id: "auth-ui.sign-in.too-many-attempts",
        title: "Who is to wait after too many wrong passwords is told for how long, in words and in `Retry-After`",
        cites: &["pages-login-too-many-attempts"],
        effects: Effects::Attempts,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(too_many_attempts(target))),
    },
];

/// How many wrong passwords are tried.
const MOST_ATTEMPTS: usize = 25;

async fn password_never_comes_back(target: &Target) -> Outcome {
    let user = user(target)?;
    let wrong = account::password(target);
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let form = form_of(&device.must_ask(&request).await?)?;
    let form = filled(form, &user.name, wrong.expose());
    let sent = form.submit(form.buttons.first());
    let landed = device.browser.go(sent, request.redirect_uri()).await?;
    let page = landed.page()?;
    if page.answer.text().contains(wrong.expose()) {
        let expected = json!("nothing of the password");
        return Err(Mismatch::new("page", [expected], json!("the password")).into());
    }
    Ok(())
}

async fn forged_form_is_not_read(target: &Target) -> Outcome {
    pages_are_known(target)?;
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let form = forged(&form_of(&device.must_ask(&request).await?)?)?;
    let name = account::address(target);
    let mut told = Vec::new();
    for password in [account::password(target).expose(), ""] {
        let form = filled(form.clone(), &name, password);
        let sent = form.submit(form.buttons.first());
        let landed = device.browser.go(sent, request.redirect_uri()).await?;
        let page = landed.page()?;
        told.push(json!({ "status": page.answer.status(), "text": page.text() }));
    }
    Ok(expect::equal(
        "answer to a forged form without a password",
        &told[0],
        &told[1],
    )?)
}

async fn planted_token(target: &Target) -> Outcome {
    pages_are_known(target)?;
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let page = device.must_ask(&request).await?;
    let form = form_of(&page)?;
    let hidden = |form: &Form| -> Vec<String> {
        let hidden = form.fields.iter().filter(|field| field.kind == "hidden");
        hidden.map(|field| field.value.clone()).collect()
    };
    let values = hidden(&form);
    let jar = device.browser.jar();
    let repeated = jar.names().into_iter().find(|name| {
        let value = jar.value(name);
        value.is_some_and(|value| values.iter().any(|hidden| hidden == value.expose()))
    });
    let Some(cookie) = repeated else {
        let reason = "no field of the login page repeats a cookie";
        return Err(Skip::because(reason).into());
    };
    // One has another length than tokens have, the other characters that no token has.
    let short = chance::id().simple().to_string()[..9].to_owned();
    for planted in [short, "%22%3E".repeat(8)] {
        device.browser.forget();
        device.browser.jar_mut().put(&cookie, &planted, &page.url);
        let form = form_of(&device.must_ask(&request).await?)?;
        if hidden(&form).contains(&planted) {
            let expected = json!("a token of the target's own");
            let mismatch = Mismatch::new("hidden field", [expected], json!(planted));
            return Err(NotPassed::from(mismatch)).during("a cookie that somebody else made");
        }
    }
    Ok(())
}

async fn too_many_attempts(target: &Target) -> Outcome {
    pages_are_known(target)?;
    let mut device = Device::of_anybody(target).await?;
    let request = device.request().with("ui_locales", "en");
    let name = account::address(target);
    let wrong = account::password(target);
    for _ in 0..MOST_ATTEMPTS {
        let form = filled(
            form_of(&device.must_ask(&request).await?)?,
            &name,
            wrong.expose(),
        );
        let mut sent = form.submit(form.buttons.first());
        sent.may_be_throttled = true;
        let landed = device.browser.go(sent, request.redirect_uri()).await?;
        let page = landed.page()?;
        if page.answer.status() != 429 {
            continue;
        }
        let seconds = page.answer.header("retry-after").unwrap_or_default();
        let Ok(seconds) = seconds.parse::<u64>() else {
            let expected = json!("a number of seconds");
            return Err(Mismatch::new("header retry-after", [expected], json!(seconds)).into());
        };
        let text = page.text();
        let told: Vec<u64> = text
            .split(|letter: char| !letter.is_ascii_digit())
            .filter_map(|number| number.parse().ok())
            .collect();
        let units = [1, 60, 3600];
        let is_told = units.iter().any(|unit| {
            told.contains(&seconds.div_ceil(*unit)) || told.contains(&(seconds / unit).max(1))
        });
        if is_told {
            return Ok(());
        }
        let expected = json!(format!(
            "a page that tells of {seconds} seconds, or of the minutes or hours"
        ));
        return Err(Mismatch::new("page", [expected], json!(text)).into());
    }
    let reason = format!("{MOST_ATTEMPTS} wrong passwords in a row are not too many");
    Err(Skip::because(reason).into())
}
