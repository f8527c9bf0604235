//! What must not be: a registration of which a listener never hears, one of which it hears twice, a retry at the wrong time.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ledger::{Entries, Notification},
    manner::{self, Manner},
    timetable::{TRIES, WAITS, least},
};
use crate::invariants::{Rule, fingerprint};

/// Returns what does not hold, with the evidence.
pub(super) fn violations(entries: &Entries) -> Vec<(Rule, String)> {
    let mut found = Vec::new();
    if entries.unreadable > 0 {
        let told = format!(
            "{} of the notifications tell of no new user",
            entries.unreadable
        );
        found.push((Rule::NotificationArrives, told));
    }
    for manner in manner::ALL {
        lost(entries, manner, &mut found);
        doubled(entries, manner, &mut found);
    }
    for (jti, notification) in entries.told(Manner::Failing) {
        if let Some(what) = off_schedule(notification, entries) {
            let told = format!("the failing listener, {}: {what}", name(jti));
            found.push((Rule::RetryTimetable, told));
        }
    }
    found
}

/// Finds registrations of which a listener never heard.
fn lost(entries: &Entries, manner: Manner, found: &mut Vec<(Rule, String)>) {
    let told = entries.told(manner).values();
    let heard: BTreeSet<&str> = told.map(|told| told.subject.as_str()).collect();
    for subject in &entries.expected {
        if !heard.contains(subject.as_str()) {
            let listener = manner.as_str();
            let told = format!(
                "the {listener} listener never hears of the user {}",
                fingerprint(subject)
            );
            found.push((Rule::NotificationArrives, told));
        }
    }
}

/// Finds what a listener heard more than once, beyond retries.
fn doubled(entries: &Entries, manner: Manner, found: &mut Vec<(Rule, String)>) {
    let listener = manner.as_str();
    let mut by_subject: BTreeMap<&str, usize> = BTreeMap::new();
    for (jti, notification) in entries.told(manner) {
        *by_subject.entry(&notification.subject).or_default() += 1;
        let tries = notification.tries.len();
        if manner != Manner::Failing && tries > 1 {
            let told = format!(
                "the {listener} listener, {}: {tries} times, although it was taken at once",
                name(jti)
            );
            found.push((Rule::NotificationOnce, told));
        }
    }
    for (subject, notifications) in by_subject {
        if notifications > 1 {
            let told = format!(
                "the {listener} listener hears of the user {} in {notifications} notifications",
                fingerprint(subject)
            );
            found.push((Rule::NotificationOnce, told));
        }
    }
}

/// Says in what the tries of a delivery that always fails are not as the timetable has them.
fn off_schedule(notification: &Notification, entries: &Entries) -> Option<String> {
    if !notification.is_the_same {
        return Some("a retry brings another token".to_owned());
    }
    let pairs = notification.tries.iter().zip(&notification.tries[1..]);
    for (number, ((before, after), wait)) in pairs.zip(WAITS).enumerate() {
        let passed = after.longest_since(*before);
        if passed < least(wait) {
            return Some(format!(
                "try {} comes {:.1} s after the one before it, and not {} s",
                number + 2,
                passed.as_secs_f64(),
                wait.as_secs()
            ));
        }
    }
    let tries = notification.tries.len();
    let is_ours = entries.expected.contains(&notification.subject);
    (tries > TRIES || (is_ours && tries < TRIES))
        .then(|| format!("tried {tries} times, and not {TRIES}"))
}

fn name(jti: &str) -> String {
    format!("`jti` {}", fingerprint(jti))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::notifications::{arrival::Arrival, stamp::Stamp};

    /// Notes an arrival so many seconds after the start.
    fn note(entries: &mut Entries, manner: Manner, jti: &str, subject: &str, seconds: u64) {
        let at = Duration::from_secs(seconds);
        let arrival = Arrival {
            jti: jti.to_owned(),
            subject: subject.to_owned(),
            token: format!("token of {jti}"),
        };
        let now = Stamp {
            earliest: at,
            latest: at,
        };
        entries.note(manner, Some(arrival), now);
    }

    /// Returns what is noted when all is well with one user.
    fn right() -> Entries {
        let mut entries = Entries::default();
        entries.expected.insert("user".to_owned());
        note(&mut entries, Manner::Fast, "one", "user", 1);
        note(&mut entries, Manner::Slow, "two", "user", 1);
        for seconds in [1, 4, 34, 334, 3934, 90_334] {
            note(&mut entries, Manner::Failing, "three", "user", seconds);
        }
        entries
    }

    fn rules(entries: &Entries) -> Vec<Rule> {
        let found = violations(entries);
        for (_, told) in &found {
            assert!(!told.contains("user\""), "{told}");
        }
        found.into_iter().map(|(rule, _)| rule).collect()
    }

    #[test]
    fn what_is_as_it_must_be_is_no_violation() {
        assert_eq!(rules(&right()), []);
        // Somebody else who registers at the same time is told once, too; how often that fails is not waited for.
        let mut entries = right();
        note(&mut entries, Manner::Fast, "other", "somebody", 5);
        note(&mut entries, Manner::Failing, "others", "somebody", 5);
        assert_eq!(rules(&entries), []);
    }

    #[test]
    fn a_listener_that_never_hears_is_a_violation() {
        let mut entries = right();
        entries.expected.insert("another".to_owned());
        assert_eq!(rules(&entries), [Rule::NotificationArrives; 3]);
        let mut entries = right();
        entries.note(
            Manner::Slow,
            None,
            Stamp {
                earliest: Duration::ZERO,
                latest: Duration::ZERO,
            },
        );
        assert_eq!(rules(&entries), [Rule::NotificationArrives]);
    }

    #[test]
    fn a_listener_that_hears_twice_is_a_violation() {
        let mut entries = right();
        note(&mut entries, Manner::Slow, "two", "user", 5);
        assert_eq!(rules(&entries), [Rule::NotificationOnce]);
        let mut entries = right();
        note(&mut entries, Manner::Fast, "again", "user", 5);
        assert_eq!(rules(&entries), [Rule::NotificationOnce]);
    }

    #[test]
    fn retries_keep_to_the_timetable() {
        let mut seven = right();
        note(&mut seven, Manner::Failing, "three", "user", 200_000);
        assert_eq!(rules(&seven), [Rule::RetryTimetable]);

        let with = |tries: &[u64]| {
            let mut entries = Entries::default();
            entries.expected.insert("user".to_owned());
            note(&mut entries, Manner::Fast, "one", "user", 1);
            note(&mut entries, Manner::Slow, "two", "user", 1);
            for seconds in tries {
                note(&mut entries, Manner::Failing, "three", "user", *seconds);
            }
            entries
        };
        for wrong in [
            &[1_u64][..],
            &[1, 4, 34, 334, 3934],
            &[1, 3, 34, 334, 3934, 90_334],
            &[1, 4, 34, 334, 3934, 7534],
        ] {
            assert_eq!(rules(&with(wrong)), [Rule::RetryTimetable], "{wrong:?}");
        }

        let mut other = with(&[1, 4, 34, 334, 3934]);
        let at = Duration::from_secs(90_334);
        let arrival = Arrival {
            jti: "three".to_owned(),
            subject: "user".to_owned(),
            token: "another".to_owned(),
        };
        let now = Stamp {
            earliest: at,
            latest: at,
        };
        other.note(Manner::Failing, Some(arrival), now);
        assert_eq!(rules(&other), [Rule::RetryTimetable]);
    }
}
