//! A subscription whose listener is the judge's, what arrives there, and what the event store says of it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::ground::{administrator, path, subscribe};
use crate::{
    expect,
    http::{Answer, Request},
    listener::{Delivery, Hook},
    relying_party::{Jwks, Verified},
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

/// How often the event store is asked for a state at the most, for how long, and how long to wait in between.
const LOOKS: u32 = 200;
const PATIENCE: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(25);

/// For how long an event may show that it has ended otherwise: the last look may have been early.
const DOUBT: Duration = Duration::from_secs(1);

/// The most deliveries about others that are passed over.
const OTHERS: usize = 100;

/// A subscription of which the judge is told.
pub(super) struct Told<'t> {
    target: &'t Target,
    /// Where it is told.
    pub(super) hook: Hook<'t>,
    /// The subscription.
    pub(super) subscription: Value,
}

impl<'t> Told<'t> {
    /// Makes a subscription with these members whose listener is a path of the judge's own.
    pub(super) async fn of(target: &'t Target, members: Value) -> Result<Self, NotPassed> {
        administrator(target).await?;
        let hook = target.hook().await?;
        let mut members = members;
        members["endpoint"] = json!(hook.url());
        let subscription = subscribe(target, members).await?;
        Ok(Self {
            target,
            hook,
            subscription,
        })
    }

    /// Makes a subscription to no event of anybody: only test notifications arrive.
    pub(super) async fn of_tests(target: &'t Target) -> Result<Self, NotPassed> {
        Self::of(target, json!({ "events": [] })).await
    }

    /// Returns a path below the subscription.
    pub(super) fn below(&self, rest: &str) -> String {
        format!("{}/{rest}", path(&self.subscription))
    }

    /// Asks for something below the subscription.
    pub(super) async fn get(&self, rest: &str) -> Result<Answer, NotPassed> {
        administrator(self.target)
            .await?
            .get(self.below(rest))
            .await
    }

    /// Sends a POST without a body below the subscription.
    pub(super) async fn post(&self, rest: &str) -> Result<Answer, NotPassed> {
        let request = Request::post(self.below(rest));
        administrator(self.target).await?.send(request).await
    }

    /// Has a test notification sent.
    pub(super) async fn test(&self) -> Outcome {
        let answer = self.post("test").await?;
        expect::status(&answer, &[202, 200, 204]).during("asking for a test notification")?;
        Ok(())
    }

    /// Has a test notification sent, and returns it as it arrives.
    pub(super) async fn notification(&self) -> Result<Delivery, NotPassed> {
        self.test().await?;
        self.hook.next().await.during("the test notification")
    }

    /// Returns the next delivery about a user, and its event; those about others are passed over.
    pub(super) async fn about(&self, user: &str) -> Result<(Delivery, Value), NotPassed> {
        for _ in 0..OTHERS {
            let delivery = self.hook.next().await?;
            let claims = verified(self.target, &delivery).await?.claims;
            let events = claims["events"].as_object().into_iter().flatten();
            if events.clone().any(|(_, event)| event["sub"] == user) {
                return Ok((delivery, claims));
            }
        }
        let expected = json!(format!("a delivery about {user}"));
        Err(Mismatch::new("delivery", [expected], json!("others only")).into())
    }

    /// Makes sure that nothing arrives about a user.
    pub(super) async fn nothing_about(&self, user: &str) -> Outcome {
        while let Some(delivery) = self.hook.soon().await {
            let claims = verified(self.target, &delivery).await?.claims;
            let events = claims["events"].as_object().into_iter().flatten();
            for (kind, event) in events {
                if event["sub"] == user {
                    return Err(Mismatch::new("delivery", [json!("none")], json!(kind)).into());
                }
            }
        }
        Ok(())
    }

    /// Returns every event that the store has, in the order of the list.
    pub(super) async fn events(&self, query: &str) -> Result<Vec<Value>, NotPassed> {
        let answer = self.get(&format!("events{query}")).await?;
        let action = format!("GET of the events{query}");
        expect::status(&answer, &[200]).during(&action)?;
        let list = answer.json().during(&action)?;
        let events = expect::present(&list, "/_embedded/events").during(&action)?;
        Ok(events.as_array().cloned().unwrap_or_default())
    }

    /// Returns the event of a delivery: the one whose payload was sent.
    pub(super) async fn event_of(&self, delivery: &Delivery) -> Result<Value, NotPassed> {
        let events = self.events("").await?;
        let of_delivery = |event: &&Value| event["request"]["payload"] == *delivery.body;
        match events.iter().find(of_delivery) {
            Some(event) => Ok(event.clone()),
            None => {
                let expected = json!("an event with the token that was sent as its payload");
                let shown = json!(format!("{} other events", events.len()));
                Err(Mismatch::new("events", [expected], shown).into())
            }
        }
    }

    /// Returns an event as soon as it is in this state.
    pub(super) async fn in_state(&self, event: &Value, state: &str) -> Result<Value, NotPassed> {
        let id = expect::text(event, "/id")?;
        let is_live = self.target.session().tape.player().is_none();
        let mut shown = Value::Null;
        let start = Instant::now();
        for _ in 0..LOOKS {
            let answer = self.get(&format!("events/{id}")).await?;
            expect::status(&answer, &[200]).during("GET of the event")?;
            shown = answer.json()?;
            if shown["state"] == state {
                return Ok(shown);
            }
            let has_ended = matches!(shown["state"].as_str(), Some("success" | "failure"));
            let patience = if has_ended { DOUBT } else { PATIENCE };
            if is_live && start.elapsed() > patience {
                break;
            }
            if is_live {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Err(Mismatch::new("member /state", [json!(state)], shown["state"].clone()).into())
    }

    /// Has a test notification fail for good: it is answered with what is no HTTP. Returns its event.
    pub(super) async fn failure(&self) -> Result<Value, NotPassed> {
        self.hook.answer(&[crate::listener::Reply::Redirect]);
        let delivery = self.notification().await?;
        let event = self.event_of(&delivery).await?;
        self.in_state(&event, "failure").await
    }
}

/// Verifies a delivery by the JWK set of the customer.
pub(super) async fn verified(target: &Target, delivery: &Delivery) -> Result<Verified, NotPassed> {
    let keys = target.anonymous().get("login/jwk").await?;
    let keys = Jwks::read(&keys).during("JWK set")?;
    let token = Secret::new(delivery.body.clone());
    Ok(keys.verify(&token).during("security event token")?)
}

/// Returns a new user's members, as a tenant file has them.
pub(super) fn new_user(target: &Target, what: &str) -> Value {
    let name = format!("{}-{}", target.name(what), crate::chance::id().simple());
    json!({
        "email": format!("{name}@example.com"),
        "password": "long enough for everybody",
        "profile": { "givenName": "Ada" },
    })
}
