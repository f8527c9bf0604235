//! Signals that ask a run to end: it removes what it made, and reports what it observed.

use conformance::run::stop::Stopper;

use crate::console;

/// The status by which shells know a program that a second signal ended at once.
pub(crate) const AT_ONCE: i32 = 130;

/// Passes the first signal on to the run, and ends the program at the second.
pub(super) async fn forward(stopper: Stopper) {
    if wait().await.is_err() {
        return;
    }
    console::tell("stopping, and removing what was made; once more to leave at once");
    stopper.stop();
    if wait().await.is_ok() {
        console::tell("what was made is still there: run `proofhouse sweep`");
        std::process::exit(AT_ONCE);
    }
}

/// Waits for a signal.
#[cfg(unix)]
pub(crate) async fn wait() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Waits for a signal.
#[cfg(not(unix))]
pub(crate) async fn wait() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
