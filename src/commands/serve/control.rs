//! The control API, on an address of its own.

use reference_server::{App, serve_control};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::problem::Problem;
use super::{are_of_this_machine, resolve};

/// An address for it.
pub(super) struct Bound {
    listener: TcpListener,
    url: String,
}

/// The control API of a server that is served.
pub(super) struct Served {
    url: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Binds an address of this machine: whoever reaches the control API owns the server.
pub(super) async fn listen(address: &str) -> Result<Bound, Problem> {
    let addresses = resolve(address, Problem::control).await?;
    if !are_of_this_machine(&addresses) {
        return Err(Problem::PublicControl {
            address: address.to_owned(),
        });
    }
    let unusable = |error| Problem::control(address, error);
    let listener = TcpListener::bind(&*addresses).await.map_err(unusable)?;
    let url = format!("http://{}", listener.local_addr().map_err(unusable)?);
    Ok(Bound { listener, url })
}

impl Bound {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Serves it beside the server. Every request that the server is asked from now on stands in the journal.
    pub(super) fn open(self, app: &App) -> Served {
        app.keep_journal();
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        Served {
            url: self.url,
            stop,
            task: tokio::spawn(serve_control(self.listener, app.clone(), stopped)),
        }
    }
}

impl Served {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Answers what is in hand, and stops.
    pub(super) async fn close(self) {
        drop(self.stop);
        // It ends by itself; whatever else there is to say was said in its own connections.
        let _ = self.task.await;
    }
}
