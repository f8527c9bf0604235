//! The end of a load: what is due is let come, by the clock of the target, which is moved on to each retry.

use std::time::{Duration, Instant};

use super::{
    control::{Control, NotControlled},
    ledger::{Entries, Ledger},
    manner::{self, Manner},
    timetable::{WAITS, early},
};

/// How long nothing arrives before nothing more is expected. It really passes.
const SILENCE: Duration = Duration::from_secs(5);

/// How long is listened for what must not come. It really passes.
const CALM: Duration = Duration::from_millis(150);

/// How often is looked.
const LOOK: Duration = Duration::from_millis(10);

/// Waits until every listener has been told of everybody, and moves the clock on until the failing one has been tried for the
/// last time. It ends early when what is due does not come: then there is something to judge already.
pub(super) async fn settle(ledger: &Ledger, control: &mut Control) -> Result<(), NotControlled> {
    if !until(ledger, are_all_told).await {
        return Ok(());
    }
    for (number, wait) in WAITS.into_iter().enumerate() {
        let tries = number + 2;
        // The wait begins when the try before has ended at the target, too, and not with the answer to it.
        tokio::time::sleep(CALM).await;
        // Whatever comes before its time is seen to.
        pass(ledger, control, early(wait)).await?;
        tokio::time::sleep(CALM).await;
        pass(ledger, control, wait - early(wait)).await?;
        if until(ledger, |entries| are_all_tried(entries, tries)).await {
            continue;
        }
        // A try that ended only after the first of the two steps has so much of its wait before it.
        pass(ledger, control, early(wait)).await?;
        if !until(ledger, |entries| are_all_tried(entries, tries)).await {
            return Ok(());
        }
    }
    // A try too many would come by now.
    pass(ledger, control, WAITS[WAITS.len() - 1]).await?;
    tokio::time::sleep(CALM).await;
    Ok(())
}

async fn pass(ledger: &Ledger, control: &mut Control, by: Duration) -> Result<(), NotControlled> {
    ledger.ahead.ask(by);
    control.advance(by).await?;
    ledger.ahead.done(by);
    Ok(())
}

/// Waits until something is so, and tells whether it is; not when nothing arrives any more.
async fn until(ledger: &Ledger, is_so: impl Fn(&Entries) -> bool) -> bool {
    ledger.listen();
    loop {
        let (is_so, last): (bool, Instant) =
            ledger.look(|entries| (is_so(entries), entries.last()));
        if is_so || last.elapsed() > SILENCE {
            return is_so;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Tells whether every listener has heard of everybody who was registered.
fn are_all_told(entries: &Entries) -> bool {
    manner::ALL.into_iter().all(|manner| {
        let told = entries.told(manner).values();
        let heard = told.filter(|told| entries.expected.contains(&told.subject));
        heard.count() >= entries.expected.len()
    })
}

/// Tells whether the failing listener has heard of everybody so many times.
fn are_all_tried(entries: &Entries, tries: usize) -> bool {
    let told = entries.told(Manner::Failing).values();
    let mut ours = told.filter(|told| entries.expected.contains(&told.subject));
    ours.all(|told| told.tries.len() >= tries)
}
