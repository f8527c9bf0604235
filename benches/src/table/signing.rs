//! JWTs a second.

use std::io;
use std::time::Duration;

use super::median::{median, ratio};
use super::{CONNECTIONS, Plan};
use crate::crowd::{self, JWT, OPAQUE};
use crate::load::{Target, closed, paced};
use crate::served::{Cores, Served};

/// What was found out about signing.
#[derive(Debug)]
pub struct Signing {
    /// Signatures a second of the cryptographic library alone.
    pub bare: f64,
    /// JWTs a second over HTTP.
    pub issued: f64,
    /// The one in the other.
    pub ratio: f64,
    /// The processor time of a JWT in that of a signature.
    pub cost: f64,
    /// Microseconds within which 99 of 100 opaque tokens came while nobody signed.
    pub idle: f64,
    /// The same while everybody wanted JWTs.
    pub busy: f64,
}

/// Signs with and without a server around it, in turn.
///
/// # Errors
///
/// Fails when a server does.
pub async fn measure(cores: &Cores, plan: &Plan) -> io::Result<Signing> {
    let mut signer = Served::child(cores, &["signer"])?;
    let served = Served::child(cores, &["ours", "1", "0"])?;
    let target = |client| -> io::Result<Target> {
        Ok(Target {
            address: served.address()?,
            requests: vec![crowd::token_request(&crowd::customer(0), client)],
        })
    };
    let (jwt, opaque) = (target(JWT)?, target(OPAQUE)?);
    closed(&jwt, CONNECTIONS, plan.turn / 2).await?;
    let millis = plan.turn.as_millis();
    let (mut bare, mut issued, mut costs) = (Vec::new(), Vec::new(), [Vec::new(), Vec::new()]);
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let before = signer.processor_time()?;
        let count = cores.awake_beside(|| signer.tell(&format!("sign {millis}")))?;
        let count: f64 = count.parse().map_err(io::Error::other)?;
        let took = signer.processor_time()?.saturating_sub(before);
        bare.push(count / plan.turn.as_secs_f64());
        costs[0].push(took.as_secs_f64() / count);

        let before = served.processor_time()?;
        let seen = cores.awake(closed(&jwt, CONNECTIONS, plan.turn)).await?;
        let took = served.processor_time()?.saturating_sub(before);
        issued.push(seen.rate());
        costs[1].push(took.as_secs_f64() * seen.rate().recip() / plan.turn.as_secs_f64());

        let alone = paced(&opaque, PACE, plan.turn).await?;
        idle.push(alone.latency(990));
        let (_, others) = tokio::try_join!(
            closed(&jwt, CONNECTIONS, plan.turn),
            paced(&opaque, PACE, plan.turn)
        )?;
        busy.push(others.latency(990));
    }
    Ok(Signing {
        ratio: ratio(&issued, &bare),
        cost: ratio(&costs[1], &costs[0]),
        bare: median(bare),
        issued: median(issued),
        idle: median(idle),
        busy: median(busy),
    })
}

/// Between two requests of somebody who only wants to know how others fare.
pub(super) const PACE: Duration = Duration::from_millis(1);
