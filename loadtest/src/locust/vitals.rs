//! What a worker takes of its machine, as Locust shows it beside each worker.

use std::{fs, time::Instant};

/// How many of the system's ticks are a second: the same on every Linux.
const TICKS: f64 = 100.0;

/// Measures this process. Where the system does not tell, it is nothing.
#[derive(Debug)]
pub(super) struct Vitals {
    at: Instant,
    ticks: Option<u64>,
    cores: f64,
}

impl Vitals {
    /// Begins to measure.
    pub(super) fn begin() -> Self {
        Self {
            at: Instant::now(),
            ticks: ticks(),
            cores: std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64),
        }
    }

    /// Returns the share of all cores that was used since the last time, in per cent.
    pub(super) fn cpu(&mut self) -> f64 {
        let (now, before) = (ticks(), self.ticks);
        let passed = self.at.elapsed().as_secs_f64();
        self.ticks = now;
        self.at = Instant::now();
        match (now, before) {
            (Some(now), Some(before)) if passed > 0.0 => {
                let used = now.saturating_sub(before) as f64 / TICKS;
                (100.0 * used / passed / self.cores).clamp(0.0, 100.0)
            }
            _ => 0.0,
        }
    }
}

/// Returns the memory that is in use, in bytes.
pub(super) fn memory() -> u64 {
    let Ok(status) = fs::read_to_string("/proc/self/status") else {
        return 0;
    };
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or(0, |kilobytes| kilobytes * 1024)
}

/// Returns the time that this process has had, in ticks.
fn ticks() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may hold anything; it ends with the last parenthesis.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn work_shows_and_shares_stay_shares() {
        let before = ticks().expect("the system tells");
        let mut vitals = Vitals::begin();
        let mut sum = 0_u64;
        while ticks().is_some_and(|now| now < before + 3) {
            sum = std::hint::black_box(sum.wrapping_mul(31) + 7);
        }
        let cpu = vitals.cpu();
        assert!(cpu > 0.0 && cpu <= 100.0, "{cpu}");
        assert!(memory() > 1_000_000);
    }
}
