//! One check's own view of the target.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use rand::{Rng, SeedableRng as _, rngs::StdRng};
use serde_json::Value;
use tokio::sync::RwLock;

use super::{
    caller::{Caller, Identity},
    owned::Ledger,
    session::Session,
};
use crate::{
    contract,
    http::{Answer, Body, Exchange, Request},
    secret::{Credentials, Secret},
    verdict::{Broken, Mismatch, NotPassed},
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
}

/// What an exchange needs even when the check that asked for it is gone.
#[derive(Debug)]
struct Shared {
    session: Arc<Session>,
    /// Written by exchanges, read by the report; never held across an await.
    exchanges: Mutex<Vec<Exchange>>,
    ledger: Ledger,
    /// Read by every exchange in flight, written by the clean-up: so it waits for what is still on its way.
    in_flight: Arc<RwLock<()>>,
}

impl Target {
    /// Makes the view of one check; `check` is its id.
    pub fn new(session: Arc<Session>, check: &str) -> Self {
        let prefix = session.next_prefix();
        let seed = check.bytes().fold(session.seed, |seed, byte| {
            seed.rotate_left(5) ^ u64::from(byte)
        });
        Self {
            shared: Arc::new(Shared {
                session,
                exchanges: Mutex::default(),
                ledger: Ledger::default(),
                in_flight: Arc::default(),
            }),
            prefix,
            seed,
        }
    }

    /// Returns the customer: the first segment of every path.
    pub fn customer(&self) -> &str {
        &self.session().customer
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
        self.session().readings.report(id, &answer.to_string())
    }

    /// Returns the answer to a reading that holds so far: the pinned one, or the one observed.
    pub fn answer_to(&self, id: &str) -> Option<String> {
        self.session().readings.answer(id)
    }

    /// Keeps a value out of every report, in every encoding; needed only for what no name on the wire gives away.
    pub fn conceal(&self, secret: &str) {
        self.session().masks.add(secret);
    }

    pub(crate) fn session(&self) -> &Session {
        &self.shared.session
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.shared.ledger
    }

    /// Waits until nothing that the check asked for is on its way.
    pub(crate) async fn settle(&self) {
        drop(self.shared.in_flight.write().await);
    }

    /// Returns what was exchanged so far, and forgets it.
    pub(crate) fn take_exchanges(&self) -> Vec<Exchange> {
        std::mem::take(&mut *self.shared.lock())
    }

    /// Sends a request, records it, and holds the answer against the contract.
    pub(super) async fn exchange(&self, mut request: Request) -> Result<Answer, NotPassed> {
        request.path = self.session().full_path(&request.path);
        self.remember_secrets(&request);
        let shared = Arc::clone(&self.shared);
        let guard = Arc::clone(&self.shared.in_flight).read_owned().await;
        let method = request.method.clone();
        let path = request.path.clone();
        // In a task of its own: when the check's time is over, a creation on its way still arrives in the ledger.
        let exchange = tokio::spawn(async move {
            let result = shared.perform(request).await;
            drop(guard);
            result
        });
        let answer = exchange
            .await
            .map_err(|error| Broken::Panic(error.to_string()))??;
        match contract::violation(method.as_str(), &path, &answer) {
            Some(mismatch) => Err(mismatch.during(format!("{method} {path}")).into()),
            None => Ok(answer),
        }
    }

    /// Remembers what a request gives away under a name that says so.
    fn remember_secrets(&self, request: &Request) {
        let masks = &self.session().masks;
        for (name, value) in &request.headers {
            if let Some((_, credentials)) = value.split_once(' ')
                && name.eq_ignore_ascii_case("authorization")
            {
                masks.learn(&serde_json::json!({ "token": credentials }));
            }
        }
        match &request.body {
            Body::Json(value) => masks.learn(value),
            Body::Form(pairs) | Body::Multipart(pairs) => {
                for (name, value) in pairs {
                    masks.learn(&serde_json::json!({ name.as_str(): value }));
                }
            }
            Body::Raw { bytes, .. } => {
                if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
                    masks.learn(&value);
                }
            }
            Body::Empty => {}
        }
    }
}

impl Shared {
    async fn perform(&self, request: Request) -> Result<Answer, Broken> {
        let start = Instant::now();
        let result = self.session.send(request.clone()).await;
        if !self.ledger.note(&self.session, &request, &result) {
            self.session.note_uncertain();
        }
        self.lock()
            .push(Exchange::new(request, &result, start.elapsed()));
        result
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Exchange>> {
        self.exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
