//! Signing in on the pages, rightly and wrongly.

use serde_json::json;

use crate::{
    browser::{Authorized, Form, Page, form::Field},
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    relying_party::{AuthorizationRequest, User},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "auth-ui.sign-in.page-with-a-form",
        title: "The login page is HTML with a form for a name and a password",
        cites: &["pages-login"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(page_with_a_form(target))),
    },
    Check {
        id: "auth-ui.sign-in.wrong-password",
        title: "A wrong password signs nobody in, and the form comes again",
        cites: &["pages-login-wrong-password"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(wrong_password(target))),
    },
    Check {
        id: "auth-ui.sign-in.nobody-learns-who-is-known",
        title: "An unknown address is refused in the same words as a wrong password",
        cites: &["pages-login-unknown-user"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nobody_learns(target))),
    },
    Check {
        id: "auth-ui.sign-in.forged-form",
        title: "The right password without the token of the form, or with that of another browser, signs nobody in",
        cites: &["pages-login-forgery-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(forged_form(target))),
    },
    Check {
        id: "auth-ui.sign-in.cancelled",
        title: "A user who cancels is sent back with `access_denied`",
        cites: &["authorize-access-denied"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(cancelled(target))),
    },
    Check {
        id: "auth-ui.sign-in.hint-is-filled-in",
        title: "The `login_hint` stands in the field for the name",
        cites: &["authorize-login-hint-prefills"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(hint_is_filled_in(target))),
    },
];

async fn page_with_a_form(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let page = device.must_ask(&request).await?;
    expect::status(&page.answer, &[200])?;
    expect::media_type(&page.answer, "text/html")?;
    let form = form_of(&page)?;
    if form.is_post {
        return Ok(());
    }
    Err(Mismatch::new("method of the form", [json!("post")], json!("get")).into())
}

async fn wrong_password(target: &Target) -> Outcome {
    let user = user(target)?;
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let wrong = format!("{}x", user.password.expose());
    target.conceal(&wrong);
    let page = try_with(&mut device, &request, &user.name, &wrong).await?;
    form_of(&page).during("after a wrong password")?;
    device.must_be_signed_in(false).await
}

async fn nobody_learns(target: &Target) -> Outcome {
    let user = user(target)?;
    let wrong = format!("{}x", user.password.expose());
    target.conceal(&wrong);
    let unknown = format!("nobody-{}", user.name);
    let mut seen = Vec::new();
    for name in [user.name.as_str(), unknown.as_str()] {
        let mut device = Device::of_anybody(target).await?;
        let request = device.request();
        let page = try_with(&mut device, &request, name, &wrong).await?;
        let text = page.text().replace(name, "");
        seen.push(json!({ "status": page.answer.status(), "text": text }));
    }
    Ok(expect::equal(
        "answer for an unknown address",
        &seen[0],
        &seen[1],
    )?)
}

async fn forged_form(target: &Target) -> Outcome {
    let user = user(target)?;
    let mut other = Device::of_anybody(target).await?;
    let request = other.request();
    let foreign = form_of(&other.must_ask(&request).await?)?;
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let good = form_of(&device.must_ask(&request).await?)?;
    let without = forged(&good)?;
    let mut swapped = good.clone();
    let hidden = foreign.fields.iter().filter(|field| field.kind == "hidden");
    for field in hidden {
        swapped.fill(&field.name, &field.value);
    }
    for (what, form) in [
        ("without it", without),
        ("that of another browser", swapped),
    ] {
        let filled = filled(form, &user.name, user.password.expose());
        let forged = filled.submit(filled.buttons.first());
        let landed = device.browser.go(forged, request.redirect_uri()).await;
        if let Authorized::Redirect(redirect) = landed.during(what)? {
            let expected = json!("nobody is signed in");
            return Err(Mismatch::new(what, [expected], redirect.shown()).into());
        }
        device.must_be_signed_in(false).await.during(what)?;
    }
    Ok(())
}

