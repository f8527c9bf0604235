//! `proofhouse teeth`: the judge against every fault of the reference server.

mod trial;

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use conformance::{
    catalogue,
    check::Check,
    plan::{Mode, Offer, Plan, Wanted},
    teeth::{
        html, json,
        matrix::{Matrix, Row},
        text,
    },
};
use fixtures::aims;
use futures_util::{StreamExt as _, stream};
use globset::{Glob, GlobSetBuilder};
use indicatif::ProgressBar;
use reference_server::faults::{self, Fault};

use crate::console;
use crate::exit::{Exit, Failure, Outcome};

/// Run the judge against every fault of the reference server.
///
/// Each fault is turned on in a server of its own, and the checks of the clauses that it breaks are made. It survives if
/// none of them blames the server. A check that no fault makes fail is idle, unless it is listed as a control.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse teeth
  proofhouse teeth --html teeth.html --json teeth.json
  proofhouse teeth --fault 'deny-*'
  proofhouse teeth --list

Exit status:
  0  every fault is noticed, and every check notices one
  1  a fault survives, a harmless one is blamed, or a check is idle
  2  usage
  4  a sound server could not be judged
  7  nothing was selected")]
pub(crate) struct Args {
    /// Turns on only the faults whose names match; idle checks are not looked for then; repeatable.
    #[arg(long = "fault", value_name = "GLOB")]
    faults: Vec<String>,

    /// Makes only the checks whose ids match, before the faults that they are meant for; repeatable.
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,

    /// Makes every check against every fault, and not only those of the clauses that it breaks; takes minutes.
    #[arg(long)]
    everything: bool,

    /// Lists the faults, by family, and does nothing else.
    #[arg(long)]
    list: bool,

    /// Writes the matrix as JSON; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Writes the matrix as a page of HTML.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Servers that are judged at the same time.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: u8,

    /// Shows only what is to be mended, and the verdict.
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) async fn run(args: Args) -> Outcome {
    let faults = args.selected_faults()?;
    if args.list {
        list(&faults)?;
        return Ok(Exit::AsExpected);
    }
    let plan = args.plan()?;
    if faults.is_empty() || plan.checks.is_empty() {
        return Err(nothing_selected("no fault or no check has such a name"));
    }
    let matrix = args.matrix(&faults, &plan.checks).await?;
    if matrix.rows.is_empty() {
        return Err(nothing_selected(
            "none of these checks is meant for any of these faults",
        ));
    }
    args.publish(&matrix)?;
    Ok(match matrix.has_teeth() {
        true => Exit::AsExpected,
        false => Exit::ClauseViolated,
    })
}

fn nothing_selected(why: &str) -> Failure {
    Failure::new(
        Exit::NothingSelected,
        miette::miette!("{why}; `proofhouse teeth --list` shows the faults"),
    )
}

