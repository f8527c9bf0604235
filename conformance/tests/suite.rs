//! Every check as a test of `cargo test`: against the reference server, or against `PROOFHOUSE_TARGET=target.toml`.
//!
//! A check that cannot be made on the target is reported as ignored, with the reason. On the reference server all but a few can be made.

use std::{
    path::Path,
    process::ExitCode,
    sync::{Arc, OnceLock},
};

use conformance::{
    catalogue,
    check::{Check, Need},
    description::{Description, Problem, Usable, file::Control, tenant::Served},
    doctor,
    expectations::Expectations,
    plan::{Plan, Wanted},
    report::{Report, terminal},
    run::{self, stop::Stop},
    target::Session,
    verdict::Verdict,
};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use reference_server::{Clock, TestServer, settings::Webhooks};
use tokio::runtime::Runtime;

/// The variable that names the description of another target.
const VARIABLE: &str = "PROOFHOUSE_TARGET";

/// The checks that cannot be made on the reference server as it is by default. Any other that is skipped there has found less
/// than there is.
const UNMADE: [&str; 6] = [
    "config.bearer.rejection-as-forbidden",
    "oidc.authorization.issuer-is-named",
    "oidc.responses.code-hash",
    "oidc.responses.nonce-is-needed",
    "oidc.responses.tokens-come-in-the-fragment",
    "oidc.responses.tokens-never-come-in-the-query",
];

/// The checks that can be made only where no listener is on this machine.
const AWAY: [&str; 2] = [
    "webhooks.endpoints.plain-http",
    "webhooks.endpoints.this-host",
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = Runtime::new().expect("a runtime for the whole process");
    let subject: Arc<Subject> = Arc::new(Subject::new(runtime));
    let trials = catalogue::all()
        .into_iter()
        .map(|check| {
            let subject = Arc::clone(&subject);
            Trial::ignorable_test(check.id, move || subject.judge(check))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What is judged; opened by the first test that needs it, so that listing tests starts nothing.
struct Subject {
    runtime: Runtime,
    open: OnceLock<Result<Open, String>>,
}

struct Open {
    session: Arc<Session>,
    usable: Usable,
    /// Serves as long as it lives.
    _server: Option<TestServer>,
}

impl Subject {
    fn new(runtime: Runtime) -> Self {
        Self {
            runtime,
            open: OnceLock::new(),
        }
    }

    fn judge(&self, check: Check) -> Result<Completion, Failed> {
        // Trials run side by side, and what moves the clock must not: it gets a server of its own.
        let own;
        let is_away = AWAY.contains(&check.id);
        let open = if (takes_time(&check) || is_away) && std::env::var_os(VARIABLE).is_none() {
            own = self.runtime.block_on(open(!is_away));
            &own
        } else {
            self.open.get_or_init(|| self.runtime.block_on(open(true)))
        };
        let open = open.as_ref().map_err(Failed::from)?;
        let offer = open.usable.offer();
        let plan = Plan::new([check], &Wanted::default(), open.usable.mode, offer);
        let finished = self.runtime.block_on(run::run(
            &open.session,
            &plan,
            &open.usable.options,
            &Stop::never(),
            &|_| {},
        ));
        // A report masks by everything learnt so far: too much work for what passed.
        if finished.records[0].verdict() == Verdict::Pass {
            return Ok(Completion::Completed);
        }
        let report = Report::new(
            &open.session,
            open.usable.mode,
            &finished,
            &Expectations::default(),
        );
        let entry = &report.entries[0];
        let is_expected = UNMADE.contains(&check.id) || std::env::var_os(VARIABLE).is_some();
        match entry.verdict {
            Verdict::Skip if is_expected => Ok(Completion::ignored_with(
                entry.reason.as_deref().unwrap_or_default(),
            )),
            verdict => Err(format!("{}\n{}", verdict.as_str(), terminal::evidence(entry)).into()),
        }
    }
}

fn takes_time(check: &Check) -> bool {
    let mut needs = check.needs.iter();
    needs.any(|need| matches!(need, Need::Time { .. }))
}

async fn open(allow_local_listeners: bool) -> Result<Open, String> {
    let (usable, server) = match std::env::var_os(VARIABLE) {
        Some(file) => (described(Path::new(&file)), None),
        None => {
            // A running clock, because ID tokens are held against the time.
            let server = TestServer::builder()
                .clock(Clock::running())
                .webhooks(Webhooks {
                    allow_local_listeners,
                    ..Webhooks::default()
                })
                .control()
                .start()
                .await;
            (embedded(&server), Some(server))
        }
    };
    let usable = usable.map_err(|problems| told(&problems))?;
    let session = doctor::open(&usable)
        .await
        .map_err(|problems| told(&problems))?;
    Ok(Open {
        session,
        usable,
        _server: server,
    })
}

fn described(file: &Path) -> Result<Usable, Vec<Problem>> {
    let description = Description::read(file).map_err(|problem| vec![problem])?;
    let variable = |name: &str| std::env::var(name).ok();
    Usable::new(&description, None, &variable)?.through_proxies(&variable)
}

/// Describes our own server, and holds it to the first answer of every reading: those are its defaults.
fn embedded(server: &TestServer) -> Result<Usable, Vec<Problem>> {
    let mut served = Served::new(server.url(), &fixtures::seed::demo()).held_to_defaults();
    served.description.control = server.control_url().map(Control::at);
    Usable::new(&served.description, None, &|name| served.variable(name))
}

fn told(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
