//! What tokens cost, without a socket: the whole server behind its door.
//!
//! `token/issue/<kind>`: a token for a client that authenticates by Basic. `token/introspect/<what>`: what it stands for.
//! `token/revoke/opaque`: its end. `token/sign/bare`: the signature of a JWT by the cryptographic library alone.

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use benches::crowd::{self, FORM, JWT, OPAQUE};
use benches::desk::{Desk, form};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::StatusCode;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;

fn issue(criterion: &mut Criterion) {
    for (kind, client, least) in [("opaque", OPAQUE, 64), ("jwt", JWT, 500)] {
        let mut desk = Desk::of([crowd::tenant(0, 0)]);
        desk.token(client);
        criterion.bench_function(&format!("token/issue/{kind}"), |bencher| {
            bencher.iter_batched(
                || form("login/token", client, FORM),
                |request| {
                    let (status, body) = desk.ask(black_box(request));
                    assert!(status == StatusCode::OK && body.len() > least, "no token");
                    body
                },
                BatchSize::SmallInput,
            );
        });
    }
}

fn introspect(criterion: &mut Criterion) {
    let mut desk = Desk::of([crowd::tenant(0, 0)]);
    let live = desk.token(OPAQUE);
    for (what, token, is_active) in [("live", live.as_str(), true), ("unknown", "t", false)] {
        let body = format!("token={token}");
        criterion.bench_function(&format!("token/introspect/{what}"), |bencher| {
            bencher.iter_batched(
                || form("login/token/introspect", OPAQUE, &body),
                |request| {
                    let (status, body) = desk.ask(black_box(request));
                    let says = body.starts_with(br#"{"active":true"#);
                    assert!(status == StatusCode::OK && says == is_active, "wrong");
                    body
                },
                BatchSize::SmallInput,
            );
        });
    }
}

fn revoke(criterion: &mut Criterion) {
    let desk = std::cell::RefCell::new(Desk::of([crowd::tenant(0, 0)]));
    criterion.bench_function("token/revoke/opaque", |bencher| {
        bencher.iter_batched(
            || {
                let token = desk.borrow_mut().token(OPAQUE);
                form("login/token/revoke", OPAQUE, &format!("token={token}"))
            },
            |request| {
                let (status, _) = desk.borrow_mut().ask(black_box(request));
                assert!(status == StatusCode::OK, "not revoked");
            },
            BatchSize::SmallInput,
        );
    });
}

fn sign(criterion: &mut Criterion) {
    let key = PrivatePkcs8KeyDer::from_pem_slice(fixtures::keys::DEMO[1].as_bytes());
    let key = key.expect("a key of the fixtures");
    let pair = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).expect("a key of the fixtures");
    let (random, message) = (SystemRandom::new(), [b'x'; 560]);
    let mut signature = vec![0; pair.public_modulus_len()];
    criterion.bench_function("token/sign/bare", |bencher| {
        bencher.iter(|| {
            let message = black_box(&message);
            let signed = pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature);
            assert!(signed.is_ok(), "no signature");
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = issue, introspect, revoke, sign
}
criterion_main!(benches);
