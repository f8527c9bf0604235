//! The journal: who asked for what, without anything that is secret.

mod target;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::{Request, StatusCode, header};
use serde::{Serialize, Serializer};

use crate::clock::Moment;

/// The last requests that a server was asked. It holds no bodies, and of headers only who asks.
#[derive(Debug, Default)]
pub struct Journal {
    /// One lock: an entry is put in at its end, or completed.
    records: Mutex<Records>,
}

#[derive(Debug, Default)]
struct Records {
    entries: VecDeque<Entry>,
    /// How many requests there were.
    last: u64,
    /// How many journals were begun anew before this one.
    beginnings: u64,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// Counts the requests in the order in which they came, from 1.
    pub number: u64,
    /// When it came, by the server's clock: RFC 3339 with milliseconds.
    #[serde(serialize_with = "millis")]
    pub at: Moment,
    /// The method.
    pub method: String,
    /// Path and query as they were sent, with asterisks in the place of what may be secret.
    pub path: String,
    /// The status of the answer; none until there is one, and for good when the client went away.
    pub status: Option<u16>,
    /// Milliseconds of the machine's time that it took; none until it has ended.
    pub duration_ms: Option<f64>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// A request that is being answered.
#[must_use]
pub(crate) struct Open<'a> {
    journal: &'a Journal,
    number: u64,
    beginning: u64,
    start: Instant,
    status: Option<StatusCode>,
}

impl Journal {
    /// Most entries that are remembered; the next one takes the place of the oldest.
    pub const ROOM: usize = 10_000;

    /// Most characters of a client's name.
    const LONGEST_NAME: usize = 200;

    /// Most characters of a method; those of the API have seven.
    const LONGEST_METHOD: usize = 20;

    /// Enters a request. It ends when what this returns is dropped.
    pub(crate) fn enter<B>(&self, request: &Request<B>, now: Moment) -> Open<'_> {
        let name = request.headers().get(header::USER_AGENT);
        let user_agent = name.map(|name| {
            let name = String::from_utf8_lossy(name.as_bytes());
            name.chars().take(Self::LONGEST_NAME).collect()
        });
        let method = request.method().as_str();
        let mut entry = Entry {
            number: 0,
            at: now,
            method: method.chars().take(Self::LONGEST_METHOD).collect(),
            path: target::shown(request.uri()),
            status: None,
            duration_ms: None,
            user_agent,
        };
        let mut records = self.lock();
        records.last += 1;
        entry.number = records.last;
        if records.entries.len() == Self::ROOM {
            records.entries.pop_front();
        }
        records.entries.push_back(entry);
        Open {
            journal: self,
            number: records.last,
            beginning: records.beginnings,
            start: Instant::now(),
            status: None,
        }
    }

    /// Returns the entries after that number which are remembered, in their order.
    pub fn since(&self, number: u64) -> Vec<Entry> {
        let records = self.lock();
        let entries = records.entries.iter();
        entries
            .skip_while(|entry| entry.number <= number)
            .cloned()
            .collect()
    }

    /// Forgets all entries. Their numbers go on, so whoever asks for what came since misses nothing.
    pub fn clear(&self) {
        self.lock().entries = VecDeque::new();
    }

    /// Forgets all entries, and begins with 1 again.
    pub(crate) fn start_again(&self) {
        let mut records = self.lock();
        *records = Records {
            beginnings: records.beginnings + 1,
            ..Records::default()
        };
    }

    fn end(&self, open: &Open<'_>) {
        let mut records = self.lock();
        if records.beginnings != open.beginning {
            return;
        }
        let first = records.entries.front().map_or(0, |entry| entry.number);
        // One that was forgotten meanwhile has no place.
        let place = open.number.checked_sub(first);
        let entry = place
            .and_then(|place| usize::try_from(place).ok())
            .and_then(|place| records.entries.get_mut(place));
        if let Some(entry) = entry {
            entry.status = open.status.map(|status| status.as_u16());
            entry.duration_ms = Some(whole_micros(open.start.elapsed()));
        }
    }

    /// A lock that was poisoned is used all the same: at worst a number has no entry.
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open<'_> {
    pub(crate) fn answered(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.journal.end(self);
    }
}

fn whole_micros(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

fn millis<S: Serializer>(moment: &Moment, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&moment.to_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn request(path: &str) -> Request<()> {
        let request = Request::get(path).header(header::USER_AGENT, "a".repeat(1000));
        request.body(()).expect("a request")
    }

    #[test]
    fn an_entry_is_there_from_the_start_and_completed_at_the_end() {
        let (journal, now) = (Journal::default(), Clock::fixed().now());
        let first = journal.enter(&request("/a"), now);
        let second = journal.enter(&request("/b"), now);
        second.answered(StatusCode::NOT_FOUND);
        let entries = journal.since(0);
        assert_eq!((entries[0].number, entries[0].status), (1, None));
        assert_eq!(entries[0].duration_ms, None);
        assert_eq!((entries[1].number, entries[1].status), (2, Some(404)));
        assert!(entries[1].duration_ms.is_some_and(|took| took >= 0.0));
        let name = entries[1].user_agent.as_deref();
        assert_eq!(name.map(str::len), Some(Journal::LONGEST_NAME));
        drop(first);
        let entries = journal.since(0);
        assert_eq!(entries[0].status, None, "the client went away");
        assert!(entries[0].duration_ms.is_some());
        assert_eq!(journal.since(1), entries[1..]);
        assert_eq!(journal.since(u64::MAX), []);
    }

    #[test]
    fn memory_is_bounded() {
        let (journal, now) = (Journal::default(), Clock::fixed().now());
        let oldest = journal.enter(&request("/a"), now);
        for _ in 0..Journal::ROOM + 5 {
            journal.enter(&request("/b"), now).answered(StatusCode::OK);
        }
        oldest.answered(StatusCode::IM_A_TEAPOT);
        let entries = journal.since(0);
        assert_eq!(entries.len(), Journal::ROOM);
        assert_eq!((entries[0].number, entries[0].status), (7, Some(200)));
    }

    #[test]
    fn numbers_go_on_unless_it_starts_again() {
        let (journal, now) = (Journal::default(), Clock::fixed().now());
        let before = journal.enter(&request("/a"), now);
        journal.clear();
        assert_eq!(journal.since(0), []);
        let after = journal.enter(&request("/b"), now);
        before.answered(StatusCode::OK);
        let entries = journal.since(0);
        assert_eq!((entries.len(), entries[0].number), (1, 2));
        assert_eq!(entries[0].status, None);
        journal.start_again();
        let first = journal.enter(&request("/c"), now);
        after.answered(StatusCode::OK);
        assert_eq!(journal.since(0)[0].status, None, "of another beginning");
        first.answered(StatusCode::OK);
        assert_eq!(journal.since(0)[0].status, Some(200));
    }
}
