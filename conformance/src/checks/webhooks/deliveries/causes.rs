//! Events of users with real causes: somebody registers, or changes their profile, on the pages of the target.

use serde_json::json;

use crate::{
    browser::{Form, Page},
    check::{Check, Effects, Need, Run},
    checks::{
        account,
        auth_ui::newcomer::{Entry, Newcomer},
        device::Device,
        webhooks::told::Told,
    },
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.causes.registration",
        title: "Who registers on the pages is told as created",
        cites: &["hooks-event-created"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::LoginClient,
            Need::Listener,
            Need::Control,
        ],
        run: Run::Function(|target| Box::pin(registration(target))),
    },
    Check {
        id: "webhooks.causes.profile",
        title: "Who changes their profile on the pages is told as updated, with the path of what changed and no value",
        cites: &["hooks-event-updated", "hooks-token-attributes"],
        effects: Effects::Destroys,
        needs: &[
            Need::ConfigurationClient,
            Need::LoginClient,
            Need::UserAlone,
            Need::Listener,
        ],
        run: Run::Function(|target| Box::pin(profile(target))),
    },
];

async fn registration(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": ["entityCreated"] })).await?;
    let mut newcomer = Newcomer::arrive(target, "en").await?;
    let outcome = is_told(target, &told, &mut newcomer).await;
    // Whatever is told: who registered does not stay.
    newcomer.leave().await?;
    outcome
}

async fn is_told(target: &Target, told: &Told<'_>, newcomer: &mut Newcomer<'_>) -> Outcome {
    let (email, password) = (newcomer.email.clone(), account::password(target));
    let entries = [
        (Entry::Address, &*email),
        (Entry::Password, password.expose()),
        (Entry::GivenName, "Ada"),
        (Entry::FamilyName, "Lovelace"),
    ];
    newcomer.must_be_taken(&entries).await?;
    let Some(user) = target.user_of(&email).await? else {
        let expected = json!("the new account");
        return Err(Mismatch::new("users", [expected], json!("nobody of this address")).into());
    };
    let (_, claims) = told.about(&user.uuid).await?;
    expect::present(&claims, "/events/entityCreated")?;
    Ok(())
}

/// Attributes of which a profile page may have one to change, under the name by which events tell of them.
const ATTRIBUTES: [&str; 4] = ["middleName", "displayName", "givenName", "familyName"];

async fn profile(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": ["entityUpdated"] })).await?;
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let claims = device.claims().await?;
    let user = expect::text(&claims, "/sub").during("ID token")?;
    let form = form(&mut device).await?;
    let Some((name, before)) = attribute(&form) else {
        return Err(Skip::because("the profile page has no attribute to change").into());
    };
    let changed = format!("{before} proofhouse").trim().to_owned();
    save(&mut device, form, name, &changed).await?;
    // Whatever is told: the user is as before.
    let again = self::form(&mut device).await?;
    save(&mut device, again, name, &before).await?;
    for action in ["after the change", "after the change back"] {
        let (_, claims) = told.about(user).await.during(action)?;
        let event = expect::present(&claims, "/events/entityUpdated").during(action)?;
        expect::member(event, "/attributes", &json!([name])).during(action)?;
        let tells = claims.to_string().contains(&changed);
        expect::equal("the value in the claims", &json!(false), &json!(tells)).during(action)?;
    }
    Ok(())
}

/// Returns the form of the user's profile.
async fn form(device: &mut Device<'_>) -> Result<Form, NotPassed> {
    let id = device.client.id.clone();
    let answer = device.get("auth-ui/profile", &[("client_id", &id)]).await?;
    expect::status(&answer, &[200]).during("GET of the profile")?;
    let base = device.target.session().client.base();
    let path = device.target.session().full_path("auth-ui/profile");
    let page = Page {
        url: format!("{base}{path}?client_id={id}"),
        answer,
    };
    let mut forms = page.forms().into_iter();
    let found = forms.find(|form| form.is_post && attribute(form).is_some());
    found.ok_or_else(|| Skip::because("the profile page has no form to change it with").into())
}

/// Returns an attribute that the form shows with what is in it: one that has a value, if any has.
fn attribute(form: &Form) -> Option<(&'static str, String)> {
    let shown = || {
        ATTRIBUTES
            .into_iter()
            .filter_map(|name| Some((name, form.value(name)?.to_owned())))
    };
    shown()
        .find(|(_, value)| !value.is_empty())
        .or_else(|| shown().next())
}

async fn save(device: &mut Device<'_>, mut form: Form, name: &str, value: &str) -> Outcome {
    form.fill(name, value);
    let request = form.submit(form.buttons.first());
    let answer = device.browser.send(request).await?;
    expect::status(&answer, &[303, 302, 200, 204]).during("saving the profile")?;
    Ok(())
}
