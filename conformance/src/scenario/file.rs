//! A scenario file's text turned into checks.

use std::collections::BTreeMap;

use roas_arazzo::{v1_0, v1_1::Description, validation::Validate as _};
use serde_json::Value;

use super::{Scenario, extensions, fields};
use crate::{
    check::{Check, Run},
    contract,
};

/// The largest file that is read, in bytes.
pub const SIZE_LIMIT: usize = 512 * 1024;

/// Says what is wrong with a scenario file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{file}`{}, {field}: {reason}", .line.map(|line| format!(" line {line}")).unwrap_or_default())]
pub struct ScenarioError {
    /// The file as the user named it.
    pub file: String,
    /// The line, from 1, when it is known.
    pub line: Option<u64>,
    /// The place in the document.
    pub field: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// Reads a file and returns its scenarios as checks. `path` gives the ids their beginning: `config/tokens.arazzo.yaml` is
/// `config.tokens`.
///
/// What is read lives until the process ends: files are read once, before the plan, and are bounded in size.
///
/// # Errors
///
/// When the file is not Arazzo, names what the contract or the documentation does not have, or says what nobody understands.
pub fn read(path: &str, text: &str) -> Result<Vec<Check>, ScenarioError> {
    Reader { path, text }.read()
}

struct Reader<'f> {
    path: &'f str,
    text: &'f str,
}

