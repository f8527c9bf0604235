//! The judge's listener, as checks see it: paths of their own, if the target delivers to it at all.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::OnceCell;

use super::{caller::Caller, handle::Target, session::Session};
use crate::{
    chance,
    http::Request,
    listener::{Hook, Listener, Place},
    verdict::{Broken, NotPassed, Skip},
};

/// Addresses that anybody may name, for subscriptions of which nothing is ever delivered. The second needs no name to be resolved: a
/// target that cannot ask for names is not to blame for refusing the first.
const NOWHERE: [&str; 2] = [
    "https://example.com/proofhouse",
    "https://1.1.1.1/proofhouse",
];

/// The scopes of an administrator who may do everything with webhooks.
const ENOUGH: [&str; 2] = ["*:**", "*:webhooks/**"];

/// The listener of a run, up from its first use on.
#[derive(Debug, Default)]
pub(crate) struct Listening {
    place: Option<Place>,
    listener: OnceCell<Listener>,
    /// Whether the target takes it for an endpoint.
    is_taken: OnceCell<bool>,
    /// Where subscriptions point of which nothing is delivered.
    nowhere: OnceCell<String>,
}

impl Listening {
    pub(super) fn new(place: Option<Place>) -> Self {
        Self {
            place,
            ..Self::default()
        }
    }

    async fn up(&self) -> Result<&Listener, Broken> {
        let place = self.place.as_ref().ok_or_else(|| {
            Broken::Prerequisite("no listener is described; see `--listener`".to_owned())
        })?;
        self.listener
            .get_or_try_init(|| Listener::start(place))
            .await
            .map_err(|error| {
                Broken::Prerequisite(format!("cannot listen on `{}`: {error}", place.bind))
            })
    }
}

impl Session {
    /// Tells whether the target takes the judge's listener for an endpoint; asked once, with a subscription that is removed.
    async fn takes_listener(&self) -> bool {
        let listening = &self.listening;
        if listening.place.is_none() {
            return false;
        }
        let find_out = || async {
            let told = match self.tape.player() {
                Some(_) => None,
                None => Some(self.try_listener().await.unwrap_or(false).to_string()),
            };
            self.known("", "listener", || told).as_deref() == Some("true")
        };
        *listening.is_taken.get_or_init(find_out).await
    }

    async fn try_listener(&self) -> Result<bool, Broken> {
        let base = self.listening.up().await?.base();
        self.takes(base).await
    }

    /// Returns the first of the addresses that the target takes; the first of all if it takes none, so that the check shows it.
    async fn nowhere(&self) -> &str {
        let find_out = || async {
            let told = match self.tape.player() {
                Some(_) => None,
                None => Some(self.first_taken().await.to_owned()),
            };
            self.known("", "nowhere", || told)
                .unwrap_or_else(|| NOWHERE[0].to_owned())
        };
        self.listening.nowhere.get_or_init(find_out).await
    }

    async fn first_taken(&self) -> &'static str {
        for place in NOWHERE {
            if self.takes(place).await.unwrap_or(false) {
                return place;
            }
        }
        NOWHERE[0]
    }

    /// Tells whether a subscription below an address can be made; it is removed at once.
    async fn takes(&self, base: &str) -> Result<bool, Broken> {
        let token = self.administrative_token().await?;
        let authorization = format!("Bearer {}", token.expose());
        let trial = json!({
            "title": format!("{}listener", self.prefix()),
            "endpoint": format!("{base}/{}", chance::id().simple()),
            "events": [],
            "enabled": false,
        });
        let request = Request::post("webhooks/subscriptions").json(trial);
        let answer = self
            .send(request.header("authorization", authorization.clone()))
            .await?;
        let body = answer.json().unwrap_or_default();
        if let Some(id) = body["id"].as_str().filter(|id| super::owned::is_plain(id)) {
            let path = format!("webhooks/subscriptions/{id}");
            self.send(Request::delete(path).header("authorization", authorization))
                .await?;
        }
        Ok((200..300).contains(&answer.status()))
    }
}

impl Target {
    /// Returns who may do everything with webhooks.
    ///
    /// # Errors
    ///
    /// Skips where the target grants the administrator nothing of that; broken where there is no administrator.
    pub(crate) async fn webhooks_administrator(&self) -> Result<Caller<'_>, NotPassed> {
        let granted = self.session().administrative_scopes().await?;
        let is_enough = granted.split(' ').any(|scope| ENOUGH.contains(&scope));
        if is_enough || granted.is_empty() {
            return Ok(self.administrator());
        }
        let reason = "the configuration client is not granted `*:**` or `*:webhooks/**`";
        Err(Skip::because(reason).into())
    }

    /// Opens a path of the judge's listener.
    ///
    /// # Errors
    ///
    /// Skips where the target takes no such endpoint; broken when nothing can listen there.
    pub async fn hook(&self) -> Result<Hook<'_>, NotPassed> {
        let session = self.session();
        if !session.takes_listener().await {
            let is_wanted = |place: &Place| place.is_wanted;
            let reason = match session.listening.place.as_ref().is_some_and(is_wanted) {
                true => "the target refuses the listener as an endpoint",
                false => {
                    "the target takes no endpoint on this machine: give it a listener that it reaches with `--listener-url`"
                }
            };
            return Err(Skip::because(reason).into());
        }
        let (boxes, base) = match session.tape.player() {
            Some(_) => (None, None),
            None => {
                let listener = session.listening.up().await?;
                (
                    Some(Arc::clone(listener.boxes())),
                    Some(listener.base().to_owned()),
                )
            }
        };
        let base = self.known("listener", || base).unwrap_or_default();
        let path = format!("/{}", chance::id().simple());
        Ok(Hook::open(self, boxes, &base, path))
    }

    /// Returns an endpoint that the target takes, for a subscription of which nothing is delivered.
    ///
    /// # Errors
    ///
    /// When nothing can listen.
    pub async fn endpoint(&self) -> Result<String, NotPassed> {
        if self.session().takes_listener().await {
            return Ok(self.hook().await?.url().to_owned());
        }
        let base = self.session().nowhere().await;
        Ok(format!("{base}/{}", chance::id().simple()))
    }

    /// Returns what the check knows from others than the target: now, or when the run was recorded.
    pub(crate) fn known(
        &self,
        about: &str,
        now: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        self.session().known(self.check(), about, now)
    }
}
