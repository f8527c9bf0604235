//! Long lists, and those who have to wait meanwhile.

use std::io;
use std::time::Instant;

use super::Plan;
use super::median::median;
use super::signing::PACE;
use crate::crowd::{self, OPAQUE};
use crate::load::{Target, closed, once, paced};
use crate::served::{Cores, Served};

/// What was found out about lists.
#[derive(Debug)]
pub struct Lists {
    /// Milliseconds that one list takes.
    pub takes: f64,
    /// Microseconds within which 99 of 100 opaque tokens came while nobody read lists.
    pub idle: f64,
    /// The same while somebody read one after the other.
    pub busy: f64,
}

/// Reads lists, and issues tokens with and without that going on.
///
/// # Errors
///
/// Fails when a server does.
pub async fn measure(cores: &Cores, plan: &Plan) -> io::Result<Lists> {
    let served = Served::child(cores, &["ours", "1", &plan.items.to_string()])?;
    let customer = crowd::customer(0);
    let opaque = Target {
        address: served.address()?,
        requests: vec![crowd::token_request(&customer, OPAQUE)],
    };
    let answer = once(opaque.address, &opaque.requests[0]).await?;
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    let token = answer["access_token"].as_str().unwrap_or_default();
    let path = format!("/{customer}/config/clients");
    let list = Target {
        address: opaque.address,
        requests: vec![crowd::get(&path, Some(&format!("Bearer {token}")))],
    };
    let (mut takes, mut idle, mut busy) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let start = Instant::now();
        let seen = closed(&list, 1, plan.turn / 4).await?;
        takes.push(
            start.elapsed().as_secs_f64()
                * 1e3
                * (seen.rate() * start.elapsed().as_secs_f64()).recip(),
        );
        idle.push(paced(&opaque, PACE, plan.turn).await?.latency(990));
        let (reading, others) =
            tokio::join!(closed(&list, 1, plan.turn), paced(&opaque, PACE, plan.turn));
        reading?;
        busy.push(others?.latency(990));
    }
    Ok(Lists {
        takes: median(takes),
        idle: median(idle),
        busy: median(busy),
    })
}
