//! The languages of the pages.

use serde_json::json;

use crate::{
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

/// Returns the language that the login page says it is in, without its region.
async fn shown(target: &Target, wanted: Option<&str>) -> Result<Option<String>, NotPassed> {
    let mut device = Device::of_anybody(target).await?;
    let request = match wanted {
        Some(wanted) => device.request().with("ui_locales", wanted),
        None => device.request(),
    };
    let language = device.must_ask(&request).await?.language();
    Ok(language.map(|tag| {
        let primary = tag.split('-').next().unwrap_or(&tag);
        primary.to_ascii_lowercase()
    }))
}
