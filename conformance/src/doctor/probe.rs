//! The few requests that tell whether a target can be judged.

use crate::{
    description::{Kind, Problem},
    http::{Answer, Request},
    sweep,
    target::{Session, caller::token_request, owned::Collection, session::ADMINISTRATIVE_SCOPES},
    verdict::Broken,
};

/// Asks the target who it is, whether it knows the customer, and what the credentials are good for.
pub(super) async fn examine(session: &Session) -> Result<(), Problem> {
    anonymous(session).await?;
    if session.configuration_client.is_some() {
        credentials(session).await?;
    }
    Ok(())
}

/// Without a token this API refuses with JSON; anything else is a wrong address or a wrong customer.
async fn anonymous(session: &Session) -> Result<(), Problem> {
    let answer = ask(session, Request::get("config/clients")).await?;
    is_this_api(session, &answer)?;
    match answer.status() {
        404 => Err(unknown_customer(session)),
        _ => Ok(()),
    }
}

async fn credentials(session: &Session) -> Result<(), Problem> {
    let Some(client) = &session.configuration_client else {
        return Ok(());
    };
    let answer = ask(session, token_request(client, ADMINISTRATIVE_SCOPES)).await?;
    is_this_api(session, &answer)?;
    let field = "configuration-client";
    let body = answer.json().unwrap_or_default();
    match answer.status() {
        200 if body["access_token"].is_string() => {}
        404 => return Err(unknown_customer(session)),
        status => {
            // The target chooses this text: only the documented kind of word is repeated.
            let shown = match body["error"].as_str() {
                Some(error) => format!("{status}, `{}`", word(error)),
                None => format!("{status}, and no `error` member says why"),
            };
            return Err(Problem::new(field, Kind::Credentials(shown)));
        }
    }
    let granted = body["scope"].as_str().unwrap_or_default();
    let is_enough = granted.split(' ').any(|scope| {
        ADMINISTRATIVE_SCOPES
            .split(' ')
            .any(|enough| enough == scope)
    });
    if !is_enough {
        let shown = "neither scope was granted".to_owned();
        return Err(Problem::new(field, Kind::Scopes(shown)));
    }
    Ok(())
}

/// Lists what is there: proof that the token works, and what a run must never delete.
pub(super) async fn protect(session: &Session) -> Result<(), Problem> {
    if session.configuration_client.is_none() {
        return Ok(());
    }
    for collection in Collection::ALL {
        let elements = sweep::list(session, collection).await.map_err(|broken| {
            let kind = match broken {
                Broken::Prerequisite(reason) => Kind::Scopes(reason),
                other => return unreachable(session, other),
            };
            Problem::new("configuration-client", kind)
        })?;
        session.protect(elements.into_iter().map(|(id, _)| id));
    }
    Ok(())
}

async fn ask(session: &Session, request: Request) -> Result<Answer, Problem> {
    session
        .send(request)
        .await
        .map_err(|broken| unreachable(session, broken))
}

fn unreachable(session: &Session, broken: Broken) -> Problem {
    match broken {
        Broken::Connect { reason, .. } if is_about_tls(session, &reason) => {
            Problem::new("url", Kind::Tls(reason))
        }
        Broken::Connect { reason, .. } => Problem::new("url", Kind::Unreachable(reason)),
        Broken::Protocol { reason, .. } => Problem::new("url", Kind::NotThisApi(reason)),
        Broken::TooLarge { .. } => {
            Problem::new("limits.body-kib", Kind::TooSmall(broken.to_string()))
        }
        other => Problem::new("url", Kind::Unreachable(other.to_string())),
    }
}

/// Tells a failure of TLS from a failure of TCP by the words of rustls, which say what is wrong with the peer.
fn is_about_tls(session: &Session, reason: &str) -> bool {
    let words = [
        "certificate",
        "handshake",
        "peer",
        "TLS",
        "InvalidContentType",
        "corrupt message",
    ];
    session.client.base().starts_with("https") && words.iter().any(|word| reason.contains(word))
}

fn is_this_api(session: &Session, answer: &Answer) -> Result<(), Problem> {
    let status = answer.status();
    if (300..400).contains(&status) {
        let location = answer.header("location").unwrap_or_default();
        let location = location.chars().take(200).collect();
        return Err(Problem::new("url", Kind::Redirect { status, location }));
    }
    if status >= 500 {
        return Err(Problem::new(
            "url",
            Kind::NotThisApi(format!("it answers {status}")),
        ));
    }
    let is_object = answer.json().is_ok_and(|body| body.is_object());
    if is_object || status == 404 && answer.media_type().as_deref() != Some("text/html") {
        return Ok(());
    }
    let media_type = answer
        .media_type()
        .unwrap_or_else(|| "no media type".to_owned());
    let shown = format!(
        "`{}` answers {status} with a body of `{}` that is no JSON object, where one is documented",
        session.client.base(),
        word(&media_type)
    );
    Err(Problem::new("url", Kind::NotThisApi(shown)))
}

fn unknown_customer(session: &Session) -> Problem {
    let customer = session.customer.clone().unwrap_or_default();
    Problem::new("customer", Kind::UnknownCustomer(customer))
}

/// Returns what of a text can be repeated safely in a message: the characters of tokens, and not many.
fn word(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_ascii_alphanumeric() || "_-./ +".contains(*character))
        .take(60)
        .collect()
}
