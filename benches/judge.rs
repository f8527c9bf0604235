//! What judging costs, server included: it runs in the same process.
//!
//! `judge/run/whole`: every check that can be made without moving the clock. `judge/run/small-500`: 500 checks that only read, 16 at a
//! time; `small-500-in-turn`: one after the other. `judge/floor/...`: the client library alone, which sends as many requests to the same
//! server and reads the answers. `judge/report/<format>`: a report on the whole run.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use conformance::check::{Check, Effects};
use conformance::description::{Usable, tenant::Served};
use conformance::expectations::Expectations;
use conformance::plan::{Plan, Wanted};
use conformance::report::Report;
use conformance::report::output::FORMATS;
use conformance::run::{self, Finished, Options, Record, stop::Stop};
use conformance::target::Session;
use conformance::verdict::Verdict;
use conformance::{catalogue, doctor};
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use futures_util::future::try_join_all;
use reference_server::{Clock, TestServer};
use tokio::runtime::{Builder, Runtime};

/// How many checks or requests are under way at a time.
const AT_A_TIME: usize = 16;

/// A server, and a judge that has looked at it.
struct Court {
    runtime: Runtime,
    usable: Usable,
    session: Arc<Session>,
    server: TestServer,
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
            server,
        }
    }

    fn plan(&self, checks: impl IntoIterator<Item = Check>) -> Plan {
        let offer = self.usable.offer();
        Plan::new(checks, &Wanted::default(), self.usable.mode, offer)
    }

    fn judge(&self, plan: &Plan, jobs: usize) -> Finished {
        let never = Stop::never();
        let options = Options {
            jobs,
            ..self.usable.options
        };
        let run = run::run(&self.session, plan, &options, &never, &|_| {});
        let finished = self.runtime.block_on(run);
        let fails = |verdict| matches!(verdict, Verdict::Fail | Verdict::Broken);
        let failed = finished.records.iter().find(|made| fails(made.verdict()));
        assert!(failed.is_none(), "{failed:?}");
        finished
    }

    /// Sends so many requests with the client library alone, so many at a time, and reads the answers.
    fn ask(&self, client: &reqwest::Client, requests: usize, jobs: usize) {
        let address = self.server.at("login/.well-known/openid-configuration");
        let ask = async |share: usize| {
            for _ in 0..share {
                let answer = client.get(&address).send().await?.error_for_status()?;
                black_box(answer.bytes().await?);
            }
            Ok::<(), reqwest::Error>(())
        };
        let shares = (0..jobs).map(|job| ask(requests / jobs + usize::from(job < requests % jobs)));
        let asked = self.runtime.block_on(try_join_all(shares));
        assert!(asked.is_ok(), "{asked:?}");
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
    let sent = court.judge(&read, AT_A_TIME).records;
    let requests = sent.iter().map(Record::requests).sum();
    let client = reqwest::Client::builder().tls_certs_only([]).build();
    let client = client.expect("a client that trusts nobody");
    for (name, jobs) in [("", AT_A_TIME), ("-in-turn", 1)] {
        group.bench_function(format!("floor/small-500{name}"), |bencher| {
            bencher.iter(|| court.ask(&client, requests, jobs));
        });
        group.bench_function(format!("run/small-500{name}"), |bencher| {
            bencher.iter(|| court.judge(black_box(&read), jobs));
        });
    }
    group.bench_function("run/whole", |bencher| {
        bencher.iter(|| court.judge(black_box(&whole), AT_A_TIME));
    });
    let finished = court.judge(&whole, AT_A_TIME);
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
