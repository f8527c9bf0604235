//! What holds of sessions, whatever the pages do with them.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::clock::Clock;

const HOUR: Duration = Duration::from_secs(3600);

fn sessions() -> (Sessions, Ids, Clock) {
    let settings = HostedLogin {
        session_idle: HOUR,
        session_lifetime: 3 * HOUR,
        devices: 2,
        ..HostedLogin::default()
    };
    (Sessions::new(settings), Ids::seeded(1), Clock::fixed())
}

#[test]
fn a_user_has_one_session_whatever_the_number_of_devices() {
    let (sessions, ids, clock) = sessions();
    let user = ids.id();
    let (first, phone) = sessions.sign_in(user, None, &ids, clock.now());
    clock.advance(Duration::from_secs(1));
    let (second, laptop) = sessions.sign_in(user, None, &ids, clock.now());
    assert_eq!((first.id, second.auth_time), (second.id, clock.now()));
    let of = |device: &Device| sessions.of_device(device.reveal(), clock.now());
    assert_eq!(of(&phone), of(&laptop));

    sessions.unbind(phone.reveal(), clock.now());
    assert_eq!(of(&phone), None);
    assert_eq!(of(&laptop), Some(second));

    // A third and a fourth device take the place of the oldest.
    let (_, tablet) = sessions.sign_in(user, None, &ids, clock.now());
    let (_, watch) = sessions.sign_in(user, None, &ids, clock.now());
    assert_eq!(of(&laptop), None);
    assert!(of(&tablet).is_some() && of(&watch).is_some());

    assert!(sessions.end(first.id, clock.now()));
    assert!(!sessions.end(first.id, clock.now()));
    assert_eq!(of(&tablet), None);
    assert_eq!(sessions.of_user(user, clock.now()), None);
    let (third, _) = sessions.sign_in(user, None, &ids, clock.now());
    assert_ne!(third.id, first.id);
}

#[test]
fn a_device_gets_a_new_value_with_every_password() {
    let (sessions, ids, clock) = sessions();
    let (mira, other) = (ids.id(), ids.id());
    let (_, before) = sessions.sign_in(mira, Some("planted"), &ids, clock.now());
    assert_eq!(sessions.of_device("planted", clock.now()), None);
    let (session, after) = sessions.sign_in(other, Some(before.reveal()), &ids, clock.now());
    assert_eq!(sessions.of_device(before.reveal(), clock.now()), None);
    assert_eq!(
        sessions.of_device(after.reveal(), clock.now()),
        Some(session)
    );
    assert!(sessions.of_user(mira, clock.now()).is_some());
}

#[test]
fn a_session_expires_when_nobody_uses_it_and_in_any_case() {
    let (sessions, ids, clock) = sessions();
    let user = ids.id();
    let (session, device) = sessions.sign_in(user, None, &ids, clock.now());
    let used = |after: Duration| {
        clock.advance(after);
        sessions.of_device(device.reveal(), clock.now()).is_some()
    };
    assert!(used(HOUR - Duration::from_millis(1)));
    assert!(used(HOUR - Duration::from_millis(1)));
    assert!(used(HOUR - Duration::from_millis(1)));
    assert!(!used(Duration::from_millis(3)), "three hours are its end");
    assert_eq!(sessions.find(session.id, clock.now()), None);

    let (session, device) = sessions.sign_in(user, None, &ids, clock.now());
    clock.advance(HOUR);
    assert_eq!(sessions.of_device(device.reveal(), clock.now()), None);
    assert_eq!(sessions.touch(session.id, clock.now()), None);
}

#[test]
fn another_site_moves_the_time_of_authentication() {
    let (sessions, ids, clock) = sessions();
    let (session, device) = sessions.sign_in(ids.id(), None, &ids, clock.now());
    clock.advance(HOUR / 2);
    let touched = sessions.touch(session.id, clock.now()).expect("it lives");
    assert_eq!((touched.id, touched.auth_time), (session.id, clock.now()));
    assert_eq!(touched.created, session.created);
    clock.advance(HOUR / 2);
    assert_eq!(
        sessions.of_device(device.reveal(), clock.now()),
        Some(touched)
    );
}

#[test]
fn memory_is_bounded_by_what_lives_at_one_time() {
    let (sessions, ids, clock) = sessions();
    for _ in 0..60 {
        for _ in 0..100 {
            sessions.sign_in(ids.id(), None, &ids, clock.now());
        }
        clock.advance(HOUR / 10);
    }
    let records = sessions.at(clock.now());
    assert!(records.sessions.len() <= 1_000);
    assert!(records.sessions.capacity() <= 8_000);
    assert!(records.of_device.capacity() <= 8_000);
    drop(records);
    clock.advance(HOUR);
    sessions.sweep(clock.now());
    let records = sessions.at(clock.now());
    assert_eq!(records.sessions.capacity(), 0);
    assert_eq!(records.of_device.capacity(), 0);
    assert!(records.of_user.is_empty() && records.expiry.is_empty());
}

/// Something that happens to a few users and devices.
#[derive(Debug, Clone)]
enum Event {
    SignIn(usize, Option<usize>),
    Touch(usize),
    Unbind(usize),
    End(usize),
    Wait(u32),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..3usize, proptest::option::of(0..8usize)).prop_map(|(user, device)| Event::SignIn(user, device)),
        1 => (0..3usize).prop_map(Event::Touch),
        2 => (0..8usize).prop_map(Event::Unbind),
        1 => (0..3usize).prop_map(Event::End),
        2 => (1..90u32).prop_map(Event::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_tables_agree_with_each_other(events in proptest::collection::vec(event(), 1..60)) {
        let (sessions, ids, clock) = sessions();
        let users = [ids.id(), ids.id(), ids.id()];
        let mut devices: Vec<Device> = Vec::new();
        for event in events {
            let now = clock.now();
            let of = |index: usize| devices.get(index).map(Device::reveal);
            match event {
                Event::SignIn(user, device) => {
                    let (_, fresh) = sessions.sign_in(users[user], device.and_then(of), &ids, now);
                    devices.push(fresh);
                }
                Event::Touch(user) => {
                    if let Some(session) = sessions.of_user(users[user], now) {
                        sessions.touch(session.id, now);
                    }
                }
                Event::Unbind(device) => of(device).into_iter().for_each(|device| sessions.unbind(device, now)),
                Event::End(user) => {
                    if let Some(session) = sessions.of_user(users[user], now) {
                        sessions.end(session.id, now);
                    }
                }
                Event::Wait(minutes) => clock.advance(Duration::from_secs(60) * minutes),
            }
            let records = sessions.at(clock.now());
            prop_assert_eq!(records.sessions.len(), records.of_user.len());
            prop_assert_eq!(records.sessions.len(), records.expiry.len());
            let mut bound = 0;
            for (id, record) in &records.sessions {
                prop_assert_eq!(records.of_user.get(&record.session.user), Some(id));
                prop_assert!(records.expiry.contains(&(record.expires, *id)));
                prop_assert!(record.expires > clock.now() && record.expires <= record.end);
                prop_assert!(record.devices.len() <= 2);
                bound += record.devices.len();
                for device in &record.devices {
                    prop_assert_eq!(records.of_device.get(device), Some(id));
                }
            }
            prop_assert_eq!(bound, records.of_device.len());
        }
    }
}
