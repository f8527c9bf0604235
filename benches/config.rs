//! What reading costs, without a socket.
//!
//! `config/list/<items>`: all clients of a customer that has that many. `config/list-changed/<items>`: the same, when one of them
//! has just changed. `config/view/client`: one of them. `login/keys/read` and `login/discovery/read`: what anybody may read.

use std::cell::RefCell;
use std::hint::black_box;
use std::time::Duration;

use axum::body::Body;
use benches::crowd::{self, OPAQUE};
use benches::desk::{Desk, get};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use http::{Request, StatusCode, header};

const ITEMS: [u32; 3] = [10, 1_000, 100_000];

fn list(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("config");
    for items in ITEMS {
        // Two of them are there anyway.
        let mut desk = Desk::of([crowd::tenant(0, items - 2)]);
        let token = desk.token(OPAQUE);
        let total = format!(r#"{{"total":{items},"#);
        group.throughput(Throughput::Elements(items.into()));
        group.bench_function(format!("list/{items}"), |bencher| {
            bencher.iter(|| {
                let (status, body) = desk.ask(black_box(get("config/clients", Some(&token))));
                let is_whole = body.starts_with(total.as_bytes());
                assert!(status == StatusCode::OK && is_whole, "not the list");
                body
            });
        });
    }
    group.finish();
}

fn list_changed(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("config");
    group.sample_size(10);
    for items in ITEMS {
        let desk = RefCell::new(Desk::of([crowd::tenant(0, items - 2)]));
        let token = desk.borrow_mut().token(OPAQUE);
        group.throughput(Throughput::Elements(items.into()));
        group.bench_function(format!("list-changed/{items}"), |bencher| {
            bencher.iter_batched(
                || {
                    assert_eq!(desk.borrow_mut().ask(change(&token)).0, StatusCode::OK);
                },
                |()| {
                    let request = get("config/clients", Some(&token));
                    let (status, body) = desk.borrow_mut().ask(black_box(request));
                    assert!(status == StatusCode::OK, "not the list");
                    body
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// Gives a client the name that it has.
fn change(token: &str) -> Request<Body> {
    let path = format!("/{}/config/clients/{OPAQUE}", crowd::customer(0));
    let client = serde_json::json!({
        "name": "A client of the benches",
        "redirectURIs": [],
        "tokenPolicy": "6d1f0b8a-7c11-4c39-9a51-00000000b001",
        "type": "confidential",
    });
    Request::put(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(client.to_string()))
        .expect("a request with plain parts")
}

fn view(criterion: &mut Criterion) {
    let mut desk = Desk::of([crowd::tenant(0, 0)]);
    let token = desk.token(OPAQUE);
    let client = format!("config/clients/{OPAQUE}");
    for (name, path, token) in [
        ("config/view/client", client.as_str(), Some(token.as_str())),
        ("login/keys/read", "login/jwk", None),
        (
            "login/discovery/read",
            "login/.well-known/openid-configuration",
            None,
        ),
    ] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                let (status, body) = desk.ask(black_box(get(path, token)));
                assert!(status == StatusCode::OK && !body.is_empty(), "nothing");
                body
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = list, list_changed, view
}
criterion_main!(benches);
