//! Claims taken out of a token, and signed again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::asked::Asked;
use crate::app::App;

type Claims = Map<String, Value>;

/// Changes every ID token that an answer hands out: in a body of JSON, in a redirect, or in a form that posts itself.
pub(super) async fn edit_id_tokens(
    app: &App,
    asked: &Asked,
    answer: &mut Answer,
    change: fn(&App, &Asked, &mut Claims),
) {
    let Some(before) = handed_out(answer, "id_token") else {
        return;
    };
    if let Some(after) = edited(app, asked, &before, change).await {
        swap(answer, &before, &after);
    }
}

/// Changes every access token that is a JWT, and lets the new one stand for what the old one stood for.
pub(super) async fn edit_access_tokens(
    app: &App,
    asked: &Asked,
    answer: &mut Answer,
    change: fn(&App, &Asked, &mut Claims),
) {
    let Some(before) = handed_out(answer, "access_token") else {
        return;
    };
    let Some(after) = edited(app, asked, &before, change).await else {
        return;
    };
    let now = app.clock().now();
    if let Some((grant, end)) = app.store().tokens().find_with_end(&before, now) {
        app.store().tokens().add(&after, grant, now, end);
    }
    swap(answer, &before, &after);
}

/// Returns a token that an answer hands out under that name.
pub(super) fn handed_out(answer: &Answer, name: &str) -> Option<String> {
    if let Some(Value::String(token)) = answer.value().as_mut().and_then(|body| body.get_mut(name))
    {
        return Some(std::mem::take(token));
    }
    if let Some(location) = answer.location() {
        let carried = location.fragment().or(location.query())?;
        return form_urlencoded::parse(carried.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned());
    }
    let page = std::str::from_utf8(&answer.body).ok()?;
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    after.split_once('"').map(|(value, _)| value.to_owned())
}

/// Writes a token anew, wherever an answer hands one out under that name.
pub(super) fn rewrite(answer: &mut Answer, name: &str, write: impl FnOnce(&str) -> String) {
    if let Some(before) = handed_out(answer, name) {
        swap(answer, &before, &write(&before));
    }
}

/// Puts one token in the place of another, wherever it stands.
pub(super) fn swap(answer: &mut Answer, before: &str, after: &str) {
    if answer.location().is_some() {
        answer.edit_parameters(|pairs| {
            for (_, value) in pairs.iter_mut().filter(|(_, value)| value == before) {
                after.clone_into(value);
            }
        });
    } else {
        answer.edit_text(|text| text.replace(before, after));
    }
}

/// Returns the claims of a JWT.
pub(super) fn claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&bytes).ok()
}

async fn edited(
    app: &App,
    asked: &Asked,
    token: &str,
    change: fn(&App, &Asked, &mut Claims),
) -> Option<String> {
    let mut claims = claims(token)?;
    change(app, asked, &mut claims);
    let customer = app.customer_of(&asked.uri)?;
    app.signer().sign(customer.keys(), &claims).await.ok()
}
