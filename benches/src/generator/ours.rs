//! `proofhouse load`, which checks every answer.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use loadtest::figures::Percentile;
use loadtest::mix::{Mix, Shape};
use loadtest::run::Run;
use loadtest::secret::Secret;
use loadtest::target::{Client, Target};

use super::Turn;
use crate::crowd::{self, OPAQUE};
use crate::table::CONNECTIONS;

/// How many may be under way at a time where they arrive at a rate, as `proofhouse load` has it.
const UNDER_WAY: usize = 1000;

/// More arrivals a second than anybody can send.
const FLOOD: f64 = 1e6;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// Users, each of whom asks again when there is an answer.
    Users,
    /// Journeys that begin so many times a second.
    Arrivals(f64),
    /// Journeys that are always late, so that they begin as fast as they can be sent. What is late at the end is left out.
    Flood,
}

/// Asks for tokens for so long.
///
/// # Errors
///
/// Fails if the load cannot begin.
pub async fn send(url: &str, length: Duration, model: Model) -> io::Result<Turn> {
    let target = Target {
        configuration: Some(Client {
            id: OPAQUE.to_owned(),
            secret: Some(Secret::new(crowd::SECRET)),
            redirect_uri: String::new(),
        }),
        ..Target::at(url, crowd::customer(0))
    };
    let journey = loadtest::journeys::find("token");
    let journey = journey.ok_or_else(|| io::Error::other("no journey gets a token"))?;
    let (users, arrivals) = match model {
        Model::Users => (CONNECTIONS, None),
        Model::Arrivals(rate) => (UNDER_WAY, Some(rate)),
        Model::Flood => (CONNECTIONS, Some(FLOOD)),
    };
    let mix = Mix {
        name: "token".to_owned(),
        about: "tokens".to_owned(),
        users,
        duration: length,
        arrivals,
        journeys: vec![(journey, 1)],
        shape: Shape::default(),
    };
    let run = Run::prepare(target, mix, 1)
        .await
        .map_err(io::Error::other)?;
    if model == Model::Flood {
        let load = Arc::clone(run.load());
        tokio::spawn(async move {
            tokio::time::sleep(length).await;
            load.stop();
        });
    }
    let ran = run.make().await.map_err(io::Error::other)?;
    let whole = ran.figures.whole();
    let latency = |percentile| whole.percentile(percentile).unwrap_or_default();
    Ok(Turn {
        answers: whole.good,
        took: ran.figures.elapsed,
        latencies: [Percentile::P95, Percentile::P99, Percentile::P999].map(latency),
    })
}
