//! Security event tokens (RFC 8417).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::origin::Origin;
use crate::app::App;
use crate::faults::outgoing;
use crate::ids::Id;
use crate::keys::KeyError;
use crate::settings::{SetAudience, SetTimeOfEvent};
use crate::store::Event;

/// Returns what is sent of an event: made when somebody needs it for the first time, and the same from then on, on every
/// try, as long as the listener stays the same.
pub(crate) async fn token(
    app: &App,
    origin: &Origin,
    subscription: Id,
    event: &Event,
) -> Result<Arc<str>, KeyError> {
    if let Some(token) = &event.token {
        return Ok(Arc::clone(token));
    }
    let mut header = header(app, origin.customer);
    let mut claims = claims(app, origin.customer, event);
    outgoing::token(app, &mut header, &mut claims);
    let token = app.signer().sign_as(&origin.keys, header, &claims).await?;
    let token: Arc<str> = token.into();
    let webhooks = &origin.webhooks;
    webhooks.keep_token(subscription, event.id, &event.endpoint, &token);
    Ok(token)
}

/// Returns the header without the key's own members.
fn header(app: &App, customer: Id) -> Map<String, Value> {
    let base = &app.settings().public_url;
    let mut header = Map::new();
    header.insert(
        "jku".to_owned(),
        format!("{base}/{customer}/login/jwk").into(),
    );
    header.insert("typ".to_owned(), "secevent+jwt".into());
    header
}

/// Returns the claims. An event is issued when it happens, so that its token does not depend on who needs it first.
fn claims(app: &App, customer: Id, event: &Event) -> Value {
    let (base, readings) = (&app.settings().public_url, &app.settings().readings);
    let audience = match readings.set_audience {
        SetAudience::Array => json!([event.endpoint]),
        SetAudience::Text => json!(event.endpoint),
    };
    let issued_at = event.created_at.seconds();
    let time_of_event = match readings.set_time_of_event {
        SetTimeOfEvent::Seconds => issued_at,
        SetTimeOfEvent::Milliseconds => event.created_at.millis(),
    };
    let mut claims = json!({
        "iss": format!("{base}/{customer}/webhooks"),
        "iat": issued_at,
        "jti": event.notification,
        "aud": audience,
        "toe": time_of_event,
        "events": *event.claim,
    });
    if let Some(transaction) = event.transaction {
        claims["txn"] = json!(transaction);
    }
    claims
}
