//! Repeats a short load on the built-in server and writes a baseline: `cargo run --release -p loadtest --example repetitions 120`.
//!
//! What `tests/load/recorded-busy.json` holds was made with it.

use std::time::Duration;

use loadtest::{
    baseline::{Repetition, Saved, yardstick},
    mix::Mix,
    run::Run,
    secret::Secret,
    setup::{Demand, Setup},
    target::{Client, Target},
};
use reference_server::{Clock, TestServer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(5), |text| text.parse())?;
    let server = TestServer::builder().clock(Clock::running()).start().await;
    let (id, secret) = server.configuration_client();
    let target = Target {
        configuration: Some(Client {
            id: id.to_owned(),
            secret: Some(Secret::new(secret)),
            redirect_uri: String::new(),
        }),
        ..Target::at(server.url(), server.customer())
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
