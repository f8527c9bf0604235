//! `proofhouse scope decide`.

use serde_json::json;

use super::question::Question;
use crate::console;
use crate::exit::{Exit, Outcome};

/// Decide whether scopes allow a request.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0 when it could decide, whether the request is allowed or refused;
with 2 when a scope, a reading or the request is malformed.

Examples:
  proofhouse scope decide -s '*:config/**' GET config/clients
  proofhouse scope decide -s '+:config/clients' -s '.:config/clients' \\
      --reading plus-with-read=yes GET config/clients"
)]
pub(crate) struct Args {
    #[command(flatten)]
    question: Question,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let Question {
        method, path, json, ..
    } = &args.question;
    let set = args.question.set()?;
    let decision = set.decide(*method, path);
    let verdict = if decision.allowed() {
        "allowed"
    } else {
        "refused"
    };
    if *json {
        let facts = json!({
            "method": method,
            "path": path,
            "allowed": decision.allowed(),
            "reason": decision.reason(),
            "by": decision.by(),
        });
        console::print(format_args!("{facts:#}"))?;
    } else if let Some(by) = decision.by() {
        console::print(format_args!("{verdict} by {by}"))?;
    } else {
        console::print(format_args!("{verdict}: no scope covers it"))?;
    }
    Ok(Exit::AsExpected)
}
