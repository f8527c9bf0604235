//! `proofhouse scope exhaust`.

use std::num::NonZero;
use std::thread;

use indicatif::ProgressBar;
use scope_lang::Scope;
use serde_json::json;

use super::alphabet;
use super::comparison::Comparison;
use crate::console;
use crate::exit::{Exit, Failure, Outcome};

/// Compare the compiled evaluator with the naive one on every case there is.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Every set of scopes over a small alphabet, under every combination of readings,
with every method, on every path; both compiled forms against the naive one.
Ends with 1 after a mismatch, and shows the first ones.

Examples:
  proofhouse scope exhaust
  proofhouse scope exhaust --depth 6 --scopes 2 --json"
)]
pub(crate) struct Args {
    /// The number of segments of the deepest scopes and paths, 1 to 6.
    #[arg(long, default_value_t = 4, value_parser = within::<{ alphabet::DEEPEST }>)]
    depth: usize,

    /// The number of scopes in the largest sets, 1 to 4; each one more is some 30 times the work.
    #[arg(long, default_value_t = 3, value_parser = within::<4>)]
    scopes: usize,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let sets = alphabet::sets(&alphabet::scopes(args.depth), args.scopes);
    let paths = alphabet::paths(args.depth);
    // On standard error, and only where that is a terminal.
    let progress = ProgressBar::new(sets.len() as u64);
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let share = sets.len().div_ceil(workers);
    let work = |sets: &[Vec<Scope>]| {
        let mut comparison = Comparison::default();
        for scopes in sets {
            comparison.try_all(scopes, &paths);
            progress.inc(1);
        }
        comparison
    };
    let comparison = thread::scope(|scope| {
        let work = &work;
        let spawn = |sets| scope.spawn(move || work(sets));
        let workers: Vec<_> = sets.chunks(share).map(spawn).collect();
        let mut all = Comparison::default();
        for worker in workers {
            all.add(worker.join().ok()?);
        }
        Some(all)
    });
    progress.finish_and_clear();
    let Some(comparison) = comparison else {
        return Err(Failure::new(
            Exit::NotObserved,
            miette::miette!("an evaluator broke off before the last case"),
        ));
    };
    print(args, &comparison)?;
    Ok(if comparison.mismatches == 0 {
        Exit::AsExpected
    } else {
        Exit::ClauseViolated
    })
}

fn print(args: &Args, comparison: &Comparison) -> Result<(), Failure> {
    if args.json {
        let Comparison {
            cases,
            mismatches,
            first,
        } = comparison;
        let facts = json!({
            "depth": args.depth,
            "scopes": args.scopes,
            "cases": cases,
            "mismatches": mismatches,
            "first": first,
        });
        return console::print(format_args!("{facts:#}"));
    }
    for mismatch in &comparison.first {
        console::print(format_args!("{mismatch}"))?;
    }
    console::print(format_args!(
        "cases={} mismatches={}",
        comparison.cases, comparison.mismatches
    ))
}

fn within<const MOST: usize>(text: &str) -> Result<usize, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| format!("expected a number from 1 to {MOST}"))
}
