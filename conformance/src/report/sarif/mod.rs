//! The format for code scanning: SARIF 2.1.0 (OASIS), as far as it speaks of checks.
//!
//! A check is a rule, and a violated clause a result: `error` where a run fails, `warning` where the clause was only inferred.
//! A known deviation is a result that was suppressed outside the tool, with its justification. What was not observed is no
//! result at all but a notification of the tool, and a run with one was not successful.
//!
//! | module | what it holds |
//! |---|---|
//! | `rule` | checks as rules, with their clauses |
//! | `result` | what was violated, with the exchange that shows it |

mod result;
mod rule;

use std::io;

use serde::Serialize;

use super::{Entry, Report, Write, text};
use crate::verdict::Verdict;
use result::ResultObject;
use rule::Rule;

/// Writes SARIF, indented.
#[derive(Debug, Clone, Copy)]
pub struct Sarif;

impl Write for Sarif {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &Log::new(report))?;
        writeln!(out)
    }
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

/// SARIF 2.1.0, 3.14.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool<'r>,
    automation_details: AutomationDetails,
    invocations: [Invocation; 1],
    results: Vec<ResultObject<'r>>,
    column_kind: &'static str,
}

#[derive(Serialize)]
struct Tool<'r> {
    driver: Driver<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'r> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'r>>,
}

#[derive(Serialize)]
struct AutomationDetails {
    /// What is compared from run to run, then the run (3.17.3).
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    start_time_utc: String,
    tool_execution_notifications: Vec<Notification>,
}

/// SARIF 2.1.0, 3.58.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    level: &'static str,
    message: Message,
    associated_rule: RuleReference,
}

#[derive(Serialize)]
struct RuleReference {
    id: &'static str,
    index: usize,
}

/// SARIF 2.1.0, 3.11.
#[derive(Serialize)]
struct Message {
    text: String,
}

impl Message {
    /// Makes a message; whatever could steer its reader is written out.
    fn new(text: &str) -> Self {
        Self {
            text: text::printable(text),
        }
    }
}

impl<'r> Log<'r> {
    fn new(report: &'r Report) -> Self {
        let indexed = || report.entries.iter().enumerate();
        let notifications: Vec<Notification> = indexed()
            .filter(|(_, entry)| entry.verdict == Verdict::Broken)
            .map(|(index, entry)| Notification::new(entry, index))
            .collect();
        let run = Run {
            tool: Tool {
                driver: Driver {
                    name: "Proofhouse",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: report.entries.iter().map(Rule::new).collect(),
                },
            },
            automation_details: AutomationDetails {
                id: format!("proofhouse/{}/{}", report.customer, report.run),
            },
            invocations: [Invocation {
                execution_successful: notifications.is_empty() && !report.is_interrupted,
                start_time_utc: report.started.to_string(),
                tool_execution_notifications: notifications,
            }],
            results: indexed()
                .filter_map(|(index, entry)| ResultObject::new(entry, index))
                .collect(),
            column_kind: "unicodeCodePoints",
        };
        Self {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [run],
        }
    }
}

impl Notification {
    fn new(entry: &Entry, index: usize) -> Self {
        Self {
            level: "error",
            message: Message::new(entry.reason.as_deref().unwrap_or("nothing was observed")),
            associated_rule: RuleReference {
                id: entry.id,
                index,
            },
        }
    }
}
