//! What all checks of a run share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use http::Method;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::Value;

use super::places::Places;

use crate::{
    http::{
        Answer, Request,
        client::{Client, Limits, named},
        request::is_address,
        tls::{Roots, RootsError},
    },
    mask::Masks,
    plan::Offer,
    readings::Observed,
    relying_party::{Endpoints, Login, login::HandedCode},
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
    /// The customer: the first segment of every path; none where an issuer alone is described.
    pub customer: Option<String>,
    /// The issuer: the documented one of the customer, or the one described.
    pub issuer: String,
    /// Further origins that belong to the target.
    pub origins: Vec<String>,
    /// Who signs in, in whose name, and how.
    pub login: Login,
    /// The configuration client that administers the target.
    pub configuration_client: Option<Credentials>,
    /// Whom to trust.
    pub roots: Roots,
    /// Times and load.
    pub limits: Limits,
    /// Answers to which the target is held, by reading.
    pub pinned: BTreeMap<String, String>,
    /// Seed of everything that is drawn by chance, except the run's name and what nobody may guess.
    pub seed: u64,
    /// Whether those come from the seed as well, so that the same run can be made twice: only for a server that nobody
    /// else works with. Elsewhere two runs of one name would take each other's objects for their own, and whoever knows
    /// the seed could guess states and verifiers.
    pub is_repeatable: bool,
}

impl Settings {
    /// Returns where the target is, in words.
    ///
    /// `https://id.example.test customer 01000000-0000-3000-9000-000000000000`, or `issuer https://id.example.test`.
    pub fn place(&self) -> String {
        match &self.customer {
            Some(customer) => format!("{} customer {customer}", self.url),
            None => format!("issuer {}", self.issuer),
        }
    }

    /// Returns what a check may count on.
    pub fn offer(&self) -> Offer {
        Offer {
            customer: self.customer.is_some(),
            configuration_client: self.configuration_client.is_some(),
            public_client: self.login.public.is_some(),
            confidential_client: self.login.confidential.is_some(),
            user: self.login.has_user() || self.login.code.is_some(),
        }
    }
}

/// One run against one target.
#[derive(Debug)]
pub struct Session {
    pub(crate) client: Client,
    pub(crate) customer: Option<String>,
    pub(crate) issuer: String,
    pub(crate) login: Login,
    pub(crate) places: Places,
    /// Shared by the checks that sign the user in, held alone by one that ends the user's sessions.
    pub(crate) user: Arc<tokio::sync::RwLock<()>>,
    pub(crate) configuration_client: Option<Credentials>,
    pub(crate) masks: Masks,
    pub(crate) readings: Observed,
    pub(crate) seed: u64,
    pub(crate) is_repeatable: bool,
    /// Asked for once.
    document: tokio::sync::OnceCell<Value>,
    /// Good for one exchange; never held across an await.
    code: Mutex<Option<HandedCode>>,
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
        for secret in settings.login.secrets() {
            masks.add(secret.expose());
        }
        masks.learn_cookie(settings.login.cookie.as_ref());
        let name = match settings.is_repeatable {
            true => StdRng::seed_from_u64(settings.seed).random(),
            false => rand::random::<u32>(),
        };
        let places = Places::new([&settings.url].into_iter().chain(&settings.origins));
        Ok(Self {
            client: Client::new(&settings.url, &settings.roots, settings.limits)?,
            customer: settings.customer,
            issuer: settings.issuer,
            places,
            user: Arc::default(),
            document: tokio::sync::OnceCell::new(),
            code: Mutex::new(settings.login.code.clone()),
            login: settings.login,
            configuration_client: settings.configuration_client,
            masks,
            readings: Observed::new(settings.pinned),
            seed: settings.seed,
            is_repeatable: settings.is_repeatable,
            run: format!("{:08x}", name),
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
        match &self.customer {
            _ if path.starts_with('/') || is_address(path) => path.to_owned(),
            Some(customer) => format!("/{customer}/{path}"),
            None => format!("/{path}"),
        }
    }

    /// Sends a request whose path may be relative, outside any check.
    ///
    /// # Errors
    ///
    /// When nothing usable came back.
    pub(crate) async fn send(&self, mut request: Request) -> Result<Answer, Broken> {
        request.path = self.full_path(&request.path);
        self.masks.learn_request(&request);
        if request.is_absolute() && !self.places.cover(&request.path) {
            return Err(Broken::Unsendable {
                request: named(&request),
                reason: "the description covers no such place; name it in `origins` if it belongs to the target".to_owned(),
            });
        }
        let result = self.client.send(&request).await;
        if let Ok(answer) = &result {
            self.masks.learn_answer(answer);
        }
        result
    }

    /// Returns the target's discovery document, asked for once; `null` when there is none.
    pub(crate) async fn discovery_document(&self) -> Value {
        let ask = || async {
            let address = Endpoints::document_of(&self.issuer);
            let answer = self.send(Request::get(address)).await;
            let document = answer.ok().filter(|answer| answer.status() == 200);
            document
                .and_then(|answer| answer.json().ok())
                .unwrap_or_default()
        };
        self.document.get_or_init(ask).await.clone()
    }

    /// Takes the places of endpoints for places of the target. One elsewhere must be as safe as the issuer is.
    pub(crate) fn cover(&self, endpoints: &Endpoints) {
        for address in endpoints.all() {
            self.places.vouch(&self.issuer, address);
        }
    }

    /// Returns the code that was handed over, once.
    pub(crate) fn take_code(&self) -> Option<HandedCode> {
        self.code
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
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
