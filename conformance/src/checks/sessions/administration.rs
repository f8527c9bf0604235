//! Sessions in the hands of an administrator.

use serde_json::Value;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    http::{Answer, Request},
    target::{Caller, Target},
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "sessions.administration.session-of-a-user",
        title: "The session of a user is found, and viewed by its id, with the customer in the path or in a header",
        cites: &[
            "sessions-admin-find",
            "sessions-admin-view",
            "sessions-admin-by-header",
            "sessions-admin-bearer",
        ],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(session_of_a_user(target))),
    },
    Check {
        id: "sessions.administration.scopes",
        title: "Viewing takes `.:sessions` or the one session, deleting takes `*` on the one session",
        cites: &["sessions-admin-read-scope", "sessions-admin-delete-scope"],
        effects: Effects::Destroys,
        needs: &[
            Need::ConfigurationClient,
            Need::LoginClient,
            Need::UserAlone,
        ],
        run: Run::Function(|target| Box::pin(scopes(target))),
    },
    Check {
        id: "sessions.administration.deleted-everywhere",
        title: "A session that an administrator deletes is over on every device, and tokens stay good",
        cites: &["sessions-admin-delete", "session-end-keeps-tokens"],
        effects: Effects::Destroys,
        needs: &[
            Need::ConfigurationClient,
            Need::LoginClient,
            Need::UserAlone,
        ],
        run: Run::Function(|target| Box::pin(deleted_everywhere(target, Place::Path))),
    },
    Check {
        id: "sessions.administration.deleted-by-header",
        title: "The customer may be named in a header to delete a session, too",
        cites: &["sessions-admin-delete", "sessions-admin-by-header"],
        effects: Effects::Destroys,
        needs: &[
            Need::ConfigurationClient,
            Need::LoginClient,
            Need::UserAlone,
        ],
        run: Run::Function(|target| Box::pin(deleted_everywhere(target, Place::Header))),
    },
    Check {
        id: "sessions.administration.gone",
        title: "A deleted session is found no more, neither by its id nor by its user",
        cites: &["sessions-admin-gone", "sessions-admin-unknown"],
        effects: Effects::Destroys,
        needs: &[
            Need::ConfigurationClient,
            Need::LoginClient,
            Need::UserAlone,
        ],
        run: Run::Function(|target| Box::pin(gone(target))),
    },
    Check {
        id: "sessions.administration.not-for-users",
        title: "The token of a user opens no session, not even the user's own",
        cites: &["sessions-admin-user-token-refused"],
        effects: Effects::Attempts,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(not_for_users(target))),
    },
];

/// Where the customer is named.
#[derive(Debug, Clone, Copy)]
enum Place {
    Path,
    Header,
}

impl Place {
    fn request(self, target: &Target, method: http::Method, rest: &str) -> Request {
        match self {
            Self::Path => Request::new(method, format!("sessions{rest}")),
            Self::Header => Request::new(method, format!("/sessions{rest}"))
                .header("Tenant-ID", target.customer()),
        }
    }
}

async fn session_of_a_user(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let claims = device.claims().await?;
    let sid = sid(&claims)?;
    let administrator = target.administrator();
    for place in [Place::Path, Place::Header] {
        let answer = found(&administrator, target, place, &claims).await?;
        expect::status(&answer, &[200]).during("the session of the user")?;
        let view = place.request(target, http::Method::GET, &format!("/{sid}"));
        let answer = administrator.send(view).await?;
        expect::status(&answer, &[200]).during("the session by its id")?;
    }
    Ok(())
}

async fn scopes(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let sid = sid(&device.claims().await?)?;
    let path = format!("sessions/{sid}");
    let one = format!("sessions/{sid}");
    for (scope, views, deletes) in [
        (".:sessions/**".to_owned(), true, false),
        (format!(".:{one}"), true, false),
        (".:config/**".to_owned(), false, false),
        (format!("+:{one}"), false, false),
        (format!(".:sessions/{}", crate::chance::id()), false, false),
        // Last, because it deletes.
        (format!("*:{one}"), true, true),
    ] {
        let caller = target.bearer_of(&[&scope]).await?;
        let answer = caller.get(&path).await?;
        let action = format!("GET with `{scope}`");
        expect::status(&answer, if views { &[200] } else { &[403] }).during(&action)?;
        let answer = caller.delete(&path).await?;
        let action = format!("DELETE with `{scope}`");
        let expected: &[u16] = if deletes { &[200, 204] } else { &[403] };
        expect::status(&answer, expected).during(&action)?;
    }
    Ok(())
}

async fn deleted_everywhere(target: &Target, place: Place) -> Outcome {
    let mut here = Device::signed_in(target, target.any_login_client()?).await?;
    let mut there = Device::signed_in(target, target.any_login_client()?).await?;
    let tokens = here.tokens("openid").await?;
    let sid = sid(&here.claims().await?)?;
    let delete = place.request(target, http::Method::DELETE, &format!("/{sid}"));
    let answer = target.administrator().send(delete).await?;
    expect::status(&answer, &[200, 204]).during("DELETE of the session")?;
    for device in [&mut here, &mut there] {
        device.must_be_signed_in(false).await?;
        let request = device.request();
        device.must_ask(&request).await?;
    }
    let answer = target.userinfo(&tokens.access()?).await?;
    expect::status(&answer, &[200]).during("userinfo after the deletion")?;
    Ok(())
}

async fn gone(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let claims = device.claims().await?;
    let path = format!("sessions/{}", sid(&claims)?);
    let administrator = target.administrator();
    let answer = administrator.delete(&path).await?;
    expect::status(&answer, &[200, 204]).during("DELETE of the session")?;
    for method in [http::Method::GET, http::Method::DELETE] {
        let action = format!("{method} of the deleted session");
        let answer = administrator.send(Request::new(method, &path)).await?;
        expect::status(&answer, &[404]).during(&action)?;
    }
    let answer = found(&administrator, target, Place::Path, &claims).await?;
    expect::status(&answer, &[404]).during("the session of the user")?;
    Ok(())
}

async fn not_for_users(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let claims = device.claims().await?;
    let tokens = device.tokens("openid").await?;
    let user = target.bearer(&tokens.access()?);
    let path = format!("sessions/{}", sid(&claims)?);
    for method in [http::Method::GET, http::Method::DELETE] {
        let action = format!("{method} with the token of the user");
        let answer = user.send(Request::new(method, &path)).await?;
        expect::status(&answer, &[401, 403]).during(&action)?;
    }
    let answer = found(&user, target, Place::Path, &claims).await?;
    expect::status(&answer, &[401, 403]).during("search with the token of the user")?;
    device.must_be_signed_in(true).await
}

/// Looks for the session of a user: by `global_sub`, the only documented name of a user that is a URN.
async fn found(
    caller: &Caller<'_>,
    target: &Target,
    place: Place,
    claims: &Value,
) -> Result<Answer, NotPassed> {
    let user = expect::text(claims, "/global_sub").during("ID token")?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("sub", user)
        .finish();
    let request = place.request(target, http::Method::GET, &format!("?{query}"));
    caller.send(request).await
}

fn sid(claims: &Value) -> Result<String, Mismatch> {
    Ok(expect::text(claims, "/sid").during("ID token")?.to_owned())
}
