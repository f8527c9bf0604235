//! `proofhouse load` beside goose as anybody uses it, beside oha where it is installed, and beside the truth.

use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::median::{median, ratio};
use super::rows::Rows;
use super::{CONNECTIONS, Plan};
use crate::child::{STANDSTILL, STANDSTILL_EVERY};
use crate::crowd::{self, FORM, OPAQUE};
use crate::generator::Turn;
use crate::served::{Cores, Served};

/// Requests a second that a server gets that stands still now and then.
const RATE: f64 = 500.0;

/// What was found out.
#[derive(Debug)]
pub struct Generators {
    /// The generators side by side.
    pub rows: Rows,
    /// What was left out because it is not installed.
    pub missing: Vec<&'static str>,
}

/// Who sends.
struct Contestant {
    name: &'static str,
    sender: Sender,
    rates: Vec<f64>,
    costs: Vec<f64>,
}

enum Sender {
    /// A child of ours, and what a line begins with that tells it to send.
    Child {
        served: Served,
        words: &'static str,
    },
    Oha {
        url: String,
    },
}

impl Contestant {
    fn new(name: &'static str, sender: Sender) -> Self {
        Self {
            name,
            sender,
            rates: Vec::new(),
            costs: Vec::new(),
        }
    }

    fn child(
        name: &'static str,
        generator: &str,
        url: &str,
        words: &'static str,
    ) -> io::Result<Self> {
        let served = Served::child_here(&["generator", generator, url])?;
        Ok(Self::new(name, Sender::Child { served, words }))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "nobody sends that many requests"
    )]
    fn take_turn(&mut self, length: Duration) -> io::Result<()> {
        match &mut self.sender {
            Sender::Child { served, words } => {
                let before = served.processor_time()?;
                let turn = send(served, words, length)?;
                let took = served.processor_time()?.saturating_sub(before);
                self.rates.push(turn.rate());
                self.costs
                    .push(took.as_secs_f64() * 1e6 / turn.answers as f64);
            }
            Sender::Oha { url } => self.rates.push(oha(url, length)?),
        }
        Ok(())
    }
}

/// Lets all generators send to the same server in turn.
///
/// # Errors
///
/// Fails when a server or a generator does.
pub fn measure(cores: &Cores, plan: &Plan) -> io::Result<Generators> {
    let server = Served::child(cores, &["ours", "1", "0"])?;
    let url = format!("http://{}", server.address()?);
    let mut contestants = vec![
        Contestant::child("bare goose, nothing checked", "bare-goose", &url, "users")?,
        Contestant::child("ours, users of goose", "ours", &url, "users")?,
        Contestant::child("ours, arrivals", "ours", &url, "flood")?,
    ];
    let mut missing = Vec::new();
    let is_there = Command::new("oha")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if is_there.is_ok_and(|status| status.success()) {
        let url = format!("{url}/{}/login/token", crowd::customer(0));
        contestants.push(Contestant::new("oha, nothing checked", Sender::Oha { url }));
    } else {
        missing.push("oha");
    }
    for _ in 0..plan.rounds {
        for contestant in &mut contestants {
            contestant.take_turn(plan.turn)?;
        }
    }
    Ok(Generators {
        rows: shown(&contestants),
        missing,
    })
}

/// Returns the latency that so many thousandths of the requests to a server that stands still do not exceed: those that are due then
/// wait for the end of it, and what comes before or after takes no time to speak of.
pub fn truth(thousandths: u32) -> Duration {
    let meet = STANDSTILL.as_secs_f64() / STANDSTILL_EVERY.as_secs_f64();
    let later = 1.0 - f64::from(thousandths) / 1000.0;
    STANDSTILL.mul_f64((1.0 - later / meet).max(0.0))
}

/// Returns what ours reports of a server that stands still now and then. Whatever else runs on its processor meanwhile takes it for
/// some moments more, so this comes before anything else.
///
/// # Errors
///
/// Fails when the server or the generator does.
pub fn standstill(cores: &Cores, plan: &Plan) -> io::Result<Turn> {
    let server = Served::child(cores, &["standstill"])?;
    let url = format!("http://{}", server.address()?);
    let mut ours = Served::child_here(&["generator", "ours", &url])?;
    // Whole periods, so that it does not matter where in one it begins.
    send(
        &mut ours,
        &RATE.to_string(),
        STANDSTILL_EVERY * plan.periods,
    )
}

fn send(generator: &mut Served, words: &str, length: Duration) -> io::Result<Turn> {
    let said = generator.tell(&format!("{words} {}", length.as_millis()))?;
    said.parse()
}

/// Returns the requests a second that oha reports.
fn oha(url: &str, length: Duration) -> io::Result<f64> {
    let connections = CONNECTIONS.to_string();
    let length = format!("{}ms", length.as_millis());
    let authorization = format!("authorization: {}", crowd::basic(OPAQUE));
    let done = Command::new("oha")
        .args([
            "--no-tui",
            "--output-format",
            "json",
            "-m",
            "POST",
            "-d",
            FORM,
        ])
        .args([
            "-T",
            "application/x-www-form-urlencoded",
            "-H",
            &authorization,
        ])
        .args(["-c", &connections, "-z", &length, url])
        .output()?;
    let report: serde_json::Value = serde_json::from_slice(&done.stdout)?;
    let rate = &report["summary"]["requestsPerSec"];
    rate.as_f64()
        .ok_or_else(|| io::Error::other("oha says no rate"))
}

fn shown(contestants: &[Contestant]) -> Rows {
    let mut rows = Rows::under([
        "requests sent",
        "requests/s",
        "of bare goose",
        "CPU a request, us",
        "of bare goose",
    ]);
    let [goose, ..] = contestants else {
        return rows;
    };
    for each in contestants {
        let costs = match each.costs[..] {
            [] => ["".to_owned(), "".to_owned()],
            _ => [
                format!("{:.1}", median(each.costs.iter().copied())),
                format!("{:.2}", ratio(&each.costs, &goose.costs)),
            ],
        };
        let [cost, of_goose] = costs;
        rows.add([
            each.name.to_owned(),
            format!("{:.0}", median(each.rates.iter().copied())),
            format!("{:.2}", ratio(&each.rates, &goose.rates)),
            cost,
            of_goose,
        ]);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_requests_meets_a_standstill() {
        let shown = [500, 900, 950, 990, 999].map(|thousandths| truth(thousandths).as_micros());
        assert_eq!(shown, [0, 0, 100_000, 180_000, 198_000]);
    }
}