impl Reader<'_> {
    fn read(&self) -> Result<Vec<Check>, ScenarioError> {
        if self.text.len() > SIZE_LIMIT {
            return Err(self.error("file", format!("is larger than {SIZE_LIMIT} bytes")));
        }
        let value: Value = serde_saphyr::from_str(self.text).map_err(|error| ScenarioError {
            line: error.location().map(|location| location.line()),
            ..self.error("document", first_line(&error.to_string()))
        })?;
        fields::unknown(&value).map_or(Ok(()), |(field, reason)| Err(self.error(field, reason)))?;
        let description: v1_0::Description = serde_json::from_value(value)
            .map_err(|error| self.error("document", error.to_string()))?;
        description
            .validate(Default::default())
            .map_err(|error| self.error("document", first_line(&error.to_string())))?;
        self.operations(&description)?;
        self.names(&description)?;
        let extensions: Vec<_> = description
            .workflows
            .iter()
            .map(|workflow| {
                (
                    workflow.workflow_id.clone(),
                    workflow.summary.clone(),
                    workflow.extensions.clone().unwrap_or_default(),
                )
            })
            .filter(|(_, _, extensions)| extensions.contains_key("x-clauses"))
            .collect();
        let description: &'static Description = Box::leak(Box::new(description.into()));
        extensions
            .into_iter()
            .map(|(workflow, summary, extensions)| {
                self.check(workflow, summary, &extensions, description)
            })
            .collect()
    }

    /// Requires that every step names an operation of the contract, or a workflow of the file, and judges its answer.
    fn operations(&self, description: &v1_0::Description) -> Result<(), ScenarioError> {
        for workflow in &description.workflows {
            for step in &workflow.steps {
                let field = format!("step `{}` of `{}`", step.step_id, workflow.workflow_id);
                let wrong = |reason: String| ScenarioError {
                    line: self.line_of("stepId", &step.step_id),
                    ..self.error(&field, reason)
                };
                if let Some(operation) = &step.operation_id
                    && !contract::has_operation(operation)
                {
                    return Err(wrong(format!(
                        "operation `{operation}` is not in the contract"
                    )));
                }
                if let Some(called) = &step.workflow_id
                    && !description
                        .workflows
                        .iter()
                        .any(|workflow| &workflow.workflow_id == called)
                {
                    return Err(wrong(format!("workflow `{called}` is not in this file")));
                }
                if step.workflow_id.is_none() && step.success_criteria.is_empty() {
                    return Err(wrong(
                        "has no successCriteria, so any answer would do; state the status at least"
                            .to_owned(),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Requires that a scenario's steps, and their criteria, name none but clauses that it cites, and that nothing else does.
    fn names(&self, description: &v1_0::Description) -> Result<(), ScenarioError> {
        for workflow in &description.workflows {
            let cites = match &workflow.extensions {
                Some(says) if says.contains_key("x-clauses") => match extensions::clauses(says) {
                    Ok(cites) => cites,
                    // What is wrong with the citation itself is said where the check is made of it.
                    Err(_) => continue,
                },
                _ => Vec::new(),
            };
            for step in &workflow.steps {
                let criteria = step
                    .success_criteria
                    .iter()
                    .map(|criterion| criterion.extensions.as_ref());
                criteria
                    .chain([step.extensions.as_ref()])
                    .try_for_each(|says| extensions::narrower(says, &cites).map(drop))
                    .map_err(|reason| ScenarioError {
                        line: self.line_of("stepId", &step.step_id),
                        ..self.error(
                            format!(
                                "x-clauses in step `{}` of `{}`",
                                step.step_id, workflow.workflow_id
                            ),
                            reason,
                        )
                    })?;
            }
        }
        Ok(())
    }

    fn check(
        &self,
        workflow: String,
        summary: Option<String>,
        says: &BTreeMap<String, Value>,
        description: &'static Description,
    ) -> Result<Check, ScenarioError> {
        let wrong = |field: &str, reason: String| ScenarioError {
            line: self.line_of("workflowId", &workflow),
            ..self.error(format!("{field} of `{workflow}`"), reason)
        };
        let title = summary
            .filter(|summary| !summary.trim().is_empty())
            .ok_or_else(|| {
                wrong(
                    "summary",
                    "is missing; it is the title of the check".to_owned(),
                )
            })?;
        let cites = extensions::clauses(says).map_err(|reason| wrong("x-clauses", reason))?;
        let effects = extensions::effects(says).map_err(|reason| wrong("x-effects", reason))?;
        let mut needs = extensions::needs(says).map_err(|reason| wrong("x-needs", reason))?;
        needs.extend(extensions::readings(says).map_err(|reason| wrong("x-readings", reason))?);
        let known = ["x-clauses", "x-effects", "x-needs", "x-readings"];
        if let Some(extra) = says.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(wrong(
                extra,
                format!("is not one of {}", extensions::listed(&known)),
            ));
        }
        let id = format!("{}.{}", subject(self.path), kebab(&workflow));
        let cites: &'static [&'static str] = Box::leak(cites.into_boxed_slice());
        Ok(Check {
            id: leak(id),
            title: leak(title),
            cites,
            effects,
            needs: Box::leak(needs.into_boxed_slice()),
            run: Run::Scenario(Box::leak(Box::new(Scenario {
                workflow,
                cites,
                description,
            }))),
        })
    }

    fn error(&self, field: impl Into<String>, reason: impl Into<String>) -> ScenarioError {
        ScenarioError {
            file: self.path.to_owned(),
            line: None,
            field: field.into(),
            reason: reason.into(),
        }
    }

    /// Returns the line on which a member has a value, from 1.
    fn line_of(&self, member: &str, value: &str) -> Option<u64> {
        let place = self.text.lines().position(|line| {
            let line = line.trim_start_matches([' ', '-']);
            line.strip_prefix(member)
                .and_then(|rest| rest.strip_prefix(':'))
                .is_some_and(|rest| rest.trim().trim_matches(['"', '\'']) == value)
        })?;
        u64::try_from(place + 1).ok()
    }
}

/// Returns the beginning of the ids of a file: its folders and its name, without the endings.
fn subject(path: &str) -> String {
    let stem = path
        .strip_suffix(".arazzo.yaml")
        .or_else(|| path.strip_suffix(".arazzo.yml"))
        .unwrap_or(path);
    stem.replace(['/', '\\'], ".")
}

/// Returns a name in kebab case: `issuesAToken` is `issues-a-token`, `listsAsHAL` is `lists-as-hal`.
fn kebab(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 8);
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| characters[before]);
        let ends_word =
            before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit());
        let begins_word = before.is_some_and(|before| before.is_ascii_uppercase())
            && characters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if character.is_ascii_uppercase() && (ends_word || begins_word) {
            out.push('-');
        }
        out.push(if *character == '_' {
            '-'
        } else {
            character.to_ascii_lowercase()
        });
    }
    out
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Need;

    const GOOD: &str = r#"
