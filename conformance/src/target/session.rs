//! What all checks of a run share.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use http::Method;
use serde_json::Value;

use super::{
    bounds::Bounds, caller::token_request, clock::Clock, foreign::Foreign, listening::Listening,
    permit::Permit, places::Places, settings::Settings,
};
use crate::{
    http::{
        Answer, Request,
        client::{Client, named},
        request::is_address,
        tls::RootsError,
    },
    mask::Masks,
    readings::Observed,
    recording::{Player, Tape},
    relying_party::{Endpoints, Login, login::HandedCode},
    secret::{Credentials, Secret},
    verdict::Broken,
};

/// The scopes that the administrative token is asked for; any of the first two, if granted, is enough for the configuration.
pub const ADMINISTRATIVE_SCOPES: &str = "*:** *:config/** *:webhooks/**";

/// One run against one target.
#[derive(Debug)]
pub struct Session {
    pub(crate) client: Client,
    pub(crate) clock: Clock,
    pub(super) listening: Listening,
    pub(super) bounds: Bounds,
    pub(crate) customer: Option<String>,
    pub(crate) issuer: String,
    pub(crate) login: Login,
    pub(crate) places: Places,
    permit: Permit,
    /// Shared by the checks that sign the user in, held alone by one that ends the user's sessions.
    pub(crate) user: Arc<tokio::sync::RwLock<()>>,
    pub(crate) configuration_client: Option<Credentials>,
    pub(crate) masks: Masks,
    pub(crate) readings: Observed,
    pub(crate) seed: u64,
    pub(crate) tape: Tape,
    /// Key of what nobody may guess.
    pub(crate) chance: [u8; 32],
    /// Every administrative token so far; never held across an await.
    administrative: Mutex<BTreeSet<String>>,
    /// Asked for once.
    document: tokio::sync::OnceCell<Value>,
    /// Good for one exchange; never held across an await.
    code: Mutex<Option<HandedCode>>,
    run: String,
    next: AtomicU32,
    /// Held across the request on purpose: the others wait for the one token instead of asking for their own.
    token: tokio::sync::Mutex<Option<Token>>,
    /// Objects that were there before the run: never deleted, whatever the target says that it made.
    foreign: Foreign,
    /// Set when something may have been made whose id nobody knows.
    uncertain: AtomicBool,
}

