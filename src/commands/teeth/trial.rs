//! The judge before one server: a sound one, or one with one fault.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use conformance::{
    check::Check,
    description::{Problem, Usable, file::Control, tenant::Served},
    plan::{Plan, Wanted},
    run::{self, Record, stop::Stop},
    target::Session,
    teeth::matrix::Cell,
    verdict::{NotPassed, Verdict},
};
use fixtures::{aims, seed};
use reference_server::{
    Clock, TestServer,
    faults::{Fault, Injection, Matching},
    settings::Webhooks,
};

use crate::exit::{Exit, Failure};

/// What became of the checks before a sound server.
pub(super) struct Sound {
    /// Those that passed.
    pub(super) checks: Vec<Check>,
    /// Those that could not be made, and why.
    pub(super) unmade: Vec<(&'static str, String)>,
}

/// Makes every check before a server without a fault: what does not pass there proves nothing.
pub(super) async fn sound(checks: &[Check]) -> Result<Sound, Failure> {
    let server = server().await;
    let judged = judge(&server, checks.to_vec()).await?;
    let mut sound = Sound {
        checks: Vec::new(),
        unmade: Vec::new(),
    };
    let mut blamed = Vec::new();
    for record in &judged {
        match record.verdict() {
            Verdict::Pass => sound.checks.push(record.check),
            Verdict::Skip => sound.unmade.push((record.check.id, reason(record))),
            _ => blamed.push(format!("{}: {}", record.check.id, reason(record))),
        }
    }
    if blamed.is_empty() {
        return Ok(sound);
    }
    Err(Failure::new(
        Exit::NotObserved,
        miette::miette!(
            "a server without a fault does not pass, so nothing can be learnt from one with a fault:\n{}",
            blamed.join("\n")
        ),
    ))
}

/// Makes checks before a server with one fault.
pub(super) async fn cells(
    fault: &'static Fault,
    checks: Vec<Check>,
) -> Result<BTreeMap<&'static str, Cell>, Failure> {
    if checks.is_empty() {
        return Ok(BTreeMap::new());
    }
    let server = server().await;
    let path = aims::of(fault.name).and_then(|aim| aim.path.clone());
    let injection = Injection::of(fault).matching(Matching { method: None, path });
    server.faults().add(
        injection.map_err(|error| Failure::usage(miette::miette!("`{}`: {error}", fault.name)))?,
    );
    let is_transport = fault.family == "transport";
    let judged = judge(&server, checks).await?;
    Ok(judged
        .iter()
        .map(|record| (record.check.id, Cell::of(record, is_transport)))
        .collect())
}

async fn server() -> TestServer {
    TestServer::builder()
        .clock(Clock::running())
        .webhooks(Webhooks {
            allow_local_listeners: true,
            ..Webhooks::default()
        })
        .control()
        .start()
        .await
}

/// Judges without a look whether the target is usable: a fault may be just what makes it unusable.
async fn judge(server: &TestServer, checks: Vec<Check>) -> Result<Vec<Record>, Failure> {
    let usable = usable(server).map_err(|problems| {
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        Failure::new(Exit::TargetUnusable, miette::miette!("{}", told.join("\n")))
    })?;
    let session = Session::new(usable.settings.clone())
        .map_err(|error| Failure::new(Exit::TargetUnusable, miette::miette!("{error}")))?;
    let session = Arc::new(session);
    let plan = Plan::new(checks, &Wanted::default(), usable.mode, usable.offer());
    let stop = Stop::never();
    let finished = run::run(&session, &plan, &usable.options, &stop, &|_| {}).await;
    Ok(finished.records)
}

/// Describes a server of our own, and holds it to the first answer of every reading: those are its defaults.
fn usable(server: &TestServer) -> Result<Usable, Vec<Problem>> {
    let mut served = Served::new(server.url(), &seed::demo()).held_to_defaults();
    served.description.control = server.control_url().map(Control::at);
    let mut usable = Usable::new(&served.description, Some(0), &|name| served.variable(name))?;
    // Nobody waits long for a server that never answers.
    usable.settings.limits.exchange = Duration::from_secs(3);
    usable.options.time_limit = Duration::from_secs(10);
    usable.options.jobs = 8;
    Ok(usable)
}

/// Says why a check did not pass, without anything that the server said.
fn reason(record: &Record) -> String {
    match &record.outcome {
        Ok(()) => String::new(),
        Err(NotPassed::Mismatch(mismatch)) => mismatch.what.clone(),
        Err(NotPassed::Skip(skip)) => skip.to_string(),
        Err(NotPassed::Broken(broken)) => broken.to_string(),
    }
}
