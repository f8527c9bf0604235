//! `proofhouse scope parse`.

use scope_lang::Scope;
use serde_json::json;

use super::source;
use crate::console;
use crate::exit::{Exit, Outcome};

/// Read scopes and show their parts.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ends with 2 at the first text that is not a scope.

Examples:
  proofhouse scope parse '*:config/**'
  proofhouse scope parse --json '+:config/clients' '-:config/tokenPolicies'")]
pub(crate) struct Args {
    /// What to read, such as `*:config/clients`; options go before it, as a scope may begin with `-`.
    #[arg(required = true, value_name = "SCOPE", allow_hyphen_values = true)]
    scopes: Vec<String>,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let scopes = source::read(&args.scopes)?;
    if args.json {
        let facts: Vec<_> = scopes.iter().map(facts).collect();
        console::print(format_args!("{:#}", json!(facts)))?;
    } else {
        for scope in &scopes {
            console::print(format_args!("{scope}  {}", words(scope)))?;
        }
    }
    Ok(Exit::AsExpected)
}

fn facts(scope: &Scope) -> serde_json::Value {
    let resource = scope.resource();
    json!({
        "scope": scope,
        "behaviour": scope.behaviour(),
        "resource": resource.as_str(),
        "segments": resource.segments().collect::<Vec<_>>(),
        "wildcard": resource.has_wildcard(),
    })
}

fn words(scope: &Scope) -> String {
    let behaviour = scope.behaviour().name();
    let resource = scope.resource();
    if resource.is_everything() {
        format!("{behaviour}: everything")
    } else if resource.is_bare() {
        format!(
            "{behaviour}: {resource}; what is below it, only under bare-config=everything-below"
        )
    } else {
        format!("{behaviour}: {} and all below it", resource.prefix())
    }
}
