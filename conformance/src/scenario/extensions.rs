//! What a workflow says about itself: `x-clauses`, `x-effects`, `x-needs`, `x-readings`; and what its steps and their
//! criteria say: `x-clauses`. Each function returns what is meant, or what is wrong with it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::check::{Effects, Need};

/// What a scenario may say that it needs.
const NEEDS: [(&str, Need); 4] = [
    ("configuration-client", Need::ConfigurationClient),
    ("login-client", Need::LoginClient),
    ("public-login-client", Need::PublicLoginClient),
    ("confidential-login-client", Need::ConfidentialLoginClient),
];

/// Returns the clauses that a scenario cites; at least one.
pub(super) fn clauses(extensions: &BTreeMap<String, Value>) -> Result<Vec<&'static str>, String> {
    let ids = strings(extensions.get("x-clauses"))?;
    if ids.is_empty() {
        return Err("names no clause".to_owned());
    }
    ids.into_iter()
        .map(|id| {
            fixtures::clauses::find(&id)
                .map(|clause| clause.id.as_str())
                .ok_or_else(|| format!("`{id}` is not a clause; see `proofhouse list --clauses`"))
        })
        .collect()
}

/// Returns the clauses that a step or a criterion names, if it does: some of those that its scenario cites.
pub(super) fn narrower(
    extensions: Option<&BTreeMap<String, Value>>,
    cites: &[&'static str],
) -> Result<Option<Vec<&'static str>>, String> {
    let Some(value) = extensions.and_then(|extensions| extensions.get("x-clauses")) else {
        return Ok(None);
    };
    if cites.is_empty() {
        return Err("names clauses, and its workflow cites none".to_owned());
    }
    let ids = strings(Some(value))?;
    if ids.is_empty() {
        return Err("names no clause".to_owned());
    }
    ids.into_iter()
        .map(|id| {
            cites
                .iter()
                .copied()
                .find(|cited| *cited == id)
                .ok_or_else(|| {
                    format!(
                        "`{id}` is not among the clauses that the scenario cites; cited: {}",
                        listed(cites)
                    )
                })
        })
        .collect::<Result<_, _>>()
        .map(Some)
}

/// Returns what a scenario does to the target.
pub(super) fn effects(extensions: &BTreeMap<String, Value>) -> Result<Effects, String> {
    let all = Effects::ALL;
    let word = extensions.get("x-effects").and_then(Value::as_str);
    all.into_iter()
        .find(|effects| Some(effects.as_str()) == word)
        .ok_or_else(|| format!("must be one of {}", listed(&all.map(Effects::as_str))))
}

/// Returns what a scenario needs; credentials unless it says otherwise.
pub(super) fn needs(extensions: &BTreeMap<String, Value>) -> Result<Vec<Need>, String> {
    let Some(value) = extensions.get("x-needs") else {
        return Ok(vec![Need::ConfigurationClient]);
    };
    strings(Some(value))?
        .into_iter()
        .map(|name| {
            NEEDS
                .into_iter()
                .find(|(known, _)| *known == name)
                .map(|(_, need)| need)
                .ok_or_else(|| {
                    let known = NEEDS.map(|(known, _)| known);
                    format!("`{name}` is not a need; known: {}", listed(&known))
                })
        })
        .collect()
}

/// Returns the readings under which alone a scenario holds.
pub(super) fn readings(extensions: &BTreeMap<String, Value>) -> Result<Vec<Need>, String> {
    let Some(value) = extensions.get("x-readings") else {
        return Ok(Vec::new());
    };
    let pairs = value
        .as_object()
        .ok_or("must map ids of readings to answers")?;
    pairs
        .iter()
        .map(|(id, answer)| {
            let reading =
                fixtures::readings::find(id).ok_or_else(|| format!("`{id}` is not a reading"))?;
            // An unquoted `yes` or `401` is another type in YAML; its text is what was meant.
            let text = match answer {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let answer = reading
                .answers
                .iter()
                .find(|listed| **listed == text)
                .ok_or_else(|| {
                    format!(
                        "`{text}` is not an answer to `{id}`; listed: {}",
                        listed(&reading.answers)
                    )
                })?;
            Ok(Need::Reading {
                id: &reading.id,
                answer,
            })
        })
        .collect()
}

fn strings(value: Option<&Value>) -> Result<Vec<String>, String> {
    let wrong = || "must be a list of strings".to_owned();
    value
        .and_then(Value::as_array)
        .ok_or_else(wrong)?
        .iter()
        .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
        .collect()
}

/// Returns names in backquotes, separated by commas.
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect::<Vec<_>>()
        .join(", ")
}
