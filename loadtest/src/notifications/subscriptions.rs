//! The subscriptions by which the target knows the listeners.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::manner;
use crate::{
    journeys,
    load::word,
    visit::{Missed, Visit},
    wire::{Request, Wrong, answer::demand},
};

/// The name of what is sent, where it fails.
const SUBSCRIBE: &str = "subscribe";
const UNSUBSCRIBE: &str = "unsubscribe";

#[derive(Debug)]
pub(super) struct Subscriptions {
    ids: Vec<String>,
}

#[derive(Deserialize)]
struct Subscription {
    id: String,
}

impl Subscriptions {
    /// Subscribes every listener; of several that cannot be, none is.
    pub(super) async fn make(visit: &mut Visit<'_>, base: &str) -> Result<Self, Missed> {
        let mut made = Self { ids: Vec::new() };
        for manner in manner::ALL {
            let endpoint = format!("{base}/{}", manner.as_str());
            match subscribe(visit, &endpoint).await {
                Ok(id) => made.ids.push(id),
                Err(missed) => {
                    // What cannot be removed now, `proofhouse sweep` finds by its title.
                    let _ = made.remove(visit).await;
                    return Err(missed);
                }
            }
        }
        Ok(made)
    }

    /// Removes them, and returns what is left, in words.
    pub(super) async fn remove(&self, visit: &mut Visit<'_>) -> Vec<String> {
        let mut left = Vec::new();
        for id in &self.ids {
            if unsubscribe(visit, id).await.is_err() {
                left.push(format!("the subscription `{id}`"));
            }
        }
        left
    }
}

async fn subscribe(visit: &mut Visit<'_>, endpoint: &str) -> Result<String, Missed> {
    let load = visit.load();
    let token = journeys::administrator(visit).await?;
    // By this prefix `proofhouse sweep` finds what a killed run left.
    let title = format!("proofhouse-load-{}", word(visit.chance()));
    let wanted = json!({ "title": title, "endpoint": endpoint, "events": ["entityCreated"] });
    let request = Request::json(Method::POST, &load.place.subscriptions, &wanted);
    visit
        .send(SUBSCRIBE, request.bearer(&token.value), |answer| {
            if answer.status == 400 {
                return Err(Wrong::new(match load.target.listener {
                    Some(_) => "the target refuses the listener as an endpoint",
                    None => {
                        "it takes no listener on this machine: start it with `--allow-local-listeners`"
                    }
                }));
            }
            answer.expect_status(201)?;
            let made: Subscription = answer.json()?;
            Ok(made.id)
        })
        .await
}

async fn unsubscribe(visit: &mut Visit<'_>, id: &str) -> Result<(), Missed> {
    let load = visit.load();
    let token = journeys::administrator(visit).await?;
    let address = format!("{}/{id}", load.place.subscriptions);
    let request = Request::new(Method::DELETE, address).bearer(&token.value);
    visit
        .send(UNSUBSCRIBE, request, |answer| {
            demand(matches!(answer.status, 200 | 204), "it is not removed")
        })
        .await
}
