//! `proofhouse list`: checks, clauses, readings, and what covers what.

use conformance::{
    catalogue::{self, Coverage},
    check::{Check, Need},
    plan::{Mode, Offer},
};
use serde_json::{Value, json};

use super::check::SelectionArgs;
use crate::console;
use crate::exit::{Exit, Outcome};

/// Show checks, clauses, and what covers what.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse list
  proofhouse list --only 'config.scopes.*'
  proofhouse list --clauses --json")]
pub(crate) struct Args {
    /// Shows every clause, and which checks observe it.
    #[arg(long, conflicts_with = "readings")]
    clauses: bool,

    /// Shows every reading: a point that the documentation leaves open, and the answers that are accepted.
    #[arg(long)]
    readings: bool,

    /// Prints JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    selection: SelectionArgs,
}

pub(crate) async fn run(args: Args) -> Outcome {
    let checks = args.selection.checks()?;
    let value = if args.clauses {
        clauses(&catalogue::coverage(&checks))
    } else if args.readings {
        readings()
    } else {
        let plan = args.selection.plan(checks, Mode::Full, Offer::EVERYTHING)?;
        list(&plan.checks)
    };
    if args.json {
        console::print(format_args!("{:#}", value.json))?;
    } else {
        console::print(format_args!("{}", value.text.join("\n")))?;
    }
    Ok(Exit::AsExpected)
}

/// The same list twice: for people and for scripts.
struct Listing {
    text: Vec<String>,
    json: Value,
}

fn list(checks: &[Check]) -> Listing {
    let mut text: Vec<String> = checks
        .iter()
        .map(|check| {
            format!(
                "{:<60} {:<8} {}",
                check.id,
                check.effects.as_str(),
                check.title
            )
        })
        .collect();
    text.push(format!("{} checks", checks.len()));
    let json = checks.iter().map(|check| {
        json!({
            "id": check.id,
            "title": check.title,
            "clauses": check.cites,
            "effects": check.effects.as_str(),
            "needs": check.needs.iter().map(need).collect::<Vec<_>>(),
        })
    });
    Listing {
        text,
        json: json.collect(),
    }
}

fn need(need: &Need) -> String {
    match need {
        Need::ConfigurationClient => "configuration-client".to_owned(),
        Need::LoginClient => "login-client".to_owned(),
        Need::PublicLoginClient => "public-login-client".to_owned(),
        Need::ConfidentialLoginClient => "confidential-login-client".to_owned(),
        Need::User => "user".to_owned(),
        Need::UserAlone => "user-alone".to_owned(),
        Need::Listener => "listener".to_owned(),
        Need::Control => "control".to_owned(),
        Need::Bounds => "bounds".to_owned(),
        Need::Time { seconds } => format!("time={seconds}"),
        Need::Reading { id, answer } => format!("{id}={answer}"),
    }
}

fn clauses(coverage: &[Coverage]) -> Listing {
    let mut text = Vec::new();
    for one in coverage {
        let clause = one.clause;
        text.push(format!(
            "{} [{}] {}",
            clause.id,
            clause.mark.as_str(),
            clause.text
        ));
        text.push(format!("    source: {}", clause.source));
        match one.untestable {
            Some(reason) => text.push(format!("    untestable: {reason}")),
            None => text.extend(one.checks.iter().map(|id| format!("    {id}"))),
        }
    }
    let count = |is: fn(&Coverage) -> bool| coverage.iter().filter(|one| is(one)).count();
    text.push(format!(
        "{} clauses: {} observed, {} untestable, {} open",
        coverage.len(),
        count(|one| !one.checks.is_empty()),
        count(|one| one.untestable.is_some()),
        count(|one| one.checks.is_empty() && one.untestable.is_none()),
    ));
    let json = coverage.iter().map(|one| {
        json!({
            "id": one.clause.id,
            "mark": one.clause.mark.as_str(),
            "text": one.clause.text,
            "source": one.clause.source,
            "checks": one.checks,
            "untestable": one.untestable,
        })
    });
    Listing {
        text,
        json: json.collect(),
    }
}

fn readings() -> Listing {
    let mut text = Vec::new();
    for reading in fixtures::readings::all() {
        text.push(format!("{}: {}", reading.id, reading.question));
        text.push(format!("    answers: {}", reading.answers.join(", ")));
        text.push(format!("    because: {}", reading.because));
    }
    let json = fixtures::readings::all().iter().map(|reading| {
        json!({
            "id": reading.id,
            "question": reading.question,
            "answers": reading.answers,
            "because": reading.because,
        })
    });
    Listing {
        text,
        json: json.collect(),
    }
}
