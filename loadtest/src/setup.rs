//! What was run: whatever must be the same for two runs to be comparable, and where and when it was.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How much is asked of a target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Demand {
    /// So many users, each of which waits for its answer.
    Users(u32),
    /// So many journeys begin in a second, whether or not those before them have ended.
    Arrivals(f64),
}

impl fmt::Display for Demand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Users(1) => formatter.write_str("1 user"),
            Self::Users(users) => write!(formatter, "{users} users"),
            Self::Arrivals(rate) => write!(formatter, "{rate} arrivals/s"),
        }
    }
}

/// What was run. It holds no secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// Name of the mix.
    pub mix: String,
    /// How much was asked.
    pub demand: Demand,
    /// How long it was to take, in seconds.
    #[serde(rename = "planned_s")]
    pub planned: f64,
    /// What made the requests.
    pub engine: String,
    /// Address of the target, without credentials.
    pub target: String,
    /// The version of this program.
    pub proofhouse: String,
    /// Cores of the machine that made the requests.
    pub cores: usize,
    /// When it began.
    pub started: Timestamp,
}

impl Setup {
    /// Says what makes a comparison with another run meaningless.
    pub fn obstacle(&self, other: &Self) -> Option<String> {
        let differs = |what: &str, one: &dyn fmt::Display, two: &dyn fmt::Display| {
            Some(format!("the {what} is not the same: `{one}` and `{two}`"))
        };
        if self.mix != other.mix {
            differs("mix", &self.mix, &other.mix)
        } else if self.demand != other.demand {
            differs("demand", &self.demand, &other.demand)
        } else if self.engine != other.engine {
            differs("engine", &self.engine, &other.engine)
        } else if self.planned() != other.planned() {
            let (one, two) = (self.planned, other.planned);
            differs("duration", &format!("{one} s"), &format!("{two} s"))
        } else {
            None
        }
    }

    /// Returns how long it was to take.
    pub fn planned(&self) -> Duration {
        Duration::try_from_secs_f64(self.planned).unwrap_or_default()
    }
}
