//! One check, from its first request to the removal of what it made.

use std::{
    any::Any,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard},
    task::{JoinError, JoinHandle},
};

use super::{Options, Record, clean_up, interrupted, stop::Stop};
use crate::{
    chance,
    check::{Check, Need, Run},
    target::{Session, Target, owned::Object},
    verdict::{Broken, Outcome, Skip},
};

/// Makes a check, removes what it made, and returns what became of both. The run began at `clock`.
pub(super) async fn make(
    session: &Arc<Session>,
    check: Check,
    options: &Options,
    stop: &Stop,
    clock: Instant,
) -> (Record, Vec<Object>) {
    if stop.is_wanted() {
        return (interrupted(check), Vec::new());
    }
    if let Some(skip) = unmet(session, &check) {
        return (Record::unmade(check, skip), Vec::new());
    }
    // Before the clock starts: waiting for the user is no part of the check.
    let _user = user(session, &check).await;
    let target = Arc::new(Target::new(Arc::clone(session), check.id));
    let start = Instant::now();
    // In a task of its own, so that a panic ends the check and not the run.
    let task = tokio::spawn(play(check, Arc::clone(&target)));
    let limit = options.time_limit + session.clock.wait_for(&check);
    let mut outcome = attend(task, limit, stop).await;
    let duration = start.elapsed();
    target.settle().await;
    if let Some(skip) = target.held_back() {
        // Whatever the check made of it.
        outcome = Err(skip.into());
    }
    let leftovers = clean_up::remove(session, target.ledger().take(), options.time_limit).await;
    let record = Record {
        check,
        outcome,
        offset: start.duration_since(clock),
        duration,
        exchanges: target.take_exchanges(),
    };
    (record, leftovers)
}

/// Waits for the user, if the check signs in: with others who do so, too, or alone.
async fn user(session: &Session, check: &Check) -> Option<User> {
    let user = Arc::clone(&session.user);
    if check.needs.contains(&Need::UserAlone) {
        Some(User::Alone(user.write_owned().await))
    } else if check.needs.contains(&Need::User) {
        Some(User::Shared(user.read_owned().await))
    } else {
        None
    }
}

/// A hold on the user; dropping it lets others go on.
#[expect(dead_code, reason = "held, and never looked at")]
enum User {
    Shared(OwnedRwLockReadGuard<()>),
    Alone(OwnedRwLockWriteGuard<()>),
}

async fn play(check: Check, target: Arc<Target>) -> Outcome {
    let play = async {
        match check.run {
            Run::Function(function) => function(&target).await,
            Run::Scenario(scenario) => scenario.play(&target).await,
        }
    };
    chance::within(&target.session().chance, check.id, play).await
}

/// Waits for a check to end, for its time to be over, or for the run to be stopped.
async fn attend(mut task: JoinHandle<Outcome>, limit: Duration, stop: &Stop) -> Outcome {
    let ended = tokio::select! {
        ended = &mut task => Ok(ended),
        () = tokio::time::sleep(limit) => Err(Broken::TimeLimit(limit)),
        () = stop.wanted() => Err(Broken::Interrupted),
    };
    match ended {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Err(Broken::Panic(message(error)).into()),
        Err(broken) => {
            task.abort();
            // Until it is gone it may still hold what the clean-up needs. How it ended no longer matters.
            let _gone = task.await;
            Err(broken.into())
        }
    }
}

/// Returns why a check cannot be made, when it holds only under a reading that is not the target's.
fn unmet(session: &Session, check: &Check) -> Option<Skip> {
    check.needs.iter().find_map(|need| {
        let Need::Reading { id, answer } = need else {
            return None;
        };
        match session.readings.answer(id) {
            Some(given) if given == *answer => None,
            Some(given) => Some(Skip::because(format!(
                "it holds where `{id}` is `{answer}`; the target gives `{given}`"
            ))),
            None => Some(Skip::because(format!(
                "it holds where `{id}` is `{answer}`, and no check has observed it; pin it with `--reading {id}=...`"
            ))),
        }
    })
}

fn message(error: JoinError) -> String {
    let Ok(payload) = error.try_into_panic() else {
        return "it was cancelled".to_owned();
    };
    text(&*payload).unwrap_or("no message").to_owned()
}

fn text(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}
