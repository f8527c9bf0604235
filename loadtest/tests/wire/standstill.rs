//! A token endpoint that stands still for a while: nothing is answered, then everything at once.

use std::{
    ops::Range,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{Instant, sleep_until},
};

/// Serves until it is dropped.
pub(crate) struct Standstill {
    url: String,
    task: JoinHandle<()>,
}

struct State {
    still: Range<Duration>,
    /// The second request: the first one prepares the load.
    begun: OnceLock<Instant>,
    count: AtomicU64,
}

impl Standstill {
    /// Starts a server that answers nothing in a part of its time, counted from its second request on.
    pub(crate) async fn start(still: Range<Duration>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("there is a port");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(State {
            still,
            begun: OnceLock::new(),
            count: AtomicU64::new(0),
        });
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = state.clone();
                tokio::spawn(async move {
                    // A client that leaves is none of its business.
                    let _ = serve(stream, &state).await;
                });
            }
        });
        Self {
            url: format!("http://{address}"),
            task,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Standstill {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            if line.is_empty() {
                break;
            }
        }
        stream.read_exact(&mut vec![0; length]).await?;
        let number = state.count.fetch_add(1, Ordering::Relaxed);
        if number > 0 {
            let begun = *state.begun.get_or_init(Instant::now);
            if state.still.contains(&begun.elapsed()) {
                sleep_until(begun + state.still.end).await;
            }
        }
        let body =
            format!(r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":60}}"#);
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).await?;
    }
}
