//! `scope_rivals/<engine>/<scopes>/<hit|miss>`: one decision of each engine, on the same list of
//! scopes and the same requests, in one run.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use rivals::casbin::Casbin;
use rivals::cedar::Cedar;
use rivals::cedar_data::CedarData;
use rivals::ours::Ours;
use rivals::regorus::Regorus;
use rivals::{Answer, Engine};
use scope_lang::{Method, Scope};
use scope_workload::{Outcome, REQUESTS, SIZES, Workload};

fn engines(criterion: &mut Criterion) {
    for size in SIZES {
        for outcome in [Outcome::Hit, Outcome::Miss] {
            let workload = Workload::new(size, outcome);
            let measured = measure::<Ours>(criterion, &workload)
                .and_then(|()| measure::<Regorus>(criterion, &workload))
                .and_then(|()| measure::<CedarData>(criterion, &workload))
                .and_then(|()| measure::<Cedar>(criterion, &workload))
                .and_then(|()| measure::<Casbin>(criterion, &workload));
            measured.expect("every engine takes the workload, or the run is of no use");
        }
    }
}

fn measure<E: Engine>(criterion: &mut Criterion, workload: &Workload) -> Answer<()> {
    let Workload {
        scopes,
        paths,
        outcome,
    } = workload;
    let scopes = scopes
        .iter()
        .map(|text| text.parse())
        .collect::<Result<Vec<Scope>, _>>()?;
    let mut engine = E::new(&scopes)?;
    let requests = paths
        .iter()
        .map(|path| engine.request(Method::Get, path))
        .collect::<Answer<Vec<_>>>()?;
    for request in &requests {
        let allowed = engine.allows(request)?;
        assert!(
            allowed == (*outcome == Outcome::Hit),
            "{} decides otherwise",
            E::NAME
        );
    }
    let name = format!("scope_rivals/{}/{}/{outcome}", E::NAME, scopes.len());
    let mut turn = 0;
    criterion.bench_function(&name, |bencher| {
        bencher.iter(|| {
            turn = (turn + 1) % REQUESTS;
            engine
                .allows(black_box(&requests[turn]))
                .is_ok_and(|allowed| allowed)
        });
    });
    Ok(())
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(30);
    targets = engines
}
criterion_main!(benches);
