//! Making an account on the pages.

use serde_json::{Value, json};

use super::newcomer::{Entry, Newcomer, Sent};
use crate::{
    check::{Check, Effects, Need, Run},
    checks::account::{self, Account},
    expect,
    target::{MadeUser, Target},
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "auth-ui.registration.account-is-made",
        title: "Who registers is signed in, and signs in with the password again",
        cites: &["pages-registration"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(account_is_made(target))),
    },
    Check {
        id: "auth-ui.registration.names-become-claims",
        title: "The names that somebody registers with are claims",
        cites: &["pages-registration-names"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(names_become_claims(target))),
    },
    Check {
        id: "auth-ui.registration.control-characters",
        title: "No control character of a name gets into a claim",
        cites: &["pages-registration-control-characters"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(control_characters(target))),
    },
    Check {
        id: "auth-ui.registration.optional-fields",
        title: "The form tells what may be left out from what may not",
        cites: &["pages-optional-fields-are-marked"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(optional_fields(target))),
    },
];

async fn account_is_made(target: &Target) -> Outcome {
    let mut newcomer = Newcomer::arrive(target, "en").await?;
    let outcome = register_and_return(target, &mut newcomer).await;
    newcomer.leave().await?;
    outcome
}

async fn register_and_return(target: &Target, newcomer: &mut Newcomer<'_>) -> Outcome {
    let (email, password) = (newcomer.email.clone(), account::password(target));
    let entries = [
        (Entry::Address, &*email),
        (Entry::Password, password.expose()),
    ];
    let redirect = newcomer.must_be_taken(&entries).await?;
    let device = &mut newcomer.device;
    device.must_have_got(&newcomer.request, &redirect).await?;
    device.must_be_signed_in(true).await?;
    let tokens = device.tokens("openid email").await?;
    let claims = target.userinfo(&tokens.access()?).await?.json()?;
    let told = [&claims["email"], &claims["emailAddress"]];
    if !told.contains(&&json!(email)) {
        return Err(Mismatch::new("claims of the new user", [json!(email)], claims).into());
    }
    let user = MadeUser {
        uuid: expect::text(&claims, "/sub")?.to_owned(),
    };
    let account = Account {
        email,
        password,
        user,
    };
    let client = target.any_login_client()?;
    account.signs_in(target, client).await.during("again")?;
    Ok(())
}

async fn names_become_claims(target: &Target) -> Outcome {
    let names = [
        (Entry::GivenName, "Žofie"),
        (Entry::FamilyName, "O’Neil & Søn"),
    ];
    let claims = claims_of(target, &names).await?;
    for (claim, name) in [("given_name", names[0].1), ("family_name", names[1].1)] {
        expect::member(&claims, &format!("/{claim}"), &json!(name))?;
    }
    Ok(())
}

async fn control_characters(target: &Target) -> Outcome {
    let mut newcomer = Newcomer::arrive(target, "en").await?;
    Entry::GivenName.shown(&newcomer.page)?;
    let outcome = without_control_characters(target, &mut newcomer).await;
    newcomer.leave().await?;
    outcome
}

async fn without_control_characters(target: &Target, newcomer: &mut Newcomer<'_>) -> Outcome {
    let (email, password) = (newcomer.email.clone(), account::password(target));
    let entries = [
        (Entry::Address, &*email),
        (Entry::Password, password.expose()),
        (Entry::GivenName, "Ada\u{1}\u{1b}[31m"),
    ];
    // To refuse the name is as good as to clean it.
    if matches!(newcomer.send(&entries).await?, Sent::Again(_)) {
        return Ok(());
    }
    let tokens = newcomer.device.tokens("openid profile").await?;
    let claims = target.userinfo(&tokens.access()?).await?.json()?;
    let name = claims["given_name"].as_str().unwrap_or_default();
    if name.chars().any(char::is_control) {
        let expected = json!("no control characters");
        return Err(Mismatch::new("given_name", [expected], json!(name)).into());
    }
    Ok(())
}

async fn optional_fields(target: &Target) -> Outcome {
    let newcomer = Newcomer::arrive(target, "en").await?;
    let fields = newcomer.page.widgets();
    let (required, optional): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.is_required);
    let says = |label: &str, words: &[&str]| {
        let label = label.to_lowercase();
        words.iter().any(|word| label.contains(word))
    };
    let is_told = optional
        .iter()
        .all(|field| says(&field.label, &["optional"]))
        && !required
            .iter()
            .any(|field| says(&field.label, &["optional"]))
        || required
            .iter()
            .all(|field| says(&field.label, &["*", "required"]));
    if is_told {
        return Ok(());
    }
    let labels: Vec<&str> = fields.iter().map(|field| field.label.as_str()).collect();
    let expected =
        json!("`optional` in the label of what may be left out, or `required` in all others");
    Err(Mismatch::new("labels", [expected], json!(labels)).into())
}

/// Registers somebody with these names, and returns the claims of the profile.
async fn claims_of(target: &Target, names: &[(Entry, &str)]) -> Result<Value, NotPassed> {
    let mut newcomer = Newcomer::arrive(target, "en").await?;
    for (entry, _) in names {
        entry.shown(&newcomer.page)?;
    }
    let (email, password) = (newcomer.email.clone(), account::password(target));
    let mut entries = vec![
        (Entry::Address, &*email),
        (Entry::Password, password.expose()),
    ];
    entries.extend(names);
    let claims = claims_after(target, &mut newcomer, &entries).await;
    newcomer.leave().await?;
    claims
}

async fn claims_after(
    target: &Target,
    newcomer: &mut Newcomer<'_>,
    entries: &[(Entry, &str)],
) -> Result<Value, NotPassed> {
    newcomer.must_be_taken(entries).await?;
    let tokens = newcomer.device.tokens("openid profile").await?;
    let answer = target.userinfo(&tokens.access()?).await?;
    Ok(answer.json()?)
}
