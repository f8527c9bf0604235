//! The languages of the pages.

use serde_json::json;

use crate::{
    browser::Page,
    chance,
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    target::Target,
    verdict::{NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "auth-ui.languages.first-available",
        title: "The pages use the first language of `ui_locales` that is available",
        cites: &["pages-ui-locales-first-available"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(first_available(target))),
    },
    Check {
        id: "auth-ui.languages.default",
        title: "Without a language that is available the pages use the default one",
        cites: &["pages-ui-locales-default"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(default_language(target))),
    },
    Check {
        id: "auth-ui.languages.errors",
        title: "The page of an error is in the language that the login page would be in",
        cites: &["pages-ui-locales-errors"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(errors(target))),
    },
];

/// Languages that many services speak; which of them a target speaks is found out.
const COMMON: [&str; 8] = ["en", "de", "fr", "es", "it", "ja", "pt", "nl"];

async fn first_available(target: &Target) -> Outcome {
    let mut available = Vec::new();
    for language in COMMON {
        if shown(target, Some(language)).await?.as_deref() == Some(language) {
            available.push(language);
        }
    }
    let [first, second, ..] = available[..] else {
        let reason =
            format!("the pages say by `lang` that they speak {available:?}, and it takes two");
        return Err(Skip::because(reason).into());
    };
    for (wanted, expected) in [
        (format!("{first} {second}"), first),
        (format!("{second} {first}"), second),
        (format!("tlh xx-YY {second} {first}"), second),
        (format!("!! {first}"), first),
        (format!("{second}-AQ {first}"), second),
    ] {
        let language = shown(target, Some(&wanted)).await?;
        let what = format!("language of the page for `{wanted}`");
        expect::equal(&what, &json!(expected), &json!(language))?;
    }
    Ok(())
}

async fn default_language(target: &Target) -> Outcome {
    let default = shown(target, None).await?;
    for wanted in ["tlh", "xx-YY zz", "!!"] {
        let language = shown(target, Some(wanted)).await?;
        let what = format!("language of the page for `{wanted}`");
        expect::equal(&what, &json!(default), &json!(language))?;
    }
    Ok(())
}

async fn errors(target: &Target) -> Outcome {
    let default = shown(target, None).await?;
    let mut others = 0;
    for language in COMMON {
        if shown(target, Some(language)).await?.as_deref() != Some(language)
            || default.as_deref() == Some(language)
        {
            continue;
        }
        others += 1;
        let mut device = Device::of_anybody(target).await?;
        let unknown = [
            ("client_id", &*chance::id().to_string()),
            ("ui_locales", language),
        ];
        for path in ["auth-ui/profile", "auth-ui/logout", "login/authorize"] {
            let answer = device.get(path, &unknown).await?;
            let page = Page {
                url: String::new(),
                answer,
            };
            // A target may refuse in JSON what is no page of its own.
            if page.is_html() {
                let what = format!("language of the refusal of {path}");
                expect::equal(&what, &json!(language), &json!(primary(&page)))?;
            }
        }
    }
    if others > 0 {
        return Ok(());
    }
    let reason = "the pages speak no other language than the default one";
    Err(Skip::because(reason).into())
}

/// Returns the language that a page says it is in, without its region.
fn primary(page: &Page) -> Option<String> {
    let tag = page.language()?;
    let primary = tag.split('-').next().unwrap_or(&tag);
    Some(primary.to_ascii_lowercase())
}

/// Returns the language that the login page says it is in, without its region.
async fn shown(target: &Target, wanted: Option<&str>) -> Result<Option<String>, NotPassed> {
    let mut device = Device::of_anybody(target).await?;
    let request = match wanted {
        Some(wanted) => device.request().with("ui_locales", wanted),
        None => device.request(),
    };
    Ok(primary(&device.must_ask(&request).await?))
}
