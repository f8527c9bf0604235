//! What holds of the live tokens, however they are kept.

use std::time::Duration;

use super::*;
use crate::clock::Clock;
use crate::ids::Ids;

const HOUR: Duration = Duration::from_secs(3600);

fn grant(ids: &Ids) -> Arc<Grant> {
    Arc::new(Grant::new(
        ids.id(),
        ids.id(),
        "*:**",
        3600,
        scope_lang::Readings::default(),
    ))
}

/// Adds a token that lives for so long.
fn add(tokens: &Tokens, ids: &Ids, grant: &Arc<Grant>, clock: &Clock, lifetime: Duration) -> Token {
    let (token, now) = (ids.token(), clock.now());
    tokens.add(token.reveal(), Arc::clone(grant), now, now + lifetime);
    token
}

/// Bytes of all tables and lists.
fn bytes(tokens: &Tokens) -> usize {
    let shards = tokens.shards.iter();
    shards.map(|shard| lock(shard).bytes()).sum()
}

#[test]
fn a_record_takes_32_bytes() {
    assert_eq!(size_of::<Option<Record>>(), 32);
}

#[test]
fn a_token_works_until_the_moment_it_expires() {
    let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(1), Clock::fixed());
    let token = add(&tokens, &ids, &grant(&ids), &clock, HOUR);
    assert!(tokens.find(token.reveal(), clock.now()).is_some());
    assert!(tokens.find(ids.token().reveal(), clock.now()).is_none());
    clock.advance(HOUR - Duration::from_millis(1));
    assert!(tokens.find(token.reveal(), clock.now()).is_some());
    clock.advance(Duration::from_millis(1));
    assert!(tokens.find(token.reveal(), clock.now()).is_none());
}

#[test]
fn a_revoked_token_is_gone_and_its_room_is_used_again() {
    let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(1), Clock::fixed());
    let grant = grant(&ids);
    for _ in 0..10_000 {
        let token = add(&tokens, &ids, &grant, &clock, HOUR);
        assert!(tokens.find(token.reveal(), clock.now()).is_some());
        tokens.revoke(token.reveal());
        tokens.revoke(token.reveal());
        assert!(tokens.find(token.reveal(), clock.now()).is_none());
    }
    let most = Tokens::SHARDS * Shard::LEAST * 32;
    assert!(bytes(&tokens) <= most, "{} bytes", bytes(&tokens));
}

#[test]
fn a_live_token_takes_96_bytes_at_the_most_and_64_if_there_are_many() {
    let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(2), Clock::fixed());
    let grant = grant(&ids);
    for count in 1..=100_000 {
        add(&tokens, &ids, &grant, &clock, HOUR);
        if count >= 20_000 && count % 1_000 == 0 {
            let each = bytes(&tokens) / count;
            let most = if count < 50_000 { 96 } else { 64 };
            assert!(each <= most, "{each} bytes a token of {count}");
        }
    }
}

#[test]
fn memory_is_bounded_by_what_lives_at_one_time() {
    let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(2), Clock::fixed());
    let grant = grant(&ids);
    // 200 tokens a second that live for a minute: 12,000 at one time, of 120,000 in all.
    for _ in 0..600 {
        for _ in 0..200 {
            add(&tokens, &ids, &grant, &clock, Duration::from_secs(60));
        }
        clock.advance(Duration::from_secs(1));
    }
    let each = bytes(&tokens) / 12_000;
    assert!(each <= 150, "{each} bytes a live token");

    // Without another request, the sweep gives back what has expired.
    clock.advance(HOUR);
    let turns = Tokens::SHARDS / Tokens::SWEPT;
    (0..turns).for_each(|turn| tokens.sweep(turn + 7, clock.now()));
    assert_eq!(bytes(&tokens), 0);
    let token = add(&tokens, &ids, &grant, &clock, HOUR);
    assert!(tokens.find(token.reveal(), clock.now()).is_some());
}

#[test]
fn all_tokens_of_a_client_are_revoked_and_no_others() {
    let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(3), Clock::fixed());
    let grants = [grant(&ids), grant(&ids)];
    let given: Vec<_> = (0..20_000)
        .map(|number| add(&tokens, &ids, &grants[number % 2], &clock, HOUR))
        .collect();
    tokens.revoke_all_of(grants[0].client());
    for (number, token) in given.iter().enumerate() {
        let found = tokens.find(token.reveal(), clock.now());
        assert_eq!(found.is_some(), number % 2 == 1, "token {number}");
    }
    assert_eq!(Arc::strong_count(&grants[0]), 1, "its records are gone");
}
