//! What somebody who is signed in sees and changes of themselves: `/{customerId}/auth-ui/profile`.

use serde_json::{Value, json};

use super::sign_in::forged;
use crate::{
    browser::{Form, Page},
    check::{Check, Effects, Need, Run},
    checks::{account::Account, device::Device},
    expect,
    http::Request,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "auth-ui.profile.changes-are-kept",
        title: "The profile shows what is known of its owner, and keeps what they change",
        cites: &["pages-profile-changes"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(of_somebody(target, What::Changes))),
    },
    Check {
        id: "auth-ui.profile.saved-is-said",
        title: "After a change the page says that it is saved, and says so no longer when it is looked at anew",
        cites: &["pages-profile-saved"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(of_somebody(target, What::Saved))),
    },
    Check {
        id: "auth-ui.profile.left-out-stays",
        title: "What a form of the profile leaves out stays as it is, and what it empties goes",
        cites: &["pages-profile-left-out"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(of_somebody(target, What::LeftOut))),
    },
    Check {
        id: "auth-ui.profile.dates",
        title: "A birthday is a day of the calendar, written as claims have it",
        cites: &["pages-profile-dates"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(of_somebody(target, What::Dates))),
    },
    Check {
        id: "auth-ui.profile.forged-form",
        title: "A form without the token that guards it changes no profile",
        cites: &["pages-profile-forgery-token"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(of_somebody(target, What::Forged))),
    },
    Check {
        id: "auth-ui.profile.forms-lead-only-here",
        title: "The profile forbids that its forms lead to another site",
        cites: &["pages-forms-lead-only-here"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(forms_lead_only_here(target))),
    },
];

/// What is tried with a profile.
#[derive(Debug, Clone, Copy)]
enum What {
    Changes,
    Saved,
    LeftOut,
    Dates,
    Forged,
}

/// A field of a profile, by what browsers fill in, and the claim that it makes.
struct Known {
    autocomplete: &'static str,
    claim: &'static str,
    before: &'static str,
    after: &'static str,
}

const KNOWN: [Known; 6] = [
    known("given-name", "/given_name", "Ada", "Grace"),
    known("family-name", "/family_name", "Lovelace", "Hopper"),
    known("bday", "/birthdate", "1990-12-10", "1992-02-29"),
    known("tel", "/phone_number", "+4420555010", "+4420555011"),
    known(
        "address-line1",
        "/address/street_address",
        "1 First St",
        "2 Second St",
    ),
    known("address-level2", "/address/locality", "London", "Arlington"),
];

const fn known(
    autocomplete: &'static str,
    claim: &'static str,
    before: &'static str,
    after: &'static str,
) -> Known {
    Known {
        autocomplete,
        claim,
        before,
        after,
    }
}

/// Makes somebody, tries something with the profile, and removes them.
async fn of_somebody(target: &Target, what: What) -> Outcome {
    let [given, family, day, phone, street, city] = KNOWN.map(|known| known.before);
    let account = Account::made(
        target,
        json!({
            "givenName": given,
            "familyName": family,
            "birthday": day,
            "mobileNumber": phone,
            "primaryAddress": { "address1": street, "city": city },
        }),
    )
    .await?;
    let outcome = tried(target, &account, what).await;
    account.close(target).await?;
    outcome
}

async fn tried(target: &Target, account: &Account, what: What) -> Outcome {
    let mut device = account.signs_in(target, target.any_login_client()?).await?;
    let page = shown(&mut device).await?;
    match what {
        What::Changes => changes(&mut device, &page).await,
        What::Saved => saved(&mut device, &page).await,
        What::LeftOut => left_out(&mut device, &page).await,
        What::Dates => dates(&mut device, &page).await,
        What::Forged => forged_form(&mut device, &page).await,
    }
}

async fn changes(device: &mut Device<'_>, page: &Page) -> Outcome {
    let mut form = form_of(page)?;
    for known in &KNOWN {
        let name = name_of(page, known.autocomplete)?;
        let what = format!("field `{name}`");
        expect::equal(&what, &json!(known.before), &json!(form.value(&name)))?;
        form.fill(&name, known.after);
    }
    let kept = kept(device, &form).await?;
    let form = form_of(&kept).during("page after the change")?;
    let claims = claims(device).await?;
    for known in &KNOWN {
        let name = name_of(&kept, known.autocomplete)?;
        let what = format!("field `{name}` after the change");
        expect::equal(&what, &json!(known.after), &json!(form.value(&name)))?;
        expect::member(&claims, known.claim, &json!(known.after))?;
    }
    Ok(())
}

async fn saved(device: &mut Device<'_>, page: &Page) -> Outcome {
    let mut form = form_of(page)?;
    form.fill(&name_of(page, "given-name")?, "Grace");
    let after = kept(device, &form).await?.text();
    let anew = shown(device).await?.text();
    if after != anew && anew == page.text() {
        return Ok(());
    }
    let expected = json!("something more after the change than when it is looked at anew");
    let actual = json!({ "before": page.text(), "after": after, "anew": anew });
    Err(Mismatch::new("text of the profile", [expected], actual).into())
}

