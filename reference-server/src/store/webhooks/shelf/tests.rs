//! The life of events.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::super::subscription::{EventType, Terms};
use super::*;
use crate::clock::Clock;
use crate::ids::Ids;
use crate::store::webhooks::event::Reply;

fn shelf(ids: &Ids, settings: Settings, now: Moment) -> Shelf {
    let subscription = Subscription {
        id: ids.id(),
        created_at: now,
        updated_at: now,
        terms: Terms {
            title: "CRM".to_owned(),
            endpoint: "https://hooks.example.com/".to_owned(),
            events: EventType::ALL.to_vec(),
            enabled: true,
            filter: None,
        },
    };
    Shelf::new(Arc::new(subscription), settings)
}

fn event(ids: &Ids, now: Moment) -> Event {
    Event {
        id: ids.id(),
        notification: ids.id(),
        transaction: None,
        created_at: now,
        updated_at: now,
        claim: Arc::new(json!({})),
        endpoint: "https://hooks.example.com/".to_owned(),
        token: None,
        state: State::AwaitingExecuting,
        attempts: 0,
        round: 0,
        reply: None,
        history: Vec::new(),
        is_exported: false,
    }
}

fn answered(status: u16) -> Outcome {
    Outcome::Answered(Reply {
        status,
        headers: Vec::new(),
    })
}

fn names(event: &Event) -> Vec<&'static str> {
    event.history.iter().map(|step| step.state.name()).collect()
}

#[test]
fn the_queue_has_its_bound_and_nothing_is_lost_by_it() {
    let (ids, now) = (Ids::seeded(1), Clock::fixed().now());
    let settings = Settings {
        queue: 2,
        events: 3,
        deliveries: 1,
        ..Settings::default()
    };
    let mut shelf = shelf(&ids, settings, now);
    let recorded: Vec<_> = (0..4)
        .map(|_| shelf.record(event(&ids, now), now))
        .collect();
    assert_eq!((shelf.waiting(), shelf.overflowed), (2, 2));
    // The third made room for the fourth: the first two still wait.
    assert!(shelf.find(recorded[2].id).is_none());
    assert_eq!(
        shelf.find(recorded[3].id).map(|event| event.state),
        Some(State::Failure)
    );
    for expected in &recorded[..2] {
        let Errand::Try(event) = shelf.errand(now) else {
            panic!("it waits");
        };
        assert_eq!(event.id, expected.id);
        assert!(matches!(shelf.errand(now), Errand::Wait | Errand::Leave));
        shelf.end_try(event.id, answered(200), now);
    }
    assert!(matches!(shelf.errand(now), Errand::Leave));
}

#[test]
fn what_is_disabled_is_recorded_and_not_sent() {
    let (ids, now) = (Ids::seeded(1), Clock::fixed().now());
    let mut shelf = shelf(&ids, Settings::default(), now);
    let first = shelf.record(event(&ids, now), now);
    let second = shelf.record(event(&ids, now), now);
    assert!(matches!(shelf.errand(now), Errand::Try(event) if event.id == first.id));
    Arc::make_mut(&mut shelf.subscription).terms.enabled = false;
    shelf.give_up("the subscription is disabled", now);
    let third = shelf.record(event(&ids, now), now);
    shelf.end_try(first.id, answered(500), now);
    assert!(matches!(shelf.errand(now), Errand::Leave));
    for (event, attempts) in [(first, 1), (second, 0), (third, 0)] {
        let event = shelf.find(event.id).expect("it is kept");
        assert_eq!((event.state, event.attempts), (State::Failure, attempts));
    }
}

#[test]
fn a_copy_tries_again_what_was_under_way() {
    let (ids, now) = (Ids::seeded(1), Clock::fixed().now());
    let mut shelf = shelf(&ids, Settings::default(), now);
    let only = shelf.record(event(&ids, now), now);
    assert!(matches!(shelf.errand(now), Errand::Try(_)));
    let mut copy = shelf.copied();
    shelf.end_try(only.id, answered(200), now);
    let Errand::Try(again) = copy.errand(now) else {
        panic!("it waits in the copy");
    };
    assert_eq!((again.id, again.notification), (only.id, only.notification));
}

#[test]
fn what_is_too_old_is_forgotten_whatever_its_state() {
    let (ids, clock) = (Ids::seeded(1), Clock::fixed());
    let start = clock.now();
    let mut shelf = shelf(&ids, Settings::default(), start);
    let old = shelf.record(event(&ids, start), start);
    let later = start + Duration::from_secs(7 * 24 * 60 * 60 - 1);
    let young = shelf.record(event(&ids, later), later);
    shelf.forget_old(later);
    assert!(shelf.find(old.id).is_some());
    shelf.forget_old(later + Duration::from_secs(1));
    assert!(shelf.find(old.id).is_none());
    assert!(matches!(shelf.errand(later), Errand::Try(event) if event.id == young.id));
    assert_eq!(shelf.waiting(), 1);
}