arazzo: 1.0.1
info: {title: t, version: "1"}
sourceDescriptions:
  - {name: identity, url: ../../contract/identity.openapi.yaml, type: openapi}
workflows:
  - workflowId: issuesAToken
    summary: A token is issued
    x-clauses: [CLAUSE]
    x-effects: reads
    steps:
      - stepId: ask
        operationId: requestToken
        parameters: [{name: customerId, in: path, value: $inputs.customer}]
        successCriteria: [{condition: $statusCode == 200}]
  - workflowId: block
    steps:
      - stepId: ask
        operationId: requestToken
        parameters: [{name: customerId, in: path, value: $inputs.customer}]
        successCriteria: [{condition: $statusCode == 200}]
"#;

    fn good() -> String {
        let clause = &fixtures::clauses::all()[0];
        GOOD.replace("CLAUSE", &clause.id)
    }

    fn error(text: &str) -> String {
        match read("config/tokens.arazzo.yaml", text) {
            Ok(checks) => panic!("{} checks were read", checks.len()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_workflow_with_clauses_is_a_check_and_the_others_are_not() {
        let checks = read("config/tokens.arazzo.yaml", &good()).expect("a good file");
        assert_eq!(checks.len(), 1);
        assert_eq!(checks[0].id, "config.tokens.issues-a-token");
        assert_eq!(checks[0].title, "A token is issued");
        assert_eq!(checks[0].needs, [Need::ConfigurationClient]);
    }

    #[test]
    fn what_nobody_understands_is_refused_with_its_place() {
        let place = "`config/tokens.arazzo.yaml`";
        assert_eq!(
            error(&good().replace("x-effects: reads", "x-effects: writes")),
            format!(
                "{place} line 7, x-effects of `issuesAToken`: must be one of `reads`, `attempts`, `creates`, `destroys`"
            )
        );
        assert!(
            error(&good().replace("successCriteria", "successCriterias"))
                .contains("is not a field here")
        );
        assert!(error(&good().replace("requestToken", "requestTokens")).ends_with(
            "line 12, step `ask` of `issuesAToken`: operation `requestTokens` is not in the contract"
        ));
        assert!(error(&GOOD.replace("CLAUSE", "no-such")).contains("`no-such` is not a clause"));
        assert!(
            error(&good().replace("    summary: A token is issued\n", "")).contains("summary of")
        );
        assert!(
            error("arazzo: [").contains("line "),
            "{}",
            error("arazzo: [")
        );
        assert!(error(&" ".repeat(SIZE_LIMIT + 1)).contains("larger than"));
    }

    #[test]
    fn a_criterion_names_only_what_its_scenario_cites() {
        let named = |clause: &str| {
            good().replacen(
                "{condition: $statusCode == 200}",
                &format!("{{condition: $statusCode == 200, x-clauses: [{clause}]}}"),
                1,
            )
        };
        let cited = &fixtures::clauses::all()[0].id;
        assert!(read("config/tokens.arazzo.yaml", &named(cited)).is_ok());
        assert_eq!(
            error(&named("another")),
            format!(
                "`config/tokens.arazzo.yaml` line 12, x-clauses in step `ask` of `issuesAToken`: `another` is not among \
                 the clauses that the scenario cites; cited: `{cited}`"
            )
        );
        assert!(error(&named("")).contains("names no clause"));
    }

    #[test]
    fn a_step_that_judges_nothing_is_refused() {
        let text = good().replace(
            "        successCriteria: [{condition: $statusCode == 200}]\n",
            "",
        );
        assert!(
            error(&text).contains("any answer would do"),
            "{}",
            error(&text)
        );
    }

    #[test]
    fn names_become_kebab_case() {
        for (name, kebab_name) in [
            ("issuesAToken", "issues-a-token"),
            ("listsAsHAL", "lists-as-hal"),
            ("put2Replaces", "put2-replaces"),
            ("one_two", "one-two"),
        ] {
            assert_eq!(kebab(name), kebab_name);
        }
    }
}
