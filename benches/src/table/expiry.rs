//! The memory that comes back when tokens have expired.

use std::io;
use std::time::{Duration, Instant};

use crate::served::Served;

/// A server whose tokens have all expired, and that nobody asks for anything.
#[derive(Debug)]
pub struct Expiry {
    served: Served,
    /// Bytes without tokens.
    before: u64,
    /// Bytes with all of them.
    full: u64,
    since: Instant,
}

/// What it had in memory, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// Without tokens.
    pub before: u64,
    /// With all of them.
    pub full: u64,
    /// After they expired.
    pub after: u64,
}

impl Expiry {
    /// No token of the benches lives longer.
    const LIFETIME: u32 = 3600;

    /// A round of the housekeeping, which looks at some of the tokens every second.
    const SWEEP: Duration = Duration::from_secs(34);

    /// Lets the tokens of a server expire.
    pub(super) fn begin(mut served: Served, before: u64) -> io::Result<Self> {
        let full = served.memory()?;
        served.tell(&format!("pass {}", Self::LIFETIME + 1))?;
        Ok(Self {
            served,
            before,
            full,
            since: Instant::now(),
        })
    }

    /// Waits until the server has looked at all of its tokens, and returns what it has in memory then.
    ///
    /// # Errors
    ///
    /// Fails where there is no `/proc`.
    pub async fn end(self) -> io::Result<Kept> {
        tokio::time::sleep_until((self.since + Self::SWEEP).into()).await;
        Ok(Kept {
            before: self.before,
            full: self.full,
            after: self.served.memory()?,
        })
    }
}

impl Kept {
    /// Returns how much came back of what the tokens took.
    #[expect(clippy::cast_precision_loss, reason = "nobody has that much memory")]
    pub fn returned(&self) -> f64 {
        let taken = self.full.saturating_sub(self.before);
        self.full.saturating_sub(self.after) as f64 / taken.max(1) as f64
    }
}