#[test]
fn events_stand_between_others() {
    let (ids, now) = (Ids::seeded(1), Clock::fixed().now());
    let mut shelf = shelf(&ids, Settings::default(), now);
    let all: Vec<Id> = (0..4)
        .map(|_| shelf.record(event(&ids, now), now).id)
        .collect();
    let between = |after: Option<usize>, before: Option<usize>| -> Vec<Id> {
        let id = |index: Option<usize>| index.map(|index| all[index]);
        let found = shelf
            .between(id(after), id(before))
            .expect("they are there");
        found.iter().map(|event| event.id).collect()
    };
    assert_eq!(between(None, None), all);
    assert_eq!(between(Some(1), None), all[2..]);
    assert_eq!(between(None, Some(1)), all[..1]);
    assert_eq!(between(Some(0), Some(3)), all[1..3]);
    assert_eq!(between(Some(2), Some(1)), []);
    assert_eq!(between(Some(3), Some(3)), []);
    assert!(shelf.between(Some(ids.id()), None).is_none());
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        (100..=999_u16).prop_map(answered),
        Just(answered(500)),
        Just(Outcome::NoAnswer("no connection")),
        Just(Outcome::NotHttp),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Six tries at the most, each as long after the end of the one before as the documentation says, and none after an
    /// answer that settles it.
    #[test]
    fn tries_keep_the_timetable(outcomes in prop::collection::vec((outcome(), 0..20_000_u64), 6)) {
        let (ids, start) = (Ids::seeded(1), Clock::fixed().now());
        let settings = Settings::default();
        let mut shelf = shelf(&ids, settings, start);
        let id = shelf.record(event(&ids, start), start).id;
        let (mut now, mut tries) = (start, 0);
        let mut settled = None;
        for (outcome, took) in outcomes {
            match shelf.errand(now) {
                Errand::Try(event) => prop_assert_eq!(event.id, id),
                other => prop_assert!(false, "{:?}", other),
            }
            tries += 1;
            now = now + Duration::from_millis(took);
            let is_final = match &outcome {
                Outcome::Answered(reply) => !(400..=599).contains(&reply.status),
                Outcome::NoAnswer(_) => false,
                Outcome::NotHttp => true,
            };
            let is_success = matches!(&outcome, Outcome::Answered(reply) if reply.status / 100 == 2);
            shelf.end_try(id, outcome, now);
            if is_final || tries == 6 {
                settled = Some(if is_success { State::Success } else { State::Failure });
                break;
            }
            let due = now + settings.waits[tries - 1];
            match shelf.errand(now) {
                Errand::WaitUntil(moment) => prop_assert_eq!(moment, due),
                other => prop_assert!(false, "{:?}", other),
            }
            now = due;
        }
        prop_assert!(matches!(shelf.errand(now + Duration::from_secs(1_000_000)), Errand::Leave));
        let event = shelf.find(id).expect("it is kept");
        prop_assert_eq!(Some(event.state), settled);
        prop_assert_eq!(event.attempts, tries);
        prop_assert_eq!(event.history.len(), 1 + 2 * tries);
        prop_assert_eq!(names(event)[0], "awaiting-executing");
    }

    /// Whatever is recorded, tried and delivered again, no event is counted twice or lost.
    #[test]
    fn every_event_is_somewhere(steps in prop::collection::vec((0..6_u8, 0..8_usize), 0..60)) {
        let (ids, clock) = (Ids::seeded(1), Clock::fixed());
        let settings = Settings { queue: 5, deliveries: 2, ..Settings::default() };
        let mut shelf = shelf(&ids, settings, clock.now());
        let (mut all, mut flying) = (Vec::new(), Vec::new());
        for (kind, which) in steps {
            let now = clock.now();
            match kind {
                0 | 1 => all.push(shelf.record(event(&ids, now), now).id),
                2 => if let Errand::Try(event) = shelf.errand(now) { flying.push(event.id) },
                3 | 4 if !flying.is_empty() => {
                    let id = flying.remove(which % flying.len());
                    shelf.end_try(id, answered(if kind == 3 { 200 } else { 503 }), now);
                }
                5 if !all.is_empty() => drop(shelf.deliver_again(all[which % all.len()], now)),
                _ => clock.advance(Duration::from_secs(40)),
            }
            prop_assert!(flying.len() <= 2);
            let unsettled = shelf.events().filter(|event| !event.state.is_settled()).count();
            prop_assert_eq!(shelf.waiting(), unsettled);
            prop_assert_eq!(shelf.events().count(), all.len());
            prop_assert_eq!(Summary::of(shelf.events(), now).total(), all.len());
        }
    }
}
