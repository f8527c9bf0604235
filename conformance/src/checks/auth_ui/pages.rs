//! What pages keep to themselves: headers, markup, the profile.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::device::{Device, stays},
    expect,
    http::Answer,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "auth-ui.pages.not-in-a-frame",
        title: "Pages forbid to be shown in a frame of another site",
        cites: &["pages-not-framed"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(not_in_a_frame(target))),
    },
    Check {
        id: "auth-ui.pages.own-styles-are-allowed",
        title: "What a page brings along in itself is allowed by its own policy",
        cites: &["pages-policy-allows-page"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(own_styles_are_allowed(target))),
    },
    Check {
        id: "auth-ui.pages.not-stored",
        title: "The login page forbids its storage",
        cites: &["pages-not-cached"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(not_stored(target))),
    },
    Check {
        id: "auth-ui.pages.no-referrer",
        title: "Pages do not hand their address on to other sites",
        cites: &["pages-no-referrer"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(no_referrer(target))),
    },
    Check {
        id: "auth-ui.pages.input-is-text",
        title: "What a request brings along shows up as text and never as markup",
        cites: &["pages-escape-input"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(input_is_text(target))),
    },
    Check {
        id: "auth-ui.pages.profile-of-the-user",
        title: "The profile page is shown to somebody who is signed in",
        cites: &["pages-profile"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(profile_of_the_user(target))),
    },
    Check {
        id: "auth-ui.pages.profile-of-nobody",
        title: "The profile of the user is not shown to somebody who is not signed in",
        cites: &["pages-profile-needs-session"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(profile_of_nobody(target))),
    },
];

async fn login_page(target: &Target) -> Result<Answer, NotPassed> {
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    Ok(device.must_ask(&request).await?.answer)
}

async fn not_in_a_frame(target: &Target) -> Outcome {
    let answer = login_page(target).await?;
    let policies: Vec<&str> = answer.header_values("content-security-policy").collect();
    let by_policy = policies.iter().any(|policy| {
        policy.split(';').any(|directive| {
            let mut words = directive.split_whitespace();
            words.next() == Some("frame-ancestors")
                && words.all(|word| matches!(word, "'none'" | "'self'"))
        })
    });
    let options = answer.header("x-frame-options").unwrap_or_default();
    let by_options = ["deny", "sameorigin"]
        .iter()
        .any(|option| option.eq_ignore_ascii_case(options.trim()));
    if by_policy || by_options {
        return Ok(());
    }
    let expected = [
        json!("content-security-policy with frame-ancestors 'none' or 'self'"),
        json!("x-frame-options: DENY"),
    ];
    let actual = json!({ "content-security-policy": policies, "x-frame-options": options });
    Err(Mismatch::new("headers", expected, actual).into())
}

async fn own_styles_are_allowed(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let page = device.must_ask(&request).await?;
    let header = "content-security-policy";
    for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
        for inline in page.inline(element) {
            for policy in page.answer.header_values(header) {
                if !allows(policy, directive, &inline) {
                    let expected = json!(format!("leave for each <{element}> of the page"));
                    return Err(Mismatch::new(header, [expected], json!(policy)).into());
                }
            }
        }
    }
    Ok(())
}

/// Tells whether a content security policy (level 3, section 6.7) allows what stands in a page itself: without a directive for it,
/// by any leave for such, or by its digest. Which element a nonce belongs to is not looked at.
fn allows(policy: &str, directive: &str, inline: &str) -> bool {
    let words = |wanted: &str| {
        policy.split(';').find_map(|directive| {
            let mut words = directive.split_whitespace();
            (words.next()? == wanted).then(|| words.collect::<Vec<_>>())
        })
    };
    let Some(words) = words(directive).or_else(|| words("default-src")) else {
        return true;
    };
    let bytes = inline.as_bytes();
    let digests = [
        format!("'sha256-{}'", STANDARD.encode(Sha256::digest(bytes))),
        format!("'sha384-{}'", STANDARD.encode(Sha384::digest(bytes))),
        format!("'sha512-{}'", STANDARD.encode(Sha512::digest(bytes))),
    ];
    words.iter().any(|word| {
        *word == "'unsafe-inline'"
            || word.starts_with("'nonce-")
            || digests.iter().any(|digest| digest == word)
    })
}

async fn not_stored(target: &Target) -> Outcome {
    Ok(expect::no_store(&login_page(target).await?)?)
}

async fn no_referrer(target: &Target) -> Outcome {
    let answer = login_page(target).await?;
    expect::header(
        &answer,
        "referrer-policy",
        &[
            "no-referrer",
            "same-origin",
            "strict-origin",
            "origin",
            "strict-origin-when-cross-origin",
            "origin-when-cross-origin",
        ],
    )?;
    Ok(())
}

async fn input_is_text(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let markup = "\"'></title></textarea><i class=proofhouse>x</i>";
    for name in [
        "login_hint",
        "state",
        "nonce",
        "ui_locales",
        "display",
        "x-proofhouse",
    ] {
        let request = device.request().with(name, markup);
        let page = device.must_ask(&request).await.during(name)?;
        if page.answer.text().contains("<i class=proofhouse>") {
            let expected = json!("the value as text");
            let mismatch = Mismatch::new("page", [expected], json!("the value as markup"));
            return Err(mismatch.during(name).into());
        }
    }
    Ok(())
}

async fn profile_of_the_user(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let id = device.client.id.clone();
    let answer = device.get("auth-ui/profile", &[("client_id", &id)]).await?;
    expect::status(&answer, &[200])?;
    expect::media_type(&answer, "text/html")?;
    Ok(())
}

async fn profile_of_nobody(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let tokens = device.tokens("openid email").await?;
    let claims = target.userinfo(&tokens.access()?).await?.json()?;
    let id = device.client.id.clone();
    device.browser.forget();
    let answer = device.get("auth-ui/profile", &[("client_id", &id)]).await?;
    stays(target, &answer)?;
    for claim in ["email", "emailAddress", "sub"] {
        if let Some(value) = claims[claim].as_str()
            && answer.text().contains(value)
        {
            let expected = json!(format!("nothing of the user, {claim} included"));
            return Err(Mismatch::new("page", [expected], json!(value)).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_page_needs_leave() {
        let digest = "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='";
        for (policy, expected) in [
            ("default-src 'self'", false),
            ("default-src 'none'; style-src 'sha256-x'", false),
            ("img-src 'none'", true),
            ("style-src 'nonce-x'", true),
            ("default-src 'none'; style-src 'unsafe-inline'", true),
            (&format!("default-src {digest}; style-src 'none'"), false),
            (&format!("default-src 'none'; style-src  {digest}"), true),
        ] {
            assert_eq!(allows(policy, "style-src", "abc"), expected, "{policy}");
        }
    }
}
