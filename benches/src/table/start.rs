//! The time to the first answer.

use std::io;

use super::Plan;
use super::median::median;
use crate::crowd;
use crate::load::once;
use crate::served::Served;

/// What was found out about starting.
#[derive(Debug)]
pub struct Start {
    /// Milliseconds from the start of the process to an answer of the discovery endpoint.
    pub discovery: f64,
    /// Milliseconds from there to an answer of the key endpoint: three keys are read.
    pub keys: f64,
    /// Mebibytes that the process has in memory then.
    pub memory: f64,
}

/// Starts the server with the demo tenant several times.
///
/// # Errors
///
/// Fails when a server does.
#[expect(clippy::cast_precision_loss, reason = "nobody has that much memory")]
pub async fn measure(plan: &Plan) -> io::Result<Start> {
    let customer = fixtures::seed::DEMO_CUSTOMER;
    let discovery = format!("/{customer}/login/.well-known/openid-configuration");
    let discovery = crowd::get(&discovery, None);
    let keys = crowd::get(&format!("/{customer}/login/jwk"), None);
    let (mut first, mut second, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let served = Served::child_here(&["demo"])?;
        once(served.address()?, &discovery).await?;
        let then = served.age();
        once(served.address()?, &keys).await?;
        first.push(then.as_secs_f64() * 1e3);
        second.push((served.age() - then).as_secs_f64() * 1e3);
        memory.push(served.memory()? as f64 / f64::from(1 << 20));
    }
    Ok(Start {
        discovery: median(first),
        keys: median(second),
        memory: median(memory),
    })
}
