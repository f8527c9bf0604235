//! A worker: it makes requests for a master of Locust, which says how many users there are, and never where.

use std::future::Future;

use loadtest::{
    locust::{
        link::Master,
        worker::{Rhythm, Terms, Worked, WorkerError, work},
    },
    mix::Mix,
    target::Target,
};

use super::machines::MachineArgs;
use crate::commands::check::signals;
use crate::console;
use crate::exit::{Exit, Failure, Outcome};

/// Works for a master until it leaves.
pub(super) async fn run(
    master: &Master,
    args: &MachineArgs,
    target: Target,
    mix: Mix,
    seed: u64,
    is_quiet: bool,
) -> Outcome {
    let terms = Terms {
        master: master.clone(),
        name: args.worker_name.clone().unwrap_or_else(machine),
        target,
        mix,
        seed,
        rhythm: Rhythm::default(),
    };
    let worked = work(terms, left(args.until_stdin_ends))
        .await
        .map_err(|error| {
            let exit = match error {
                WorkerError::Run(_) => Exit::TargetUnusable,
                _ => Exit::NotObserved,
            };
            Failure::new(exit, miette::miette!("{error}"))
        })?;
    for what in &worked.leftovers {
        console::tell(format_args!(
            "left behind: {what}; `proofhouse sweep` removes it"
        ));
    }
    if !is_quiet {
        console::print(told(&worked))?;
    }
    Ok(exit(&worked))
}

fn told(worked: &Worked) -> String {
    format!(
        "{} loads, {} requests: {} wrong answers, {} without one, {} violations",
        worked.loads, worked.issued, worked.wrong, worked.unanswered, worked.violated
    )
}

/// Limits are the master's business; what is wrong without any is wrong here as well.
fn exit(worked: &Worked) -> Exit {
    if worked.violated > 0 || worked.wrong > 0 {
        Exit::ClauseViolated
    } else if worked.unanswered > 0 || worked.is_interrupted || !worked.leftovers.is_empty() {
        Exit::NotObserved
    } else {
        Exit::AsExpected
    }
}

/// Waits for whatever ends a worker before its master does.
async fn left(until_stdin_ends: bool) {
    let ended: std::pin::Pin<Box<dyn Future<Output = ()> + Send>> = if until_stdin_ends {
        Box::pin(stdin_ends())
    } else {
        Box::pin(std::future::pending())
    };
    tokio::select! {
        _ = signals::wait() => {}
        () = ended => {}
    }
    console::tell("stopping, and removing what was made");
}

async fn stdin_ends() {
    let (sender, ends) = tokio::sync::oneshot::channel();
    // A thread of its own: the runtime waits for its tasks, and nobody would end this one.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = sender.send(());
    });
    let _ = ends.await;
}

/// Returns the name of this machine, where the system tells.
fn machine() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .unwrap_or_default();
    let name: String = told
        .trim()
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || "-._".contains(*letter))
        .take(100)
        .collect();
    if name.is_empty() {
        "worker".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_decides_how_a_worker_ends() {
        let right = Worked {
            loads: 1,
            issued: 10,
            ..Worked::default()
        };
        assert_eq!(exit(&right), Exit::AsExpected);
        let with = |change: fn(&mut Worked)| {
            let mut worked = right.clone();
            change(&mut worked);
            exit(&worked)
        };
        assert_eq!(with(|worked| worked.violated = 1), Exit::ClauseViolated);
        assert_eq!(with(|worked| worked.wrong = 1), Exit::ClauseViolated);
        assert_eq!(with(|worked| worked.unanswered = 1), Exit::NotObserved);
        assert_eq!(
            with(|worked| worked.is_interrupted = true),
            Exit::NotObserved
        );
        assert_eq!(
            with(|worked| worked.leftovers.push("a".to_owned())),
            Exit::NotObserved
        );
    }
}
