//! How requests are refused whose client and redirect URI are good.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    relying_party::AuthorizationRequest,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.errors-take-one-way",
        title: "Errors go to the redirect URI, or onto a page, and all the same way",
        cites: &["authorize-error-channel"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(one_way(target))),
    },
    Check {
        id: "login.authorize.missing-parameter-has-a-name",
        title: "A required parameter that is missing gives `invalid_request`, and the description names it",
        cites: &[
            "authorize-missing-parameter",
            "authorize-missing-parameter-named",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(missing_has_a_name(target))),
    },
    Check {
        id: "login.authorize.errors-carry-the-state",
        title: "An error that is redirected carries the state unchanged, whatever is in it, and no code",
        cites: &["authorize-error-carries-state", "authorize-error-no-code"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(carry_the_state(target))),
    },
    Check {
        id: "login.authorize.descriptions-are-plain",
        title: "The description of an error has the characters that it may have, whatever the request was made of",
        cites: &["authorize-error-description-characters"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(descriptions_are_plain(target))),
    },
    Check {
        id: "login.authorize.nobody-signed-in-and-no-page",
        title: "With `prompt=none` and nobody signed in an error comes, and no page to sign in with",
        cites: &["authorize-login-required"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(nobody_signed_in(target))),
    },
    Check {
        id: "login.authorize.scopes-need-openid",
        title: "Scopes without `openid` are refused, also for somebody who is signed in",
        cites: &["authorize-scope-without-openid"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(scopes_need_openid(target))),
    },
    Check {
        id: "login.authorize.errors-of-somebody-signed-in",
        title: "A session makes no bad request good",
        cites: &[
            "authorize-missing-parameter",
            "authorize-unsupported-response-type",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(of_somebody_signed_in(target))),
    },
];

async fn one_way(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    let request = device.request();
    let known = [
        "invalid_request",
        "unsupported_response_type",
        "invalid_scope",
    ];
    let mut ways = Vec::new();
    for request in [
        request.clone().without("scope"),
        request.clone().without("response_type"),
        request.clone().with("response_type", "carrier-pigeon"),
        request.clone().with("scope", "profile"),
    ] {
        ways.push(device.refused_with(&request, &known).await?.channel());
    }
    for way in ways {
        target.reading("authorize-error-channel", way)?;
    }
    Ok(())
}

async fn missing_has_a_name(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    for name in ["scope", "response_type"] {
        let request = device.request().without(name);
        let refusal = device.refused_with(&request, &["invalid_request"]).await?;
        if !refusal.text.contains(name) {
            let expected = json!(format!("a text with `{name}`"));
            let what = format!("description for a missing {name}");
            return Err(Mismatch::new(what, [expected], json!(refusal.text)).into());
        }
        if name == "scope" {
            let known = ["scope_is_missing", "scope is missing"];
            let answer = known.iter().find(|text| refusal.text.contains(**text));
            target.reading(
                "missing-parameter-text",
                answer.unwrap_or(&refusal.text.as_str()),
            )?;
        }
    }
    Ok(())
}

async fn carry_the_state(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    for state in ["af0ifjsldkj", "a b+c%20&error=x#y", "grüße 🥖", "\"<>"] {
        for bad in bad_requests(device.request().with("state", state)) {
            let Some(redirect) = device.refused(&bad).await?.redirect else {
                continue;
            };
            expect::equal("state", &json!(state), &json!(redirect.parameter("state")))?;
            for name in ["code", "access_token", "id_token"] {
                if redirect.parameter(name).is_some() {
                    let what = format!("parameter {name} beside an error");
                    return Err(Mismatch::new(what, [json!("absent")], redirect.shown()).into());
                }
            }
        }
    }
    Ok(())
}

/// Returns requests, each with one thing wrong with it.
fn bad_requests(request: AuthorizationRequest) -> [AuthorizationRequest; 3] {
    [
        request.clone().without("scope"),
        request.clone().with("response_type", "carrier-pigeon"),
        request.with("prompt", "none"),
    ]
}

async fn descriptions_are_plain(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    for name in ["\"", "\\", "a\"b", "grüße", "\u{1f956}", "a\r\nb", "\u{7f}"] {
        let request = device.request().with(name, "1").again(name, "2");
        let refusal = device.refused(&request).await?;
        // On a page the text is HTML, and may have any.
        if refusal.redirect.is_some()
            && let Some(odd) = refusal.text.chars().find(|letter| !is_plain(*letter))
        {
            let expected = [json!("%x20-21 / %x23-5B / %x5D-7E")];
            let action = format!("`{}` twice", name.escape_debug());
            let odd = json!(odd.escape_debug().to_string());
            let miss = Mismatch::new("character of error_description", expected, odd);
            return Err(miss.during(action).into());
        }
    }
    Ok(())
}

fn is_plain(letter: char) -> bool {
    matches!(letter, ' '..='~') && !matches!(letter, '"' | '\\')
}

async fn nobody_signed_in(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    for prompt in ["none", " none", "none "] {
        let request = device.request().with("prompt", prompt);
        device
            .refused(&request)
            .await
            .during(&format!("prompt `{prompt}`"))?;
    }
    Ok(())
}

async fn scopes_need_openid(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    for scope in ["profile", "email profile", "openidx", "OPENID", "open id"] {
        let request = device.request().scope(scope);
        device
            .refused_with(&request, &["invalid_request", "invalid_scope"])
            .await
            .during(&format!("scope `{scope}`"))?;
    }
    Ok(())
}

async fn of_somebody_signed_in(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    for (request, error) in [
        (device.request().without("scope"), "invalid_request"),
        (device.request().without("response_type"), "invalid_request"),
        (
            device.request().with("response_type", "carrier-pigeon"),
            "unsupported_response_type",
        ),
    ] {
        device.refused_with(&request, &[error]).await?;
    }
    Ok(())
}
