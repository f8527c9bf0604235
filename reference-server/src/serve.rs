//! From a listener to the end of the last connection.

mod connection;
mod listener;
mod stall;
mod tls;

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

pub use listener::Listener;
pub use tls::{Tls, TlsError};

use crate::app::App;
use crate::router::router;

/// Serves until `shutdown` completes, then stops accepting, lets requests in hand finish within
/// [`Limits::drain`](crate::settings::Limits::drain), and returns.
///
/// The caller binds, so the caller knows the address; the caller stops. Dropping the future stops at once.
///
/// # Errors
///
/// None at present: a connection that cannot be accepted or breaks is the concern of its client. The result leaves room.
pub async fn serve(
    listener: impl Into<Listener>,
    app: App,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let listener = listener.into();
    let limits = app.settings().limits;
    let door = router(app.clone());
    let (stop, stopped) = watch::channel(());
    let permits = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    let mut housekeeping = tokio::time::interval(Duration::from_secs(1));
    let mut turn = 0;

    loop {
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, listener.accept().await)
        };
        tokio::select! {
            () = &mut shutdown => break,
            _ = housekeeping.tick() => {
                app.store().tokens().sweep(turn, app.clock().now());
                turn = turn.wrapping_add(1);
                while connections.try_join_next().is_some() {}
            }
            (permit, stream) = next => {
                let (door, stopped, tls) = (door.clone(), stopped.clone(), listener.acceptor());
                connections.spawn(async move {
                    connection::run(stream, tls, door, limits, stopped).await;
                    drop(permit);
                });
            }
        }
    }

    drop(listener);
    drop(stop);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, drained).await.is_err() {
        connections.shutdown().await;
    }
    Ok(())
}
