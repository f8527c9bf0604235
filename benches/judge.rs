//! What judging costs, server included: it runs in the same process.
//!
//! `judge/run/whole`: every check that can be made without moving the clock. `judge/run/small-500`: 500 checks that only read.
//! `judge/report/<format>`: a report on the whole run.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use conformance::check::{Check, Effects};
use conformance::description::{Usable, tenant::Served};
use conformance::expectations::Expectations;
use conformance::plan::{Plan, Wanted};
use conformance::report::Report;
use conformance::report::output::FORMATS;
use conformance::run::{self, Finished, stop::Stop};
use conformance::target::Session;
use conformance::verdict::Verdict;
use conformance::{catalogue, doctor};
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use reference_server::{Clock, TestServer};
use tokio::runtime::{Builder, Runtime};

/// A server, and a judge that has looked at it.
struct Court {
    runtime: Runtime,
    usable: Usable,
    session: Arc<Session>,
    _server: TestServer,
}

impl Court {
    fn open() -> Self {
        let runtime = Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.expect("a runtime for the whole process");
        // A running clock, because ID tokens are held against the time.
        let server = TestServer::builder().clock(Clock::running());
        let server = runtime.block_on(server.start());
        let served = Served::new(server.url(), &fixtures::seed::demo()).held_to_defaults();
        let usable = Usable::new(&served.description, None, &|name| served.variable(name));
        let usable = usable.unwrap_or_else(|problems| panic!("not usable: {problems:?}"));
        let session = runtime.block_on(doctor::open(&usable));
        let session = session.unwrap_or_else(|problems| panic!("not usable: {problems:?}"));
        Self {
            runtime,
            usable,
            session,
            _server: server,
        }
    }

    fn plan(&self, checks: impl IntoIterator<Item = Check>) -> Plan {
        let offer = self.usable.offer();
        Plan::new(checks, &Wanted::default(), self.usable.mode, offer)
    }

    fn judge(&self, plan: &Plan) -> Finished {
        let never = Stop::never();
        let options = &self.usable.options;
        let run = run::run(&self.session, plan, options, &never, &|_| {});
        let finished = self.runtime.block_on(run);
        let fails = |verdict| matches!(verdict, Verdict::Fail | Verdict::Broken);
        let failed = finished.records.iter().find(|made| fails(made.verdict()));
        assert!(failed.is_none(), "{failed:?}");
        finished
    }
}

fn judge(criterion: &mut Criterion) {
    let court = Court::open();
    let whole = court.plan(catalogue::all());
    let small = |check: &Check| check.effects == Effects::Reads && check.needs.is_empty();
    let mut read = court.plan(catalogue::all().into_iter().filter(small));
    read.skipped.clear();
    read.checks = read.checks.iter().cycle().take(500).copied().collect();
    assert!(read.checks.len() == 500, "no check only reads");

    let mut group = criterion.benchmark_group("judge");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("run/small-500", |bencher| {
        bencher.iter(|| court.judge(black_box(&read)));
    });
    group.bench_function("run/whole", |bencher| {
        bencher.iter(|| court.judge(black_box(&whole)));
    });
    let finished = court.judge(&whole);
    let expectations = Expectations::default();
    let report = Report::new(&court.session, court.usable.mode, &finished, &expectations);
    for format in FORMATS {
        group.bench_function(format!("report/{}", format.name), |bencher| {
            bencher.iter(|| {
                let mut bytes = Vec::new();
                let written = format.writer.write(black_box(&report), &mut bytes);
                assert!(written.is_ok() && !bytes.is_empty(), "nothing was written");
                bytes
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = judge
}
criterion_main!(benches);
