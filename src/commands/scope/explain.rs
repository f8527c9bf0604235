//! `proofhouse scope explain`.

use serde_json::json;

use super::question::Question;
use crate::console;
use crate::exit::{Exit, Outcome};

/// Say why scopes allow a request, or refuse it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ends as `decide` does: with 0 when it could decide.

Examples:
  proofhouse scope explain -s '*:config/**' -s '-:config/clients' \\
      GET config/clients
  proofhouse scope explain --json -s '+:config/loginPolicies' \\
      PUT config/loginPolicies/b809")]
pub(crate) struct Args {
    #[command(flatten)]
    question: Question,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let Question {
        method, path, json, ..
    } = &args.question;
    let explanation = args.question.set()?.explain(*method, path);
    if *json {
        console::print(format_args!("{:#}", json!(explanation)))?;
    } else {
        console::print(format_args!("{explanation}"))?;
    }
    Ok(Exit::AsExpected)
}
