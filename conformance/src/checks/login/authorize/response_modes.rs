//! The ways in which an answer comes to the redirect URI.

use serde_json::json;

use crate::{
    browser::Channel,
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.response-mode-query",
        title: "`query` puts the answer into the query, which is the default of `code`",
        cites: &["authorize-response-mode-query"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| {
            Box::pin(comes_by(target, &[None, Some("query")], Channel::Query))
        }),
    },
    Check {
        id: "login.authorize.response-mode-fragment",
        title: "`fragment` puts the answer into the fragment",
        cites: &["authorize-response-mode-fragment"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| {
            Box::pin(comes_by(target, &[Some("fragment")], Channel::Fragment))
        }),
    },
    Check {
        id: "login.authorize.response-mode-form-post",
        title: "`form_post` answers with a page whose form posts the answer to the redirect URI",
        cites: &["authorize-response-mode-form-post"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| {
            Box::pin(comes_by(target, &[Some("form_post")], Channel::FormPost))
        }),
    },
    Check {
        id: "login.authorize.form-post-escapes-and-is-not-stored",
        title: "The page of `form_post` carries any state unchanged and forbids its storage",
        cites: &["authorize-answer-not-cached", "pages-escape-input"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(form_post_escapes(target))),
    },
    Check {
        id: "login.authorize.errors-by-response-mode",
        title: "An error takes the way that the response mode says",
        cites: &["authorize-error-in-response-mode"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(errors(target))),
    },
];

async fn comes_by(target: &Target, modes: &[Option<&str>], channel: Channel) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    for mode in modes {
        let request = match mode {
            Some(mode) => device.request().with("response_mode", *mode),
            None => device.request(),
        };
        let redirect = device.passed(&request).await?;
        came_by(redirect.channel, channel)?;
        if channel == Channel::FormPost {
            expect::status(&redirect.answer, &[200])?;
            expect::media_type(&redirect.answer, "text/html")?;
        }
        device.must_have_got(&request, &redirect).await?;
    }
    Ok(())
}

async fn form_post_escapes(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    for state in [
        "\"><script>alert(1)</script>",
        "' onload='x",
        "&lt;&amp;quot;",
        "a\tb",
    ] {
        let request = device
            .request()
            .with("response_mode", "form_post")
            .with("state", state);
        let redirect = device.passed(&request).await?;
        came_by(redirect.channel, Channel::FormPost)?;
        expect::equal("state", &json!(state), &json!(redirect.parameter("state")))?;
        if redirect.answer.text().contains("<script>alert(1)") {
            let expected = json!("the state as text");
            return Err(Mismatch::new("page", [expected], json!("the state as markup")).into());
        }
        expect::no_store(&redirect.answer)?;
    }
    Ok(())
}

async fn errors(target: &Target) -> Outcome {
    let mut device = Device::of_anybody(target).await?;
    for (mode, channel) in [
        ("query", Channel::Query),
        ("fragment", Channel::Fragment),
        ("form_post", Channel::FormPost),
    ] {
        let request = device
            .request()
            .with("prompt", "none")
            .with("response_mode", mode);
        let refusal = device.refused(&request).await.during(mode)?;
        let Some(redirect) = refusal.redirect else {
            let expected = json!("an answer at the redirect URI");
            return Err(Mismatch::new("error", [expected], json!("a page")).into());
        };
        came_by(redirect.channel, channel)?;
        let state = json!(request.value("state"));
        expect::equal("state", &state, &json!(redirect.parameter("state")))?;
    }
    Ok(())
}

fn came_by(actual: Channel, expected: Channel) -> Result<(), Mismatch> {
    expect::equal(
        "way of the answer",
        &json!(expected.as_str()),
        &json!(actual.as_str()),
    )
}
