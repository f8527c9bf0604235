//! The reference server behind somebody who does not pass on what was asked, or changes what is told.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use reference_server::{App, Clock, Ids, serve, settings::Settings};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::peer;

/// A request, before it is passed on.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// An answer, before it is told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// One way of lying.
#[derive(Clone, Copy)]
pub(crate) struct Lie {
    /// Changes a request before it is passed on.
    pub(crate) hears: fn(&mut Asked),
    /// Changes an answer before it is told.
    pub(crate) tells: fn(&Asked, &mut Told),
    /// Says which requests are not passed on, but answered as the first one of the same name was.
    pub(crate) repeats: fn(&Asked) -> Option<String>,
}

/// Who tells everything as it is.
pub(crate) const HONEST: Lie = Lie {
    hears: |_| (),
    tells: |_, _| (),
    repeats: |_| None,
};

impl Lie {
    /// Changes requests alone.
    pub(crate) const fn hears(hears: fn(&mut Asked)) -> Self {
        Self { hears, ..HONEST }
    }

    /// Changes answers alone.
    pub(crate) const fn tells(tells: fn(&Asked, &mut Told)) -> Self {
        Self { tells, ..HONEST }
    }
}

impl Asked {
    /// Tells whether it is a POST to an endpoint whose path ends so.
    pub(crate) fn is_post_to(&self, end: &str) -> bool {
        self.method == "POST" && self.path.ends_with(end)
    }

    /// Returns a value of the form.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.body.as_bytes());
        let (_, value) = pairs.find(|(given, _)| given == name)?;
        Some(value.into_owned())
    }

    /// Changes the pairs of the form.
    pub(crate) fn change_form(&mut self, change: impl FnOnce(&mut Vec<(String, String)>)) {
        let mut pairs = form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect();
        change(&mut pairs);
        self.body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
    }
}

impl Told {
    /// Changes the body, if it is JSON.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        if let Ok(mut value) = serde_json::from_str(&self.body) {
            change(&mut value);
            self.body = value.to_string();
        }
    }
}

/// Serves on a port of its own until it is dropped.
pub(crate) struct Liar {
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl Liar {
    /// Starts a reference server with the demo tenant, and somebody in front of it.
    pub(crate) async fn start(lie: Lie) -> Self {
        let front = listener().await;
        let back = listener().await;
        let address = address(&front);
        let behind = self::address(&back);
        let settings = Settings {
            public_url: format!("http://{address}")
                .parse()
                .expect("an address is a URL"),
            ..Settings::default()
        };
        let app = App::new(settings, Clock::running(), Ids::seeded(0));
        app.add_tenant(&fixtures::seed::demo())
            .expect("the demo tenant fits together");
        let served = tokio::spawn(serve(back, app, std::future::pending()));
        let heard = Arc::new(Heard {
            lie,
            behind,
            first: Mutex::default(),
        });
        let passed_on = tokio::spawn(async move {
            while let Ok((stream, _)) = front.accept().await {
                let heard = Arc::clone(&heard);
                tokio::spawn(async move {
                    // The other side may be gone already: that is its business.
                    let _ended = heard.attend(stream).await;
                });
            }
        });
        Self {
            address,
            tasks: [served, passed_on],
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port on loopback")
}

fn address(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().expect("a bound listener")
}

struct Heard {
    lie: Lie,
    behind: SocketAddr,
    /// The first answers, by the name that the lie gives to a request.
    first: Mutex<BTreeMap<String, Told>>,
}

impl Heard {
    async fn attend(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut asked = parsed(&peer::read(&mut stream).await?);
        (self.lie.hears)(&mut asked);
        let name = (self.lie.repeats)(&asked);
        let known = name
            .as_ref()
            .and_then(|name| self.lock().get(name).cloned());
        let mut told = match known {
            Some(told) => told,
            None => self.pass_on(&asked).await?,
        };
        // Only what succeeded is worth repeating.
        if let Some(name) = name.filter(|_| told.status == 200) {
            self.lock().entry(name).or_insert_with(|| told.clone());
        }
        (self.lie.tells)(&asked, &mut told);
        stream.write_all(written(&told).as_bytes()).await?;
        stream.shutdown().await
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Told>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn pass_on(&self, asked: &Asked) -> std::io::Result<Told> {
        let mut stream = TcpStream::connect(self.behind).await?;
        let headers = lines(&asked.headers, asked.body.len());
        let request = format!(
            "{} {} HTTP/1.1\r\n{headers}{}",
            asked.method, asked.path, asked.body
        );
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        let text = String::from_utf8_lossy(&bytes);
        let (first, headers, body) = taken_apart(&text);
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
        Ok(Told {
            status: status.unwrap_or(500),
            headers,
            body,
        })
    }
}

fn parsed(request: &str) -> Asked {
    let (first, headers, body) = taken_apart(request);
    let mut words = first.split(' ').map(str::to_owned);
    Asked {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        headers,
        body,
    }
}

fn taken_apart(message: &str) -> (String, Vec<(String, String)>, String) {
    let (head, body) = message.split_once("\r\n\r\n").unwrap_or((message, ""));
    let (first, rest) = head.split_once("\r\n").unwrap_or((head, ""));
    let headers = rest
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    (first.to_owned(), headers.collect(), body.to_owned())
}

fn written(told: &Told) -> String {
    let headers = lines(&told.headers, told.body.len());
    format!("HTTP/1.1 {} X\r\n{headers}{}", told.status, told.body)
}

/// Returns headers as they are written, with the length of the body as it is now.
fn lines(headers: &[(String, String)], length: usize) -> String {
    let mut text = format!("connection: close\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        if !matches!(name.as_str(), "connection" | "content-length" | "date") {
            // Writing to a string cannot fail.
            let _ = write!(text, "{name}: {value}\r\n");
        }
    }
    text.push_str("\r\n");
    text
}
