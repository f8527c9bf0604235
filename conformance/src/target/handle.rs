//! One check's own view of the target.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use rand::{Rng, SeedableRng as _, rngs::StdRng};
use tokio::sync::RwLock;

use super::{
    bounds::Bounds,
    caller::{Caller, Identity},
    owned::Ledger,
    session::Session,
};
use crate::{
    contract,
    http::{Answer, Exchange, Request},
    profile::Profile,
    relying_party::login::HandedCode,
    secret::{Credentials, Secret},
    verdict::{Broken, Mismatch, NotPassed, Skip},
};

/// The target, in the hands of one check.
///
/// Records every exchange as evidence, validates every answer against the contract, and keeps a ledger of what the check
/// makes, so that a check needs no clean-up of its own.
#[derive(Debug)]
pub struct Target {
    shared: Arc<Shared>,
    prefix: String,
    seed: u64,
    profile: Option<Profile>,
    check: String,
}

/// What an exchange needs even when the check that asked for it is gone.
#[derive(Debug)]
struct Shared {
    session: Arc<Session>,
    /// Written by exchanges, read by the report; never held across an await. Each with its place in the order in which
    /// they were asked for: of several at a time, any may end first.
    exchanges: Mutex<Vec<(usize, Exchange)>>,
    /// How many exchanges were asked for.
    asked: AtomicUsize,
    ledger: Ledger,
    /// Why a request of the check was kept from the wire, if one was.
    held_back: OnceLock<String>,
    /// Read by every exchange in flight, written by the clean-up: so it waits for what is still on its way.
    in_flight: Arc<RwLock<()>>,
}

impl Target {
    /// Makes the view of one check; `check` is its id.
    pub fn new(session: Arc<Session>, check: &str) -> Self {
        let prefix = session.next_prefix(check);
        let seed = check.bytes().fold(session.seed, |seed, byte| {
            seed.rotate_left(5) ^ u64::from(byte)
        });
        Self {
            shared: Arc::new(Shared {
                session,
                exchanges: Mutex::default(),
                asked: AtomicUsize::new(0),
                ledger: Ledger::default(),
                held_back: OnceLock::new(),
                in_flight: Arc::default(),
            }),
            prefix,
            seed,
            profile: Profile::of(check),
            check: check.to_owned(),
        }
    }

    /// Returns the customer: the first segment of every path; empty where an issuer alone is described.
    pub fn customer(&self) -> &str {
        self.session().customer.as_deref().unwrap_or_default()
    }

    /// Returns the profile of the check.
    pub fn profile(&self) -> Option<Profile> {
        self.profile
    }

    /// Returns the beginning of every name or title that the check gives: `proofhouse-<run>-<n>`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns a name for an object of the check: its prefix, a hyphen and `what`.
    pub fn name(&self, what: &str) -> String {
        format!("{}-{what}", self.prefix)
    }

