//! What all checks of a run share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use http::Method;
use serde_json::Value;

use crate::{
    http::{
        Answer, Request,
        client::{Client, Limits},
        tls::{Roots, RootsError},
    },
    mask::Masks,
    readings::Observed,
    secret::{Credentials, Secret},
    verdict::Broken,
};

/// The scopes that the administrative token is asked for; either of them, if granted, is enough.
pub const ADMINISTRATIVE_SCOPES: &str = "*:** *:config/**";

/// Everything that a session has to know about a target.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base address without a trailing slash.
    pub url: String,
    /// The customer: the first segment of every path.
    pub customer: String,
    /// The configuration client that administers the target.
    pub configuration_client: Option<Credentials>,
    /// Whom to trust.
    pub roots: Roots,
    /// Times and load.
    pub limits: Limits,
    /// Answers to which the target is held, by reading.
    pub pinned: BTreeMap<String, String>,
    /// Seed of everything that is drawn by chance, except the run's name.
    pub seed: u64,
}

/// One run against one target.
#[derive(Debug)]
pub struct Session {
    pub(crate) client: Client,
    pub(crate) customer: String,
    pub(crate) configuration_client: Option<Credentials>,
    pub(crate) masks: Masks,
    pub(crate) readings: Observed,
    pub(crate) seed: u64,
    run: String,
    next: AtomicU32,
    /// Held across the request on purpose: the others wait for the one token instead of asking for their own.
    token: tokio::sync::Mutex<Option<Token>>,
    /// Objects that were there before the run: never deleted, whatever the target says that it made.
    foreign: Mutex<BTreeSet<String>>,
    /// Set when something may have been made whose id nobody knows.
    uncertain: AtomicBool,
}

/// An administrative token and how long it is good for.
#[derive(Debug, Clone)]
struct Token {
    value: Secret,
    until: Instant,
}

impl Session {
    /// Starts a session; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When the roots of trust cannot be used.
    pub fn new(settings: Settings) -> Result<Self, RootsError> {
        let masks = Masks::default();
        if let Some(client) = &settings.configuration_client {
            masks.add(client.secret.expose());
        }
        Ok(Self {
            client: Client::new(&settings.url, &settings.roots, settings.limits)?,
            customer: settings.customer,
            configuration_client: settings.configuration_client,
            masks,
            readings: Observed::new(settings.pinned),
            seed: settings.seed,
            run: format!("{:08x}", rand::random::<u32>()),
            next: AtomicU32::new(1),
            token: tokio::sync::Mutex::default(),
            foreign: Mutex::default(),
            uncertain: AtomicBool::new(false),
        })
    }

    /// Returns the name of the run: eight hexadecimal digits, in every name that the run gives to an object.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Returns the beginning of the next check's names.
    pub(super) fn next_prefix(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{}{number}", self.prefix())
    }

    /// Returns the beginning of all names of the run.
    pub(crate) fn prefix(&self) -> String {
        format!("{}{}-", super::owned::PREFIX, self.run)
    }

    /// Returns the path that a request means: below the customer, or as it stands.
    pub(crate) fn full_path(&self, path: &str) -> String {
        if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{}/{path}", self.customer)
        }
    }

    /// Sends a request whose path may be relative, outside any check.
    ///
    /// # Errors
    ///
    /// When nothing usable came back.
    pub(crate) async fn send(&self, mut request: Request) -> Result<Answer, Broken> {
        request.path = self.full_path(&request.path);
        let result = self.client.send(&request).await;
        if let Ok(value) = result
            .as_ref()
            .map_err(|_| ())
            .and_then(|answer| serde_json::from_slice::<Value>(answer.bytes()).map_err(|_| ()))
        {
            self.masks.learn(&value);
        }
        result
    }

    /// Sends a request with the administrative token, outside any check.
    ///
    /// # Errors
    ///
    /// When there is no token, or nothing usable came back.
    pub(crate) async fn administer(&self, method: Method, path: &str) -> Result<Answer, Broken> {
        let token = self.administrative_token().await?;
        let request = Request::new(method, path)
            .header("authorization", format!("Bearer {}", token.expose()));
        self.send(request).await
    }

    /// Returns the administrative token, asked for once and again shortly before it expires.
    ///
    /// # Errors
    ///
    /// When there are no credentials, or the target grants nothing for them.
    pub(crate) async fn administrative_token(&self) -> Result<Secret, Broken> {
        let mut token = self.token.lock().await;
        if let Some(token) = token.as_ref().filter(|token| token.until > Instant::now()) {
            return Ok(token.value.clone());
        }
        let fresh = self.request_administrative_token().await?;
        let value = fresh.value.clone();
        *token = Some(fresh);
        Ok(value)
    }

    async fn request_administrative_token(&self) -> Result<Token, Broken> {
        let client = self.configuration_client.as_ref().ok_or_else(|| {
            Broken::Prerequisite("no configuration client is described".to_owned())
        })?;
        let answer = self
            .send(token_request(client, ADMINISTRATIVE_SCOPES))
            .await?;
        let refused = |why: &str| {
            Broken::Prerequisite(format!(
                "no administrative token: the token endpoint answers {} {why}",
                answer.status()
            ))
        };
        let body = answer.json().map_err(|_| refused("without JSON"))?;
        let value = body["access_token"]
            .as_str()
            .filter(|token| !token.is_empty())
            .ok_or_else(|| refused("without an access token"))?;
        self.masks.add(value);
        // Between a second and a year, whatever the target says; asked for again when a quarter is left, at most 30 s.
        let lifetime = Duration::from_secs(
            body["expires_in"]
                .as_u64()
                .unwrap_or(60)
                .clamp(1, 31_536_000),
        );
        let margin = (lifetime / 4).min(Duration::from_secs(30));
        Ok(Token {
            value: Secret::new(value),
            until: Instant::now() + lifetime - margin,
        })
    }

    /// Remembers objects that were there before the run.
    pub(crate) fn protect(&self, ids: impl IntoIterator<Item = String>) {
        self.foreign
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(ids);
    }

    /// Tells whether an object was there before the run.
    pub(crate) fn is_foreign(&self, id: &str) -> bool {
        self.foreign
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(id)
    }

    /// Notes that something may have been made whose id nobody knows.
    pub(super) fn note_uncertain(&self) {
        self.uncertain.store(true, Ordering::Relaxed);
    }

    /// Tells whether something may have been made whose id nobody knows.
    pub(crate) fn is_uncertain(&self) -> bool {
        self.uncertain.load(Ordering::Relaxed)
    }
}

/// Returns a request for a token by client credentials, authenticated with Basic (RFC 6749 sections 2.3.1 and 4.4).
pub(crate) fn token_request(client: &Credentials, scope: &str) -> Request {
    Request::post("login/token")
        .header("authorization", super::caller::basic(client))
        .form(&[("grant_type", "client_credentials"), ("scope", scope)])
}
