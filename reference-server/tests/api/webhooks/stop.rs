//! What becomes of notifications when the server stops.

use std::time::Duration;

use reference_server::{App, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::listener::Listener;
use super::{add_user, listening, local};

async fn served(app: &App) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let socket = TcpListener::bind("127.0.0.1:0").await;
    let socket = socket.expect("a free port");
    let (stop, stopped) = oneshot::channel();
    let stopped = async {
        let _ = stopped.await;
    };
    (stop, tokio::spawn(serve(socket, app.clone(), stopped)))
}

#[tokio::test]
async fn what_is_due_goes_out_and_the_rest_is_counted() {
    let server = local();
    let owner = server.owner().await;
    let (good, bad) = (Listener::start(&[]).await, Listener::start(&[500]).await);
    listening(&owner, "Good", &good).await;
    listening(&owner, "Bad", &bad).await;
    let (stop, task) = served(&server.app).await;
    for number in 0..10 {
        add_user(&server, &format!("{number}@example.com"));
    }
    drop(stop);
    task.await.expect("it ends by itself");
    assert_eq!((good.count(), bad.count()), (10, 10));
    assert_eq!(server.app.undelivered(), 1, "the one that failed");

    server.app.clock().advance(Duration::from_secs(3));
    add_user(&server, "late@example.com");
    tokio::task::yield_now().await;
    assert_eq!(
        (good.count(), bad.count()),
        (10, 10),
        "nothing goes out after the end"
    );
    assert_eq!(server.app.undelivered(), 3);
    let (stop, task) = served(&server.app).await;
    good.received(11).await;
    bad.received(12).await;
    drop(stop);
    task.await.expect("it ends by itself");
    assert_eq!(server.app.undelivered(), 0);
}
