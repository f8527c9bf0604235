//! From a listener to the end of the last connection.

mod awaited;
mod connection;
mod express;
mod listener;
mod prefixed;
mod seats;
mod stall;
mod tls;

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

pub use listener::Listener;
pub(crate) use tls::certificates;
pub use tls::{Tls, TlsError};

use crate::app::App;
use crate::control::control_router;
use crate::door::Door;
use crate::router::router;
use connection::Terms;
use seats::Seats;

/// Serves until `shutdown` completes, then stops accepting, lets requests in hand finish within
/// [`Limits::drain`](crate::settings::Limits::drain), lets notifications that are due go out within the same time again, and
/// returns. [`App::undelivered`] says what is left of these.
///
/// The caller binds, so the caller knows the address; the caller stops. Dropping the future stops at once.
pub async fn serve(listener: impl Into<Listener>, app: App, shutdown: impl Future<Output = ()>) {
    let (door, seen_by) = (router(app.clone()), Some(app.clone()));
    app.deliveries().open();
    open(listener.into(), door, seen_by, &app, shutdown).await;
    app.deliveries().close(app.settings().limits.drain).await;
}

/// Serves the [control API](control_router) in the same way, on an address of its own. Anybody who reaches it owns the
/// server: it is for the loopback interface.
///
/// Whoever wants all requests in the journal calls [`App::keep_journal`] before the server is served.
pub async fn serve_control(
    listener: impl Into<Listener>,
    app: App,
    shutdown: impl Future<Output = ()>,
) {
    let door = control_router(app.clone());
    open(listener.into(), door, None, &app, shutdown).await;
}

async fn open(
    listener: Listener,
    door: Door,
    seen_by: Option<App>,
    app: &App,
    shutdown: impl Future<Output = ()>,
) {
    const TURN: Duration = Duration::from_secs(1);

    let (stop, stopped) = watch::channel(());
    let terms = Terms {
        door,
        seen_by,
        tls: listener.acceptor(),
        limits: app.settings().limits,
        stopped,
    };
    let seats = Seats::new(terms.limits.connections);
    let mut connections = JoinSet::new();
    {
        let admit = || async {
            let stream = listener.accept().await;
            (stream, seats.take().await)
        };
        let mut shutdown = pin!(shutdown);
        // Pinned, so that a turn of the housekeeping does not drop a connection that waits for its seat.
        let mut admitted = pin!(admit());
        let mut turns = tokio::time::interval(TURN);
        let mut turn = 0;
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                (stream, seat) = &mut admitted => {
                    admitted.set(admit());
                    connections.spawn(connection::run(stream, seat, terms.clone()));
                }
                _ = turns.tick() => {
                    app.store().sweep(turn, app.clock().now());
                    app.deliver_in_turn(turn);
                    turn += 1;
                }
                // Those that ended are taken out, or the set would remember all there ever were.
                Some(_) = connections.join_next() => {}
            }
        }
    }

    // Whoever comes from now on is refused, instead of waiting for a server that does not accept any more.
    drop(listener);
    drop(stop);
    let drained = async { while connections.join_next().await.is_some() {} };
    // Whoever is not done by then is dropped along with the set.
    let _ = tokio::time::timeout(terms.limits.drain, drained).await;
}
