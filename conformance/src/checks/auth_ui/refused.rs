//! What the form for a new account refuses, and how it says so.

use serde_json::json;

use super::newcomer::{Entry, Newcomer, Sent};
use crate::{
    browser::Page,
    chance,
    check::{Check, Effects, Need, Run},
    checks::account::{self, Account},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "auth-ui.registration.addresses",
        title: "Nobody registers with what is no e-mail address",
        cites: &["pages-registration-address"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(addresses(target))),
    },
    Check {
        id: "auth-ui.registration.longest-address",
        title: "An address of 254 characters is taken, and none of 255",
        cites: &["pages-registration-longest-address"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(longest_address(target))),
    },
    Check {
        id: "auth-ui.registration.taken-address",
        title: "An address that somebody has is refused, and its field is the one to blame",
        cites: &["pages-registration-taken-address"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(taken_address(target))),
    },
    Check {
        id: "auth-ui.registration.shortest-password",
        title: "The form says how short a password may be, takes one of that length and none that is shorter",
        cites: &["pages-registration-shortest-password"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(shortest_password(target))),
    },
    Check {
        id: "auth-ui.registration.problems-are-marked",
        title: "What is wrong is marked at its field, and what was typed is kept but for the password",
        cites: &["pages-problems-are-marked"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(problems_are_marked(target))),
    },
];

async fn addresses(target: &Target) -> Outcome {
    let mut newcomer = Newcomer::arrive(target, "en").await?;
    let outcome = only_addresses(target, &mut newcomer).await;
    newcomer.leave().await?;
    outcome
}

async fn only_addresses(target: &Target, newcomer: &mut Newcomer<'_>) -> Outcome {
    let password = account::password(target);
    let name = newcomer.email.replace("@example.com", "");
    for wrong in [
        String::new(),
        name.clone(),
        format!("{name}@"),
        format!("@{name}.example.com"),
        format!("a {name}@example.com"),
    ] {
        let entries = [
            (Entry::Address, &*wrong),
            (Entry::Password, password.expose()),
        ];
        let refused = newcomer.must_be_refused(&entries).await;
        refused.during(&format!("`{wrong}`"))?;
    }
    Ok(())
}

async fn longest_address(target: &Target) -> Outcome {
    let mut newcomer = Newcomer::arrive(target, "en").await?;
    let outcome = up_to_254(target, &mut newcomer).await;
    newcomer.leave().await?;
    outcome
}

async fn up_to_254(target: &Target, newcomer: &mut Newcomer<'_>) -> Outcome {
    let password = account::password(target);
    // 64 characters before the sign, no more than 63 in each label behind it.
    let name = format!("{:x<64}", chance::id().simple().to_string());
    let domain = |last: usize| format!("{0:a<63}.{0:b<63}.{0:c<last$}.example.com", "");
    for (length, last) in [(255, 50), (254, 49)] {
        let address = format!("{name}@{}", domain(last));
        let entries = [
            (Entry::Address, &*address),
            (Entry::Password, password.expose()),
        ];
        let what = format!("{length} characters");
        if length > 254 {
            newcomer.must_be_refused(&entries).await.during(&what)?;
        } else {
            newcomer.must_be_taken(&entries).await.during(&what)?;
        }
    }
    Ok(())
}

async fn taken_address(target: &Target) -> Outcome {
    let account = Account::made(target, json!({ "givenName": "Ada" })).await?;
    let mut newcomer = Newcomer::arrive(target, "en").await?;
    let outcome = refused_for_its_address(target, &mut newcomer, &account).await;
    account.close(target).await?;
    newcomer.leave().await?;
    outcome
}

async fn refused_for_its_address(
    target: &Target,
    newcomer: &mut Newcomer<'_>,
    account: &Account,
) -> Outcome {
    let password = account::password(target);
    let entries = [
        (Entry::Address, &*account.email),
        (Entry::Password, password.expose()),
    ];
    match newcomer.send(&entries).await? {
        Sent::Made(redirect) => {
            let expected = json!("the form again, and no second account");
            Err(Mismatch::new("new account", [expected], redirect.shown()).into())
        }
        Sent::Again(page) => blamed(&page, Entry::Address),
    }
}

async fn shortest_password(target: &Target) -> Outcome {
    let mut newcomer = Newcomer::arrive(target, "en").await?;
    let outcome = as_short_as_said(target, &mut newcomer).await;
    newcomer.leave().await?;
    outcome
}

async fn as_short_as_said(target: &Target, newcomer: &mut Newcomer<'_>) -> Outcome {
    let field = Entry::Password.shown(&newcomer.page)?;
    let said = field
        .description
        .split(|letter: char| !letter.is_ascii_digit());
    let shortest: Option<usize> = said.filter_map(|number| number.parse().ok()).next();
    let Some(shortest) = shortest.filter(|shortest| (2..=64).contains(shortest)) else {
        let expected = json!("a description of the field with the least number of characters");
        let actual = json!(field.description);
        return Err(Mismatch::new("field for the password", [expected], actual).into());
    };
    let whole = format!("Aa1-{}{}", chance::id().simple(), chance::id().simple());
    target.conceal(&whole);
    let email = newcomer.email.clone();
    for length in [0, 1, shortest - 1] {
        let entries = [
            (Entry::Address, &*email),
            (Entry::Password, &whole[..length]),
        ];
        let refused = newcomer.must_be_refused(&entries).await;
        refused.during(&format!("{length} characters"))?;
    }
    let entries = [
        (Entry::Address, &*email),
        (Entry::Password, &whole[..shortest]),
    ];
    let taken = newcomer.must_be_taken(&entries).await;
    taken.during(&format!("{shortest} characters"))?;
    Ok(())
}

async fn problems_are_marked(target: &Target) -> Outcome {
    let mut newcomer = Newcomer::arrive(target, "en").await?;
    let outcome = marked(target, &mut newcomer).await;
    newcomer.leave().await?;
    outcome
}

async fn marked(target: &Target, newcomer: &mut Newcomer<'_>) -> Outcome {
    let password = account::password(target);
    let wrong = newcomer.email.replace('@', "-");
    let entries = [
        (Entry::Address, &*wrong),
        (Entry::Password, password.expose()),
        (Entry::GivenName, "Ada"),
    ];
    let page = newcomer.must_be_refused(&entries).await?;
    blamed(&page, Entry::Address)?;
    if page.answer.text().contains(password.expose()) {
        let expected = json!("no password");
        return Err(Mismatch::new("page", [expected], json!("the password")).into());
    }
    let forms = page.forms();
    for (entry, typed) in [(Entry::Address, &*wrong), (Entry::GivenName, "Ada")] {
        let Some(field) = entry.field(&page) else {
            continue;
        };
        let kept = forms.iter().find_map(|form| form.value(&field.name));
        let what = format!("field `{}`", field.name);
        expect::equal(&what, &json!(typed), &json!(kept))?;
    }
    Ok(())
}

/// Requires that a page marks this field as wrong, says why, and marks no other.
fn blamed(page: &Page, entry: Entry) -> Outcome {
    let fields = page.widgets();
    let wrong: Vec<&str> = fields
        .iter()
        .filter(|field| field.is_invalid && !field.description.is_empty())
        .map(|field| field.name.as_str())
        .collect();
    let expected = entry.shown(page)?.name;
    Ok(expect::equal(
        "fields that are marked as wrong and described",
        &json!([expected]),
        &json!(wrong),
    )?)
}
