//! What webhooks reach, for how long they try, and what they keep.

use std::time::Duration;

/// Where notifications go, for how long they are tried, and how many are kept.
///
/// Times go by the server's clock; [`Webhooks::listener`] is over as well when it has really passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Webhooks {
    /// Whether listeners may be on this machine, and may be reached by plain HTTP: for tests. By default neither.
    pub allow_local_listeners: bool,
    /// Time that a listener has for its answer, by the server's clock or really, whichever is over first; the default is
    /// 10 seconds.
    pub listener: Duration,
    /// Waits before the second try and those that follow; the defaults are 3 seconds, 30 seconds, 5 minutes, 1 hour, and
    /// 24 hours.
    pub waits: [Duration; 5],
    /// Time for which events, exports and their files are kept; the default is 7 days.
    pub retention: Duration,
    /// Time for which a summary stays as it was computed; the default is 24 hours.
    pub summary_window: Duration,
    /// Time that an export takes; the default is 5 seconds.
    pub export_time: Duration,
    /// Subscriptions that a customer may have; the default is 1,000.
    pub subscriptions: usize,
    /// Notifications to one listener at the same time; the default is 4, and 1 the least.
    pub deliveries: usize,
    /// Events of one subscription that may wait for their delivery; the default is 10,000. The next one is recorded as
    /// failed at once.
    pub queue: usize,
    /// Events of one subscription that are kept; the default is 50,000. Beyond that the oldest goes that is delivered or
    /// given up.
    pub events: usize,
}

impl Default for Webhooks {
    fn default() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self {
            allow_local_listeners: false,
            listener: Duration::from_secs(10),
            waits: [3, 30, 5 * 60, 60 * 60, DAY].map(Duration::from_secs),
            retention: Duration::from_secs(7 * DAY),
            summary_window: Duration::from_secs(DAY),
            export_time: Duration::from_secs(5),
            subscriptions: 1000,
            deliveries: 4,
            queue: 10_000,
            events: 50_000,
        }
    }
}
