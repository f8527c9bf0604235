//! Prints what the server does beside what the machine can do.

use std::io;
use std::path::{Path, PathBuf};

use benches::child;
use benches::served::Cores;
use benches::table::{CONNECTIONS, Plan, generators, issuance, lists, rivals, signing, start};
use clap::Parser;
use miette::IntoDiagnostic as _;

/// Prints what the server does beside what the machine can do.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo run --release -p benches --bin table --")]
struct Wanted {
    /// Ten seconds, to see that it works; the figures mean little
    #[arg(long)]
    quick: bool,
    /// Folder with servers that others wrote: `npm install --prefix DIR oidc-provider oauth2-mock-server`
    #[arg(long, value_name = "DIR")]
    rivals: Option<PathBuf>,
}

impl Wanted {
    fn plan(&self) -> Plan {
        if self.quick { Plan::QUICK } else { Plan::WHOLE }
    }
}

fn main() -> miette::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.split_first() {
        Some((first, rest)) if first == child::FLAG => child::run(rest),
        _ => measure(&Wanted::parse()),
    };
    done.into_diagnostic()
}

fn measure(wanted: &Wanted) -> io::Result<()> {
    // Before there is a second thread, which would stay where it is.
    let cores = Cores::divide();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(print(wanted, &cores))
}

async fn print(wanted: &Wanted, cores: &Cores) -> io::Result<()> {
    let plan = &wanted.plan();
    let (found, mut missing) = match &wanted.rivals {
        Some(folder) => rivals::installed(Path::new(folder)),
        None => (Vec::new(), rivals::names()),
    };
    let layout = match cores.are_divided() {
        true => "server on one processor, generator on another",
        false => {
            "server and generator wherever the system puts them: there is no `taskset`, or one processor only"
        }
    };
    println!("{CONNECTIONS} connections, {layout};");
    println!(
        "medians of {} interleaved rounds of {:?}; ratios are medians of the rounds' ratios\n",
        plan.rounds, plan.turn
    );

    let reported = generators::standstill(cores, plan)?;
    let issuance = issuance::measure(cores, plan, &found).await?;
    println!("{}", issuance.rows);
    println!(
        "memory a live token: {:.0} bytes of {} tokens (goal: 96)",
        issuance.memory, plan.live
    );
    println!(
        "processor time a request: {:.2} of ours with {} live tokens, {:.2} with {} customers (goal: 1.2)",
        issuance.with_tokens, plan.live, issuance.with_customers, plan.customers
    );

    let start = start::measure(plan).await?;
    println!(
        "start of the process to the first answer: {:.1} ms (goal: 8), then {:.1} ms to the keys; {:.1} MiB in memory",
        start.discovery, start.keys, start.memory
    );

    let signing = signing::measure(cores, plan).await?;
    println!(
        "RS256: {:.0} signatures/s bare, {:.0} JWTs/s issued over HTTP: {:.3} (goal: 0.97); {:.3} of the processor time",
        signing.bare, signing.issued, signing.ratio, signing.cost
    );
    println!(
        "p99 of opaque tokens: {:.0} us alone, {:.0} us while JWTs are issued: {:.1} (goal: 2)",
        signing.idle,
        signing.busy,
        signing.busy / signing.idle
    );

    let lists = lists::measure(cores, plan).await?;
    println!(
        "list of {} clients: {:.1} ms; p99 of opaque tokens: {:.0} us alone, {:.0} us while lists are read: {:.1} (goal: 2)",
        plan.items,
        lists.takes,
        lists.idle,
        lists.busy,
        lists.busy / lists.idle
    );

    let generators = generators::measure(cores, plan)?;
    println!("\n{}", generators.rows);
    missing.extend(generators.missing);
    let shown = [("p95", 950), ("p99", 990), ("p99.9", 999)];
    for ((name, thousandths), reported) in shown.iter().zip(reported.latencies) {
        let truth = generators::truth(*thousandths);
        println!(
            "{name} of a server that stands still for 200 ms in every 2 s: {reported:.1?} reported, {truth:.1?} computed: {:+.1} % (goal: 2)",
            (reported.as_secs_f64() / truth.as_secs_f64() - 1.0) * 100.0
        );
    }
    println!(
        "500 arrivals a second: {:.2} sent and answered (goal: 99.9 %)",
        reported.rate()
    );
    if let Some(expiry) = issuance.expiry {
        let kept = expiry.end().await?;
        let [before, full, after] = [kept.before, kept.full, kept.after].map(|bytes| bytes >> 20);
        println!(
            "memory without tokens {before} MiB, with them {full} MiB, after they expired {after} MiB: {:.0} % came back",
            kept.returned() * 100.0
        );
    }
    if !missing.is_empty() {
        println!("left out, not installed: {}", missing.join(", "));
    }
    Ok(())
}
