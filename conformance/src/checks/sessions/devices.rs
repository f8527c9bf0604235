//! One session for a user, shared by devices.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    relying_party::Kind,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "sessions.devices.one-session-for-a-user",
        title: "Sign-ins of one user on several devices and for several clients have the same session",
        cites: &[
            "session-one-per-user",
            "session-id-of-every-device",
            "id-token-session-id",
        ],
        effects: Effects::Reads,
        needs: &[
            Need::PublicLoginClient,
            Need::ConfidentialLoginClient,
            Need::User,
        ],
        run: Run::Function(|target| Box::pin(one_session(target))),
    },
    Check {
        id: "sessions.devices.same-session-to-its-end",
        title: "The session stays the same through silent and repeated sign-ins and refreshes",
        cites: &["session-id-stable"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(same_to_its_end(target))),
    },
    Check {
        id: "sessions.devices.time-of-sign-in-moves",
        title: "A silent sign-in moves the time of authentication, and never back",
        cites: &["session-auth-time-moves"],
        effects: Effects::Reads,
        // Alone, because the sign-ins of others move it, too.
        needs: &[Need::LoginClient, Need::UserAlone],
        run: Run::Function(|target| Box::pin(time_moves(target))),
    },
];

async fn one_session(target: &Target) -> Outcome {
    let mut seen: Option<Value> = None;
    for kind in [Kind::Public, Kind::Confidential, Kind::Public] {
        let claims = Device::signed_in_as(target, kind).await?.claims().await?;
        let sid = expect::text(&claims, "/sid").during("ID token")?;
        if Uuid::try_parse(sid).is_err() {
            return Err(Mismatch::new("form of sid", [json!("a UUID")], json!("another")).into());
        }
        let first = seen.get_or_insert_with(|| claims.clone());
        expect::member(&claims, "/sub", &first["sub"])?;
        expect::member(&claims, "/sid", &first["sid"])?;
    }
    Ok(())
}

async fn same_to_its_end(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let before = device.claims().await?;
    expect::text(&before, "/sid").during("ID token")?;
    let silent = device.claims().await?;
    expect::member(&silent, "/sid", &before["sid"]).during("silent sign-in")?;
    let tokens = device.tokens("openid").await?;
    let refreshed = target.refresh(&device.client, &tokens.refresh()?).await?;
    if let Ok(token) = refreshed.id() {
        let claims = target.verify(&device.client, &token, None).await?;
        expect::member(&claims, "/sid", &before["sid"]).during("refresh")?;
    }
    if target.session().login.user.is_some() {
        let request = device.request().with("prompt", "login");
        let code = device.browser.sign_in(&request).await?.code()?;
        let tokens = target.exchange(&device.client, &request, &code).await?;
        let again = target.verify(&device.client, &tokens.id()?, None).await?;
        expect::member(&again, "/sid", &before["sid"]).during("repeated sign-in")?;
    }
    Ok(())
}

async fn time_moves(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let before = expect::integer(&device.claims().await?, "/auth_time")?;
    // Times are whole seconds.
    target.pass(1.1).await?;
    let after = expect::integer(&device.claims().await?, "/auth_time")?;
    if after > before {
        return Ok(());
    }
    let expected = json!(format!("later than {before}"));
    Err(Mismatch::new("member /auth_time", [expected], json!(after)).into())
}
