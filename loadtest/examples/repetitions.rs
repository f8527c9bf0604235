//! Repeats a short load on the built-in server and writes a baseline: `cargo run --release -p loadtest --example repetitions 120`.
//!
//! What `tests/load/recorded-busy.json` holds was made with it. With a number more, every answer takes 20 ms, and so many per cent of
//! that beside: `repetitions 55 0`, `repetitions 55 5` and `repetitions 55 20` made `recorded-slower-*.json`.

use std::{net::SocketAddr, time::Duration};

use loadtest::{
    baseline::{Repetition, Saved, yardstick},
    mix::Mix,
    run::Run,
    secret::Secret,
    setup::{Demand, Setup},
    target::{Client, Target},
};
use reference_server::{Clock, TestServer};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::Instant,
};

/// What an answer takes on its way, where it takes anything.
const WAY: Duration = Duration::from_millis(20);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let count: usize = words.next().map_or(Ok(5), |text| text.parse())?;
    let slower: Option<u32> = words.next().map(|text| text.parse()).transpose()?;
    let server = TestServer::builder().clock(Clock::running()).start().await;
    let url = match slower {
        None => server.url(),
        Some(percent) => {
            let to = server.url().trim_start_matches("http://").parse()?;
            format!("http://{}", relay(to, WAY * (100 + percent) / 100).await?)
        }
    };
    let (id, secret) = server.configuration_client();
    let target = Target {
        configuration: Some(Client {
            id: id.to_owned(),
            secret: Some(Secret::new(secret)),
            redirect_uri: String::new(),
        }),
        ..Target::at(url, server.customer())
    };
    let mut mix = Mix::find("smoke")?;
    mix.journeys
        .retain(|(journey, _)| ["token", "config-read"].contains(&journey.name));
    mix.duration = Duration::from_secs(1);
    mix.users = 4;
    let mut saved = Saved {
        setup: Setup {
            mix: mix.name.clone(),
            demand: Demand::Users(4),
            planned: 1.0,
            engine: "goose".to_owned(),
            target: "http://127.0.0.1".to_owned(),
            proofhouse: env!("CARGO_PKG_VERSION").to_owned(),
            cores: std::thread::available_parallelism()?.get(),
            started: jiff::Timestamp::now(),
        },
        repetitions: Vec::new(),
    };
    for number in 0..count {
        let micros = tokio::task::spawn_blocking(yardstick::measure).await??;
        let run = Run::prepare(target.clone(), mix.clone(), number as u64).await?;
        let figures = run.make().await?.figures;
        saved
            .repetitions
            .push(Repetition::new(&figures, Some(micros)));
    }
    print!("{}", saved.text());
    Ok(())
}

/// Passes everything on to a server, and what comes back so much later.
async fn relay(to: SocketAddr, later: Duration) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let Ok(far) = TcpStream::connect(to).await else {
                continue;
            };
            // What is small must not wait for more.
            let _ = near.set_nodelay(true).and_then(|()| far.set_nodelay(true));
            let (near_reads, near_writes) = near.into_split();
            let (far_reads, far_writes) = far.into_split();
            tokio::spawn(pass(near_reads, far_writes, Duration::ZERO));
            tokio::spawn(pass(far_reads, near_writes, later));
        }
    });
    Ok(address)
}

/// Writes what is read, in the same order, so much later. It ends with either side.
async fn pass(
    mut from: impl AsyncRead + Unpin + Send + 'static,
    mut to: impl AsyncWrite + Unpin,
    later: Duration,
) {
    let (send, mut receive) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut room = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut room).await {
            if send.send((Instant::now(), room[..count].to_vec())).is_err() {
                return;
            }
        }
    });
    while let Some((read, bytes)) = receive.recv().await {
        if !later.is_zero() {
            tokio::time::sleep_until(read + later).await;
        }
        if to.write_all(&bytes).await.is_err() {
            return;
        }
    }
    // The other side need not hear of it any more when it is gone.
    let _ = to.shutdown().await;
}
