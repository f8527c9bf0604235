//! How long a target is waited for that says that it has too much to do.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use super::Answer;

/// How often in a row it is waited for.
const ROUNDS: u32 = 3;

/// The longest rest that is kept.
const LONGEST: Duration = Duration::from_secs(30);

/// The rest where the target names none.
const USUAL: Duration = Duration::from_secs(1);

/// Counts how often in a row a target had too much to do, whatever it was asked.
#[derive(Debug, Default)]
pub(super) struct Patience {
    rounds: AtomicU32,
}

impl Patience {
    /// Returns how long to wait before the request is sent again; none when the answer is one. An error when there is no more
    /// patience: with the seconds that the target asked for, if it did.
    ///
    /// It is 429 (RFC 6585 section 4), and 503 that says when to come back (RFC 9110 section 15.6.4).
    pub(super) fn after(&self, answer: &Answer) -> Option<Result<Duration, Option<u64>>> {
        let asked = answer.header("retry-after");
        // A date would be by the clock of the target: that it asks for a rest is enough.
        let seconds = asked.and_then(|asked| asked.trim().parse::<u64>().ok());
        let is_throttled = match answer.status() {
            429 => true,
            503 => asked.is_some(),
            _ => false,
        };
        if !is_throttled {
            self.rounds.store(0, Ordering::Relaxed);
            return None;
        }
        let rest = seconds.map_or(USUAL, Duration::from_secs);
        let is_over = self.rounds.fetch_add(1, Ordering::Relaxed) >= ROUNDS || rest > LONGEST;
        Some(if is_over { Err(seconds) } else { Ok(rest) })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn answer(status: u16, retry_after: Option<&'static str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            let _ = headers.insert("retry-after", http::HeaderValue::from_static(value));
        }
        Answer::new(status, headers, "")
    }

    #[test]
    fn a_rest_is_as_long_as_the_target_asks_for() {
        let after = |status, retry_after| Patience::default().after(&answer(status, retry_after));
        assert_eq!(after(429, Some("7")), Some(Ok(Duration::from_secs(7))));
        assert_eq!(after(429, None), Some(Ok(USUAL)));
        assert_eq!(
            after(503, Some("Fri, 31 Dec 1999 23:59:59 GMT")),
            Some(Ok(USUAL))
        );
        assert_eq!(after(503, None), None, "it is broken, and not busy");
        assert_eq!(after(200, Some("7")), None);
        assert_eq!(
            after(429, Some("31")),
            Some(Err(Some(31))),
            "too long to wait"
        );
    }

    #[test]
    fn patience_ends_and_comes_back() {
        let patience = Patience::default();
        let busy = answer(429, Some("1"));
        for _ in 0..ROUNDS {
            assert_eq!(patience.after(&busy), Some(Ok(Duration::from_secs(1))));
        }
        assert_eq!(patience.after(&busy), Some(Err(Some(1))));
        assert_eq!(patience.after(&answer(200, None)), None);
        assert_eq!(patience.after(&busy), Some(Ok(Duration::from_secs(1))));
    }
}
