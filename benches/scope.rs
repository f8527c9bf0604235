//! What a scope decision costs, and what it costs to be ready for one.
//!
//! `scope/floor/touch`: the request alone, without a decision. `scope/decide/<scopes>/<outcome>`:
//! one decision on a compiled set. `scope/compile/<scopes>`: a list of parsed scopes made ready.
//! `scope/parse/<scopes>`: the texts of such a list read.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use scope_lang::{Method, ParseError, Readings, Scope, ScopeSet};
use scope_workload::{Outcome, REQUESTS, SIZES, Workload};

fn floor(criterion: &mut Criterion) {
    let paths = Workload::new(64, Outcome::Hit).paths;
    let mut turn = 0;
    criterion.bench_function("scope/floor/touch", |bencher| {
        bencher.iter(|| {
            turn = (turn + 1) % REQUESTS;
            let path = black_box(paths[turn].as_str());
            (black_box(Method::Get), path.as_bytes().last().copied())
        });
    });
}

fn decide(criterion: &mut Criterion) {
    for size in SIZES {
        for outcome in Outcome::ALL {
            let workload = Workload::new(size, outcome);
            let scopes = read(&workload.scopes).expect("a workload's scopes are well-formed");
            let set = ScopeSet::compile(&scopes, Readings::default());
            let mut turn = 0;
            criterion.bench_function(&format!("scope/decide/{size}/{outcome}"), |bencher| {
                bencher.iter(|| {
                    turn = (turn + 1) % REQUESTS;
                    let path = black_box(workload.paths[turn].as_str());
                    let allowed = set.decide(black_box(Method::Get), path).allowed();
                    assert!(
                        allowed == (outcome == Outcome::Hit),
                        "not the outcome that was meant"
                    );
                    allowed
                });
            });
        }
    }
}

fn prepare(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scope");
    for size in SIZES {
        let texts = Workload::new(size, Outcome::Hit).scopes;
        let scopes = read(&texts).expect("a workload's scopes are well-formed");
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(format!("compile/{size}"), |bencher| {
            bencher.iter(|| ScopeSet::compile(black_box(&scopes), Readings::default()));
        });
        group.bench_function(format!("parse/{size}"), |bencher| {
            bencher.iter(|| read(black_box(&texts)));
        });
    }
    group.finish();
}

fn read(texts: &[String]) -> Result<Vec<Scope>, ParseError> {
    texts.iter().map(|text| text.parse()).collect()
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = floor, decide, prepare
}
criterion_main!(benches);
