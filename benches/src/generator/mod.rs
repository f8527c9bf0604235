//! What sends requests, as a child of the table: each is told how long to send, and says what came of it.
//!
//! | module | what it is |
//! |---|---|
//! | [`bare_goose`] | goose as anybody uses it, that looks at no answer |
//! | [`ours`] | `proofhouse load`, which checks every answer |

pub mod bare_goose;
pub mod ours;

use std::fmt;
use std::io;
use std::str::FromStr;
use std::time::Duration;

use ours::Model;

/// What came of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Answers with status 200; of ours those that were right.
    pub answers: u64,
    /// How long it took.
    pub took: Duration,
    /// The latencies within which 95 %, 99 % and 99.9 % of the answers came; 0 from who does not measure them.
    pub latencies: [Duration; 3],
}

impl Turn {
    /// Returns the answers a second.
    #[expect(clippy::cast_precision_loss, reason = "nobody gets that many answers")]
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.took.as_secs_f64()
    }
}

/// Writes and reads a turn as a line of whole numbers: answers, and microseconds.
impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.answers, self.took.as_micros())?;
        for latency in self.latencies {
            write!(f, " {}", latency.as_micros())?;
        }
        Ok(())
    }
}

impl FromStr for Turn {
    type Err = io::Error;

    fn from_str(line: &str) -> io::Result<Self> {
        let numbers: Result<Vec<u64>, _> = line.split(' ').map(str::parse).collect();
        match numbers.map_err(io::Error::other)?[..] {
            [answers, took, p95, p99, p999] => Ok(Self {
                answers,
                took: Duration::from_micros(took),
                latencies: [p95, p99, p999].map(Duration::from_micros),
            }),
            _ => Err(io::Error::other(format!(
                "not what a turn comes to: {line}"
            ))),
        }
    }
}

/// Sends for as many milliseconds as each line of standard input says, until it ends. Of ours a line names the model first: `users`,
/// `flood`, or so many arrivals a second.
///
/// # Errors
///
/// Fails if there is no such generator, and when it cannot send.
pub fn run(name: &str, url: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    println!("ready");
    for line in io::stdin().lines() {
        let line = line?;
        let (model, length) = line.rsplit_once(' ').unwrap_or(("users", &line));
        let length = Duration::from_millis(length.parse().map_err(io::Error::other)?);
        let model = match model {
            "users" => Model::Users,
            "flood" => Model::Flood,
            rate => Model::Arrivals(rate.parse().map_err(io::Error::other)?),
        };
        let turn = match name {
            "bare-goose" => runtime.block_on(bare_goose::send(url, length)),
            "ours" => runtime.block_on(ours::send(url, length, model)),
            _ => Err(io::Error::other(format!("no generator is called {name}"))),
        };
        println!("{}", turn?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_reads_as_it_is_written() {
        let turn = Turn {
            answers: 7,
            took: Duration::from_millis(700),
            latencies: [1, 20, 300].map(Duration::from_micros),
        };
        let read: Turn = turn.to_string().parse().expect("five numbers");
        assert_eq!(read, turn);
        assert!((turn.rate() - 10.0).abs() < f64::EPSILON);
        assert!("1 2 3".parse::<Turn>().is_err());
    }
}
