//! Tokens a second.

use std::io;

use bytes::Bytes;

use super::expiry::Expiry;
use super::median::{median, ratio};
use super::rivals::Rival;
use super::rows::Rows;
use super::{CONNECTIONS, Plan};
use crate::crowd::{self, OPAQUE};
use crate::load::{Target, closed};
use crate::served::{Cores, Served};

/// A server that has its turns.
struct Contestant {
    name: String,
    served: Served,
    target: Target,
    /// Answers a second, one a turn.
    rates: Vec<f64>,
    /// Microseconds of processor time that an answer took.
    costs: Vec<f64>,
    /// Microseconds within which 99 of 100 answers came.
    latencies: Vec<f64>,
    /// Microseconds that the slowest answer of a turn took.
    worst: Vec<f64>,
}

impl Contestant {
    fn new(name: impl Into<String>, served: Served, target: Target) -> Self {
        Self {
            name: name.into(),
            served,
            target,
            rates: Vec::new(),
            costs: Vec::new(),
            latencies: Vec::new(),
            worst: Vec::new(),
        }
    }

    fn ours(
        name: impl Into<String>,
        cores: &Cores,
        plan: &Plan,
        customers: u32,
    ) -> io::Result<Self> {
        let served = Served::child(cores, &["ours", &customers.to_string(), "0"])?;
        let target = Target {
            address: served.address()?,
            requests: requests(plan, customers),
        };
        Ok(Self::new(name, served, target))
    }

    async fn warm_up(&self, cores: &Cores, plan: &Plan) -> io::Result<()> {
        let load = closed(&self.target, CONNECTIONS, plan.turn / 2);
        cores.awake(load).await.map(drop)
    }

    #[expect(clippy::cast_precision_loss, reason = "nobody gets that many answers")]
    async fn take_turn(&mut self, cores: &Cores, plan: &Plan) -> io::Result<()> {
        let before = self.served.processor_time()?;
        let load = closed(&self.target, CONNECTIONS, plan.turn);
        let seen = cores.awake(load).await?;
        let took = self.served.processor_time()?.saturating_sub(before);
        self.rates.push(seen.rate());
        self.costs
            .push(took.as_secs_f64() * 1e6 / seen.answers() as f64);
        self.latencies.push(seen.latency(990));
        self.worst.push(seen.latency(1000));
        Ok(())
    }
}

/// Returns the requests of the clients of so many customers. There are as many whoever they are of, so that the generator, too,
/// takes as long for few customers as for many, and a server as often has nothing to do.
fn requests(plan: &Plan, customers: u32) -> Vec<Bytes> {
    let numbers = (0..customers).cycle().take(plan.customers as usize);
    numbers
        .map(|number| crowd::token_request(&crowd::customer(number), OPAQUE))
        .collect()
}

/// What was found out.
#[derive(Debug)]
pub struct Issuance {
    /// The servers side by side.
    pub rows: Rows,
    /// Bytes of memory that each of the live tokens takes.
    pub memory: f64,
    /// How much of the processor's time a request takes with many live tokens, of what it takes with few.
    pub with_tokens: f64,
    /// The same with many customers, of what it takes with one.
    pub with_customers: f64,
    /// What becomes of the memory when the tokens expire; not in a quick run.
    pub expiry: Option<Expiry>,
}

/// Lets everybody issue tokens in turn: the limit first, ours in several states, then those that others wrote.
///
/// # Errors
///
/// Fails when a server does.
#[expect(clippy::cast_precision_loss, reason = "nobody has that much memory")]
pub async fn measure(cores: &Cores, plan: &Plan, rivals: &[Rival]) -> io::Result<Issuance> {
    let bare = Served::child(cores, &["bare"])?;
    let target = Target {
        address: bare.address()?,
        requests: requests(plan, 1),
    };
    let mut contestants = vec![
        Contestant::new("bare axum, constant answer", bare, target),
        Contestant::ours("ours", cores, plan, 1)?,
        Contestant::ours(format!("ours, {} live tokens", plan.live), cores, plan, 1)?,
        Contestant::ours(
            format!("ours, {} customers", plan.customers),
            cores,
            plan,
            plan.customers,
        )?,
    ];
    let crowded = &mut contestants[2];
    let before = crowded.served.memory()?;
    crowded.served.tell(&format!("fill {}", plan.live))?;
    let grown = crowded.served.memory()?.saturating_sub(before);
    let memory = grown as f64 / f64::from(plan.live);
    for rival in rivals {
        let served = rival.start(cores)?;
        let target = rival.target(served.address()?);
        contestants.push(Contestant::new(rival.name, served, target));
    }

    for contestant in &contestants {
        contestant.warm_up(cores, plan).await?;
    }
    for _ in 0..plan.rounds {
        for contestant in &mut contestants {
            contestant.take_turn(cores, plan).await?;
        }
    }
    let rows = shown(&contestants);
    let growth = |of: usize| ratio(&contestants[of].costs, &contestants[1].costs);
    let (with_tokens, with_customers) = (growth(2), growth(3));
    let expiry = match plan.expires {
        true => Some(Expiry::begin(contestants.swap_remove(2).served, before)?),
        false => None,
    };
    Ok(Issuance {
        rows,
        memory,
        with_tokens,
        with_customers,
        expiry,
    })
}

fn shown(contestants: &[Contestant]) -> Rows {
    let mut rows = Rows::under([
        "tokens issued",
        "requests/s",
        "of bare",
        "CPU a request, us",
        "of bare",
        "p99, us",
        "of bare",
        "worst, us",
    ]);
    let [limit, ..] = contestants else {
        return rows;
    };
    for each in contestants {
        rows.add([
            each.name.clone(),
            format!("{:.0}", median(each.rates.iter().copied())),
            format!("{:.2}", ratio(&each.rates, &limit.rates)),
            format!("{:.1}", median(each.costs.iter().copied())),
            format!("{:.2}", ratio(&each.costs, &limit.costs)),
            format!("{:.0}", median(each.latencies.iter().copied())),
            format!("{:.2}", ratio(&each.latencies, &limit.latencies)),
            format!("{:.0}", median(each.worst.iter().copied())),
        ]);
    }
    rows
}
