//! A peer that answers as a test says: byte for byte, slowly, without end, or not at all.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the peer does with a request.
pub(crate) enum Reply {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes, and then this piece again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends these bytes, and then one byte at a time with a pause before each.
    Drip(Vec<u8>, Duration),
    /// Says nothing and keeps the connection.
    Silence,
}

/// Answers on a port of its own until it is dropped.
pub(crate) struct Peer {
    address: SocketAddr,
    /// Every request so far, head and body.
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Peer {
    /// Starts a peer; `answer` sees each request as method, path and body.
    pub(crate) async fn start(
        answer: impl Fn(&str, &str, &str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound listener");
        let answer = Arc::new(answer);
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = Arc::clone(&answer);
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    // The other side may be gone already: that is its business.
                    let _ended = serve(stream, &*answer, &log).await;
                });
            }
        });
        Self {
            address,
            requests,
            task,
        }
    }

    /// Returns every request so far, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(dyn Fn(&str, &str, &str) -> Reply + Send + Sync),
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let request = read(&mut stream).await?;
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(request.clone());
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or((&request, ""));
    let mut words = head.split(' ');
    let method = words.next().unwrap_or_default();
    let path = words.next().unwrap_or_default();
    match answer(method, path, body) {
        Reply::Bytes(bytes) => stream.write_all(&bytes).await?,
        Reply::Endless(bytes, piece) => {
            stream.write_all(&bytes).await?;
            loop {
                stream.write_all(&piece).await?;
            }
        }
        Reply::Drip(bytes, pause) => {
            for byte in bytes {
                stream.write_all(&[byte]).await?;
                tokio::time::sleep(pause).await;
            }
        }
        Reply::Silence => std::future::pending().await,
    }
    stream.shutdown().await
}

/// Reads one request: its head, and as much body as its `Content-Length` says.
pub(crate) async fn read(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, value)| value.parse().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return Ok(text);
            }
        }
        match stream.read(&mut buffer).await? {
            0 => return Ok(text),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

/// Returns an answer with a JSON body.
pub(crate) fn json(status: u16, body: &serde_json::Value) -> Reply {
    full(status, "application/json", &body.to_string())
}

/// Returns an answer of any media type.
pub(crate) fn full(status: u16, media_type: &str, body: &str) -> Reply {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    Reply::Bytes(text.into_bytes())
}

/// Answers as a deployment does that has nothing in it: for tests that let it go wrong at one point only.
pub(crate) fn well_behaved(method: &str, path: &str) -> Reply {
    use serde_json::json as value;
    let collection = path.rsplit('/').next().unwrap_or_default();
    match (method, collection) {
        ("POST", "token") => json(
            200,
            &value!({"access_token": "peer-token-0123456789", "expires_in": 3600, "token_type": "Bearer", "scope": "*:**"}),
        ),
        ("GET", "clients" | "loginPolicies" | "tokenPolicies") => {
            json(200, &value!({"total": 0, "_embedded": {collection: []}}))
        }
        _ => json(404, &value!({"errors": "Not Found"})),
    }
}