/// An administrative token and how long it is good for.
#[derive(Debug, Clone)]
struct Token {
    value: Secret,
    /// What was granted, where the answer says it.
    scope: String,
    /// By the clock of the target.
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
        for secret in settings.proxies.secrets() {
            masks.add(&secret);
        }
        masks.learn_cookie(settings.login.cookie.as_ref());
        let player = settings.tape.player();
        let run = match player {
            Some(player) => player.run().to_owned(),
            None => format!("{:08x}", settings.name()),
        };
        let chance = player.map_or_else(|| settings.key(), Player::chance);
        let recorded = player.map(Player::readings).unwrap_or_default();
        let places = Places::new([&settings.url].into_iter().chain(&settings.origins));
        let clock = Clock::new(
            settings.control.as_deref(),
            settings.is_slow,
            player.is_some(),
            &settings.roots,
            &settings.proxies,
        )?;
        Ok(Self {
            client: Client::new(
                &settings.url,
                &settings.roots,
                &settings.proxies,
                settings.limits,
            )?,
            clock,
            listening: Listening::new(settings.listener),
            bounds: settings.bounds,
            customer: settings.customer,
            issuer: settings.issuer,
            places,
            permit: Permit::new(settings.mode),
            user: Arc::default(),
            document: tokio::sync::OnceCell::new(),
            code: Mutex::new(settings.login.code.clone()),
            login: settings.login,
            configuration_client: settings.configuration_client,
            masks,
            readings: Observed::new(settings.pinned).after(recorded),
            seed: settings.seed,
            run,
            chance,
            tape: settings.tape,
            administrative: Mutex::default(),
            next: AtomicU32::new(1),
            token: tokio::sync::Mutex::default(),
            foreign: Foreign::default(),
            uncertain: AtomicBool::new(false),
        })
    }

    /// Returns the name of the run: eight hexadecimal digits, in every name that the run gives to an object.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Returns the beginning of the next check's names.
    pub(super) fn next_prefix(&self, check: &str) -> String {
        let next = || Some(self.next.fetch_add(1, Ordering::Relaxed).to_string());
        let number = self.known(check, "number", next).unwrap_or_default();
        format!("{}{number}", self.prefix())
    }

    /// Returns the answer to a reading that holds so far, for a check.
    pub(super) fn answer_to(&self, check: &str, id: &str) -> Option<String> {
        let about = format!("reading {id}");
        self.readings
            .pinned(id)
            .or_else(|| self.known(check, &about, || self.readings.answer(id)))
    }

    /// Returns what a check knows from others, and not from the target: now, or when the run was recorded.
    pub(super) fn known(
        &self,
        check: &str,
        about: &str,
        now: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        match &self.tape {
            Tape::Off => now(),
            Tape::Records(recorder) => {
                let told = now();
                recorder.note_known(check, about, told.clone());
                told
            }
            Tape::Plays(player) => player.known(check, about).unwrap_or_else(now),
        }
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
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, Broken> {
        self.exchange("", request).await.0
    }

    /// Sends a request of a check, and returns how long it took as well.
    pub(super) async fn exchange(
        &self,
        check: &str,
        mut request: Request,
    ) -> (Result<Answer, Broken>, Duration) {
        request.path = self.full_path(&request.path);
        self.masks.learn_request(&request);
        if request.is_absolute() && !self.places.cover(&request.path) {
            let broken = Broken::Unsendable {
                request: named(&request),
                reason: "the description covers no such place; name it in `origins` if it belongs to the target".to_owned(),
            };
            return (Err(broken), Duration::ZERO);
        }
        if let Some(reason) = self.refusal(&request) {
            let request = named(&request);
            return (Err(Broken::Unsendable { request, reason }), Duration::ZERO);
        }
        let administrator = self.is_administrative(&request);
        let (result, duration) = match &self.tape {
            Tape::Plays(player) => player.answer(check, administrator, &request).await,
            Tape::Off | Tape::Records(_) => {
                let start = Instant::now();
                let result = self.client.send(&request).await;
                (result, start.elapsed())
            }
        };
        if let Tape::Records(recorder) = &self.tape {
            recorder.note(check, administrator, &request, &result, duration);
        }
        if let Ok(answer) = &result {
            self.masks.learn_answer(answer);
        }
        (result, duration)
    }

    /// Returns why the mode of the run keeps a request with a complete path from the wire, if it does.
    pub(super) fn refusal(&self, request: &Request) -> Option<String> {
        let is_foreign = |id: &str| self.is_foreign(id);
        self.permit.refusal(self.client.base(), request, is_foreign)
    }

    /// Tells whether a request is sent with an administrative token.
    fn is_administrative(&self, request: &Request) -> bool {
        let tokens = self
            .administrative
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        request.headers.iter().any(|(name, value)| {
            let token = value.strip_prefix("Bearer ");
            name.eq_ignore_ascii_case("authorization")
                && token.is_some_and(|token| tokens.contains(token))
        })
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
        self.permit.take(endpoints);
        for address in endpoints.all() {
            self.places.vouch(&self.issuer, address);
        }
    }

    /// Returns the code that was handed over, once.
    pub(super) fn take_code(&self, check: &str) -> Option<HandedCode> {
        let mut code = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        let is_there = || code.is_some().then(|| "it is there".to_owned());
        self.known(check, "the code handed over", is_there)?;
        code.take()
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
        if let Some(token) = token.as_ref().filter(|token| {
            // In a recording nothing expires.
            self.tape.player().is_some() || token.until > self.clock.instant()
        }) {
            return Ok(token.value.clone());
        }
        let fresh = self.request_administrative_token().await?;
        let value = fresh.value.clone();
        *token = Some(fresh);
        Ok(value)
    }

    /// Returns which scopes the administrative token was granted; none where the target does not say.
    pub(crate) async fn administrative_scopes(&self) -> Result<String, Broken> {
        self.administrative_token().await?;
        let token = self.token.lock().await;
        Ok(token
            .as_ref()
            .map(|token| token.scope.clone())
            .unwrap_or_default())
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
        self.administrative
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(value.to_owned());
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
            scope: body["scope"].as_str().unwrap_or_default().to_owned(),
            until: self.clock.instant() + lifetime - margin,
        })
    }

    /// Remembers objects that were there before the run.
    pub(crate) fn protect(&self, ids: impl IntoIterator<Item = String>) {
        self.foreign.add(ids);
    }

    /// Tells whether an object was there before the run.
    pub(crate) fn is_foreign(&self, id: &str) -> bool {
        self.foreign.has(id)
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
