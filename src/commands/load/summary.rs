//! What a load came to, for people.

use std::time::Duration;

use loadtest::{
    figures::{Percentile, Requests},
    limit::{Hopeless, Judged},
    mix::Mix,
    run::Ran,
    target::Target,
};

use crate::console;
use crate::exit::Failure;

/// Says what is going to be done.
pub(super) fn heading(mix: &Mix, target: &Target, seed: u64) -> String {
    let demand = match mix.arrivals {
        Some(rate) => format!("{rate} arrivals/s, at most {} under way", mix.users),
        None => format!("{} users", mix.users),
    };
    format!(
        "{} on {} customer {}: {demand}, {} (seed {seed})",
        mix.name,
        target.url,
        target.customer,
        seconds(mix.duration)
    )
}

/// Prints everything, or what is wrong alone.
pub(super) fn print(
    heading: &str,
    ran: &Ran,
    judged: &[Judged],
    hopeless: Option<&Hopeless>,
    is_quiet: bool,
) -> Result<(), Failure> {
    if !is_quiet {
        console::print(heading)?;
        console::print(table(ran))?;
    }
    for finding in &ran.findings {
        console::print(format_args!(
            "  ✗ `{}`: {}, {} times, first after {}",
            finding.request,
            finding.what,
            finding.count,
            seconds(finding.first)
        ))?;
    }
    for violation in &ran.violations {
        console::print(format_args!(
            "  ✗ {} after {}, `{}`: {}",
            violation.rule.as_str(),
            seconds(violation.at),
            violation.request,
            violation.told
        ))?;
    }
    for judged in judged.iter().filter(|judged| !is_quiet || !judged.is_met) {
        let sign = if judged.is_met { '✓' } else { '✗' };
        console::print(format_args!("  {sign} {judged}"))?;
    }
    if let Some(hopeless) = hopeless {
        console::print(format_args!("ended early: {hopeless}"))?;
    }
    for id in &ran.leftovers {
        console::print(format_args!("left behind: the token policy `{id}`"))?;
    }
    let whole = ran.figures.whole();
    console::print(format_args!(
        "{} requests in {}: {} wrong or without an answer, {} violations across requests",
        whole.count(),
        seconds(ran.figures.elapsed),
        whole.errors(),
        ran.violated
    ))
}

fn table(ran: &Ran) -> String {
    let mut lines = vec![format!(
        "{:<14} {:>9} {:>9} {:>10} {:>10} {:>10} {:>10} {:>7}",
        "request", "count", "per s", "p50", "p95", "p99", "longest", "errors"
    )];
    let whole = ran.figures.whole();
    let named = ran
        .figures
        .requests
        .iter()
        .map(|(name, requests)| (name.as_str(), requests));
    for (name, requests) in named.chain([("all", &whole)]) {
        lines.push(row(name, requests, ran.figures.elapsed));
    }
    lines.join("\n")
}

fn row(name: &str, requests: &Requests, elapsed: Duration) -> String {
    let at = |percentile| {
        requests
            .percentile(percentile)
            .map_or("-".to_owned(), milliseconds)
    };
    format!(
        "{name:<14} {:>9} {:>9.1} {:>10} {:>10} {:>10} {:>10} {:>7}",
        requests.count(),
        requests.rate(elapsed).unwrap_or_default(),
        at(Percentile::P50),
        at(Percentile::P95),
        at(Percentile::P99),
        requests
            .latency
            .longest()
            .map_or("-".to_owned(), milliseconds),
        requests.errors()
    )
}

fn milliseconds(took: Duration) -> String {
    format!("{:.2} ms", took.as_secs_f64() * 1e3)
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