async fn left_out(device: &mut Device<'_>, page: &Page) -> Outcome {
    let (city, family) = (
        name_of(page, "address-level2")?,
        name_of(page, "family-name")?,
    );
    let mut form = form_of(page)?;
    form.fields
        .retain(|field| field.kind == "hidden" || field.name == city || field.name == family);
    form.fill(&city, "Arlington");
    form.fill(&family, "");
    kept(device, &form).await?;
    let claims = claims(device).await?;
    expect::member(&claims, "/address/locality", &json!("Arlington"))?;
    expect::absent(&claims, "/family_name")?;
    let [given, _, day, phone, street, _] = &KNOWN;
    for known in [given, day, phone, street] {
        expect::member(&claims, known.claim, &json!(known.before))?;
    }
    Ok(())
}

async fn dates(device: &mut Device<'_>, page: &Page) -> Outcome {
    let name = name_of(page, "bday")?;
    for wrong in [
        "1990-02-30",
        "1990-13-01",
        "19900228",
        "1990-2-8",
        "yesterday",
    ] {
        let mut form = form_of(page)?;
        form.fill(&name, wrong);
        let answer = sent(device, &form).await?;
        expect::status(&answer.answer, &[400, 422]).during(wrong)?;
        let marked = answer
            .widgets()
            .into_iter()
            .filter(|field| field.is_invalid);
        let marked: Vec<String> = marked.map(|field| field.name).collect();
        let what = format!("fields that are marked as wrong after `{wrong}`");
        expect::equal(&what, &json!([name]), &json!(marked))?;
        let claims = claims(device).await?;
        expect::member(&claims, "/birthdate", &json!("1990-12-10")).during(wrong)?;
    }
    Ok(())
}

async fn forged_form(device: &mut Device<'_>, page: &Page) -> Outcome {
    let name = name_of(page, "given-name")?;
    let mut form = form_of(page)?;
    form.fill(&name, "Mallory");
    sent(device, &forged(&form)?).await?;
    let claims = claims(device).await?;
    Ok(expect::member(&claims, "/given_name", &json!("Ada"))?)
}

async fn forms_lead_only_here(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let page = shown(&mut device).await?;
    let policies: Vec<&str> = page
        .answer
        .header_values("content-security-policy")
        .collect();
    let directives = policies.iter().flat_map(|policy| policy.split(';'));
    let is_kept = directives.map(str::split_whitespace).any(|mut words| {
        words.next() == Some("form-action") && words.all(|word| matches!(word, "'self'" | "'none'"))
    });
    if is_kept {
        return Ok(());
    }
    let expected = json!("form-action 'self'");
    Err(Mismatch::new("content-security-policy", [expected], json!(policies)).into())
}

/// Looks at the profile.
async fn shown(device: &mut Device<'_>) -> Result<Page, NotPassed> {
    let id = device.client.id.clone();
    let path = format!("auth-ui/profile?client_id={id}&ui_locales=en");
    let page = followed(device, Request::get(path)).await?;
    expect::status(&page.answer, &[200])?;
    Ok(page)
}

/// Sends a form of the profile, and follows where that leads.
async fn sent(device: &mut Device<'_>, form: &Form) -> Result<Page, NotPassed> {
    followed(device, form.submit(form.buttons.first())).await
}

/// Sends a form of the profile, and requires that the profile comes again.
async fn kept(device: &mut Device<'_>, form: &Form) -> Result<Page, NotPassed> {
    let page = sent(device, form).await.during("change")?;
    expect::status(&page.answer, &[200]).during("change")?;
    expect::media_type(&page.answer, "text/html").during("change")?;
    Ok(page)
}

async fn followed(device: &mut Device<'_>, request: Request) -> Result<Page, NotPassed> {
    let uri = device.client.redirect_uri.clone();
    Ok(device.browser.go(request, &uri).await?.page()?)
}

/// Returns the claims that the device's client gets of the user at this moment.
async fn claims(device: &mut Device<'_>) -> Result<Value, NotPassed> {
    let scope = ["openid", "profile", "address", "phone"];
    let tokens = device.tokens(&scope.join(" ")).await?;
    if !scope.iter().all(|name| tokens.scope().contains(*name)) {
        let reason = "the described client is not granted the scopes of a profile";
        return Err(Skip::because(reason).into());
    }
    let answer = device.target.userinfo(&tokens.access()?).await?;
    Ok(answer.json()?)
}

/// Requires the form with the most fields, which is posted.
fn form_of(page: &Page) -> Result<Form, Mismatch> {
    let forms = page.forms().into_iter().filter(|form| form.is_post);
    forms.max_by_key(|form| form.fields.len()).ok_or_else(|| {
        let actual = json!({ "status": page.answer.status(), "page": page.title() });
        Mismatch::new("profile", [json!("a form that is posted")], actual)
    })
}

/// Returns the name of the field into which browsers fill this.
fn name_of(page: &Page, autocomplete: &str) -> Result<String, Skip> {
    let mut fields = page.widgets().into_iter();
    let field = fields.find(|field| field.autocomplete == autocomplete);
    let reason = format!("no field of the profile has the autofill name `{autocomplete}`");
    Ok(field.ok_or_else(|| Skip::because(reason))?.name)
}