async fn cancelled(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let page = device.must_ask(&request).await?;
    let is_cancel = |text: &str| text.to_ascii_lowercase().contains("cancel");
    let found = page.forms().into_iter().find_map(|form| {
        let button = form.buttons.iter().find(|button| {
            is_cancel(button.name.as_deref().unwrap_or_default()) || is_cancel(&button.value)
        });
        if form.fields.iter().any(|field| is_cancel(&field.name)) {
            return Some(form.submit(form.buttons.first()));
        }
        button.map(|button| form.submit(Some(button)))
    });
    let Some(cancel) = found else {
        return Err(
            Skip::because("the login page has no button or form whose name says `cancel`").into(),
        );
    };
    let landed = device.browser.go(cancel, request.redirect_uri()).await?;
    let redirect = landed.redirect()?;
    expect::equal("error", &json!("access_denied"), &json!(redirect.error()))?;
    let state = json!(request.value("state"));
    Ok(expect::equal(
        "state",
        &state,
        &json!(redirect.parameter("state")),
    )?)
}

async fn hint_is_filled_in(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    for hint in ["somebody@example.com", "o'neil+\"x\"@example.com"] {
        let request = device.request().with("login_hint", hint);
        let form = form_of(&device.must_ask(&request).await?)?;
        let texts: Vec<&str> = form
            .fields
            .iter()
            .filter(|field| field.is_text())
            .map(|field| field.value.as_str())
            .collect();
        if !texts.contains(&hint) {
            return Err(Mismatch::new("field for the name", [json!(hint)], json!(texts)).into());
        }
    }
    Ok(())
}

/// Tries to sign in with a name and a password that are not right, and requires that a page comes.
async fn try_with(
    device: &mut Device<'_>,
    request: &AuthorizationRequest,
    name: &str,
    password: &str,
) -> Result<Page, NotPassed> {
    let form = filled(form_of(&device.must_ask(request).await?)?, name, password);
    let sent = form.submit(form.buttons.first());
    let landed = device.browser.go(sent, request.redirect_uri()).await?;
    Ok(landed.page().during("sign-in with a wrong password")?)
}

/// Returns a form without what its page hides in it: whoever forges one cannot know that.
pub(super) fn forged(form: &Form) -> Result<Form, Mismatch> {
    let mut without = form.clone();
    without.fields.retain(|field| field.kind != "hidden");
    if without.fields.len() < form.fields.len() {
        return Ok(without);
    }
    let expected = json!("a hidden field that a forger cannot know");
    Err(Mismatch::new("form", [expected], json!("no hidden field")))
}

/// Fills a name and a password in.
pub(in crate::checks) fn filled(mut form: Form, name: &str, password: &str) -> Form {
    if let Some(field) = form.fields.iter_mut().find(|field| field.is_text()) {
        name.clone_into(&mut field.value);
    }
    if let Some(field) = form.fields.iter_mut().find(|field| field.is_password()) {
        password.clone_into(&mut field.value);
    }
    form
}

/// Requires the form with one password and a text.
pub(in crate::checks) fn form_of(page: &Page) -> Result<Form, Mismatch> {
    let is_login = |form: &Form| {
        let passwords = form.fields.iter().filter(|field| field.is_password());
        passwords.count() == 1 && form.fields.iter().any(Field::is_text)
    };
    page.forms().into_iter().find(is_login).ok_or_else(|| {
        let expected = json!("a form for a name and a password");
        let actual = json!({ "status": page.answer.status(), "page": page.title() });
        Mismatch::new("page", [expected], actual)
    })
}

/// Returns the described user, where the forms are found by themselves.
pub(super) fn user(target: &Target) -> Result<User, Skip> {
    let login = &target.session().login;
    if !login.recipe.steps.is_empty() {
        return Err(Skip::because(
            "the pages are those of the described recipe, and not known",
        ));
    }
    let user = login.user.clone();
    user.ok_or_else(|| Skip::because("it needs a name and a password: describe `user`"))
}