impl Args {
    fn selected_faults(&self) -> Result<Vec<&'static Fault>, Failure> {
        let mut globs = GlobSetBuilder::new();
        for glob in &self.faults {
            globs.add(Glob::new(glob).map_err(|error| Failure::usage(miette::miette!("{error}")))?);
        }
        let globs = globs
            .build()
            .map_err(|error| Failure::usage(miette::miette!("{error}")))?;
        let is_wanted = |fault: &&Fault| self.faults.is_empty() || globs.is_match(fault.name);
        Ok(faults::all().filter(is_wanted).collect())
    }

    fn plan(&self) -> Result<Plan, Failure> {
        let wanted = Wanted::new(&self.only, &[])
            .map_err(|error| Failure::usage(miette::miette!("{error}")))?;
        Ok(Plan::new(
            catalogue::all(),
            &wanted,
            Mode::Full,
            Offer::EVERYTHING,
        ))
    }

    async fn matrix(&self, faults: &[&'static Fault], checks: &[Check]) -> Result<Matrix, Failure> {
        let start = Instant::now();
        let bar = progress(faults.len(), self.quiet);
        let sound = trial::sound(checks).await?;
        let rows = stream::iter(faults.iter().copied())
            .map(|fault| {
                let met = self.met(fault, &sound.checks);
                let bar = &bar;
                async move {
                    let row = row(fault, trial::cells(fault, met).await?);
                    bar.inc(1);
                    Ok::<_, Failure>(row)
                }
            })
            .buffered(usize::from(self.jobs))
            .collect::<Vec<_>>()
            .await;
        bar.finish_and_clear();
        let mut matrix = Matrix {
            rows: rows.into_iter().collect::<Result<_, _>>()?,
            checks: sound.checks.iter().map(|check| check.id).collect(),
            unmade: sound.unmade,
            controls: controls(),
            is_whole: self.faults.is_empty(),
            duration: start.elapsed(),
        };
        if !self.only.is_empty() {
            // What is meant for other checks says nothing about these.
            matrix.rows.retain(|row| !row.cells.is_empty());
            // What others are meant for, too, is theirs to notice.
            let all = catalogue::all();
            matrix.rows.retain(|row| {
                let aimed = faults::find(&row.fault).map(|fault| self.met(fault, &all).len());
                row.is_right() || aimed == Some(row.cells.len())
            });
            let checks = &matrix.checks;
            matrix
                .controls
                .retain(|control, _| checks.contains(&control.as_str()));
        }
        Ok(matrix)
    }

    /// Returns the checks that meet a fault: those of the clauses that it breaks.
    fn met(&self, fault: &Fault, checks: &[Check]) -> Vec<Check> {
        let Some(aim) = aims::of(fault.name) else {
            return Vec::new();
        };
        let is_aimed = |check: &&Check| {
            self.everything
                || check
                    .cites
                    .iter()
                    .any(|cited| aim.clauses.iter().any(|clause| clause == cited))
        };
        checks.iter().filter(is_aimed).copied().collect()
    }

    fn publish(&self, matrix: &Matrix) -> Result<(), Failure> {
        let is_for_machines = self
            .json
            .as_ref()
            .is_some_and(|file| file.as_os_str() == "-");
        let shown = text::text(matrix, self.quiet);
        if is_for_machines {
            console::tell(shown.trim_end());
        } else {
            console::print(shown.trim_end())?;
        }
        if let Some(file) = &self.json {
            let text = format!("{:#}\n", json::json(matrix));
            if is_for_machines {
                console::print_bytes(text.as_bytes())?;
            } else {
                replace(file, &text)?;
            }
        }
        if let Some(file) = &self.html {
            replace(file, &html::html(matrix))?;
        }
        Ok(())
    }
}

fn row(fault: &Fault, cells: BTreeMap<&'static str, conformance::teeth::matrix::Cell>) -> Row {
    Row {
        fault: fault.name.to_owned(),
        family: fault.family.to_owned(),
        title: fault.title.to_owned(),
        harmless: aims::of(fault.name).and_then(|aim| aim.harmless.clone()),
        cells,
    }
}

fn controls() -> BTreeMap<String, String> {
    aims::controls()
        .iter()
        .map(|control| (control.check.clone(), control.because.clone()))
        .collect()
}

fn list(faults: &[&Fault]) -> Result<(), Failure> {
    let mut family = "";
    for fault in faults {
        if fault.family != family {
            family = fault.family;
            console::print(family)?;
        }
        console::print(format_args!("  {:<44} {}", fault.name, fault.title))?;
    }
    console::print(format_args!("{} faults", faults.len()))
}

fn progress(faults: usize, is_quiet: bool) -> ProgressBar {
    if is_quiet {
        return ProgressBar::hidden();
    }
    ProgressBar::new(faults.try_into().unwrap_or(u64::MAX))
}

fn replace(file: &std::path::Path, text: &str) -> Result<(), Failure> {
    fixtures::file::replace(file, text.as_bytes())
        .map_err(|error| Failure::unwritable(format_args!("`{}`", file.display()), &error))
}