    /// Returns a source of chance that the run's `--seed` and the check's id decide, so that a run can be repeated.
    pub fn chance(&self) -> impl Rng + Send + 'static {
        StdRng::seed_from_u64(self.seed)
    }

    /// Returns the credentials of the configuration client that the target description names.
    ///
    /// # Errors
    ///
    /// When there are none: the check lacks `Need::ConfigurationClient`.
    pub fn configuration_client(&self) -> Result<&Credentials, Broken> {
        self.session()
            .configuration_client
            .as_ref()
            .ok_or_else(|| Broken::Prerequisite("no configuration client is described".to_owned()))
    }

    /// Returns who may do everything below `config`.
    pub fn administrator(&self) -> Caller<'_> {
        Caller::new(self, Identity::Administrator)
    }

    /// Returns who sends no credentials.
    pub fn anonymous(&self) -> Caller<'_> {
        Caller::new(self, Identity::Nobody)
    }

    /// Returns who sends this token.
    pub fn bearer(&self, token: &Secret) -> Caller<'_> {
        Caller::new(self, Identity::Bearer(token.clone()))
    }

    /// Returns who authenticates with HTTP Basic.
    pub fn basic(&self, client: &Credentials) -> Caller<'_> {
        Caller::new(self, Identity::Basic(client.clone()))
    }

    /// Reports which answer the target gives where the documentation leaves several open.
    ///
    /// # Errors
    ///
    /// A mismatch when the answer is not listed, not the pinned one, or not the one given before.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a status or a text, as the check has it at hand"
    )]
    pub fn reading(&self, id: &str, answer: impl ToString) -> Result<(), Mismatch> {
        let answer = answer.to_string();
        let readings = &self.session().readings;
        let held = readings.report(&self.check, id, &answer);
        if let Some(exchange) = self.shared.last_exchange() {
            readings.prove(&self.check, id, &answer, exchange);
        }
        held
    }

    /// Returns the answer to a reading that holds so far: the pinned one, or the one observed.
    pub fn answer_to(&self, id: &str) -> Option<String> {
        self.session().answer_to(&self.check, id)
    }

    /// Returns what time it is, by the target's clock where that is known; where a recording is judged, what time it was for
    /// this check.
    pub async fn now(&self) -> Timestamp {
        let session = self.session();
        let player = session.tape.player();
        let told = match player {
            Some(_) => None,
            None => Some(session.clock.now().await.to_string()),
        };
        let told = session.known(&self.check, "the time", || told);
        let told = told.and_then(|text| text.parse().ok());
        told.unwrap_or_else(|| player.map_or_else(Timestamp::now, |player| player.now(&self.check)))
    }

    /// Returns the code that was handed over, once.
    pub(crate) fn take_code(&self) -> Option<HandedCode> {
        self.session().take_code(&self.check)
    }

    /// Keeps a value out of every report, in every encoding; needed only for what no name on the wire gives away.
    pub fn conceal(&self, secret: &str) {
        self.session().masks.add(secret);
    }

    /// Lets time pass: moves the target's clock where it offers that, else waits. A check that takes more than a few seconds
    /// says so with [`Need::Time`](crate::check::Need::Time).
    ///
    /// # Errors
    ///
    /// When the clock cannot be moved, or nobody allowed to wait so long.
    pub async fn pass(&self, seconds: f64) -> Result<(), NotPassed> {
        let session = self.session();
        if session.tape.player().is_some() {
            // It has passed already.
            return Ok(());
        }
        session.clock.pass(Duration::from_secs_f64(seconds)).await
    }

    /// Returns the id of the check.
    pub(super) fn check(&self) -> &str {
        &self.check
    }

    pub(crate) fn session(&self) -> &Session {
        &self.shared.session
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.shared.ledger
    }

    /// Returns what the target promises to take.
    pub fn bounds(&self) -> Bounds {
        self.session().bounds
    }

    /// Returns why the check observed less than it wanted to, if a request of it was kept from the wire.
    pub(crate) fn held_back(&self) -> Option<Skip> {
        self.shared.held_back.get().map(Skip::because)
    }

    /// Waits until nothing that the check asked for is on its way.
    pub(crate) async fn settle(&self) {
        drop(self.shared.in_flight.write().await);
    }

    /// Returns what was exchanged so far, and forgets it.
    pub(crate) fn take_exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = std::mem::take(&mut *self.shared.lock());
        exchanges.sort_by_key(|(place, _)| *place);
        exchanges
            .into_iter()
            .map(|(_, exchange)| exchange)
            .collect()
    }

    /// Sends a request, records it, and holds the answer against the contract.
    pub(super) async fn ask(&self, mut request: Request) -> Result<Answer, NotPassed> {
        request.path = self.session().full_path(&request.path);
        if let Some(reason) = self.session().refusal(&request) {
            self.shared.held_back.get_or_init(|| reason.clone());
            return Err(Skip::because(reason).into());
        }
        let shared = Arc::clone(&self.shared);
        let guard = Arc::clone(&self.shared.in_flight).read_owned().await;
        let place = shared.asked.fetch_add(1, Ordering::Relaxed);
        let method = request.method.clone();
        let path = request.path.clone();
        // In a task of its own: when the check's time is over, a creation on its way still arrives in the ledger.
        let check = self.check.clone();
        let exchange = tokio::spawn(async move {
            let result = shared.perform(place, &check, request).await;
            drop(guard);
            result
        });
        let answer = exchange
            .await
            .map_err(|error| Broken::Panic(error.to_string()))??;
        match self.violation(method.as_str(), &path, &answer) {
            Some(mismatch) => Err(mismatch.during(format!("{method} {path}")).into()),
            None => Ok(answer),
        }
    }

    /// Returns how an answer violates the contract. It speaks of the deployment that is described, and not of OpenID Connect.
    fn violation(&self, method: &str, path: &str, answer: &Answer) -> Option<Mismatch> {
        if self.profile == Some(Profile::Oidc) {
            return None;
        }
        let path = path
            .strip_prefix(self.session().client.base())
            .unwrap_or(path);
        contract::violation(method, path, answer)
    }
}

impl Shared {
    async fn perform(&self, place: usize, check: &str, request: Request) -> Result<Answer, Broken> {
        let (result, duration) = self.session.exchange(check, request.clone()).await;
        if !self.ledger.note(&self.session, &request, &result) {
            self.session.note_uncertain();
        }
        let exchange = Exchange::new(request, &result, duration);
        self.lock().push((place, exchange));
        result
    }

    /// Returns the exchange that was asked for last, of those that have ended.
    fn last_exchange(&self) -> Option<Exchange> {
        let exchanges = self.lock();
        let last = exchanges.iter().max_by_key(|(place, _)| *place);
        last.map(|(_, exchange)| exchange.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(usize, Exchange)>> {
        self.exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
