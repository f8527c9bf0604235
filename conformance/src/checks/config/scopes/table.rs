//! The decision table, played against a target.
//!
//! One policy lists every scope that the chosen rows need, one client uses it, and each set of scopes gets a token of its own.
//! A call is made so that it changes nothing (see [`Probe`]); its status shows whether it was allowed.

use std::collections::BTreeMap;

use fixtures::decisions::{self, Condition, Decision};
use serde_json::json;

use super::probe::{Ground, Observation, Probe};
use crate::{
    secret::Secret,
    target::{ConfigurationClient, Target},
    verdict::{Broken, Mismatch, NotPassed, Outcome},
};

/// The rows that one check holds a target to: those of some groups, of every group when none is named, with some clauses.
#[derive(Debug)]
pub(super) struct Selection {
    pub(super) groups: &'static [&'static str],
    pub(super) clauses: &'static [&'static str],
}

impl Selection {
    /// Returns the rows that a target can be asked about.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'static Decision, Probe)> {
        decisions::all()
            .filter(|row| self.groups.is_empty() || self.groups.contains(&row.group()))
            .filter(|row| self.clauses.contains(&row.clause()))
            .filter_map(|row| Some((row, Probe::of(row)?)))
    }
}

/// Holds the target to the rows.
pub(super) async fn hold(target: &Target, selection: &Selection) -> Outcome {
    let ground = Ground::prepare(target).await?;
    let mut sets: BTreeMap<Vec<String>, Vec<Call>> = BTreeMap::new();
    for (row, probe) in selection.rows() {
        let (a, b) = ground.items(probe);
        let calls = sets.entry(row.token_scopes(a, b)).or_default();
        match calls.iter_mut().find(|call| call.is_that_of(row)) {
            Some(call) => call.rows.push(row),
            None => calls.push(Call {
                probe,
                path: row.path(a, b),
                rows: vec![row],
            }),
        }
    }
    let mut listed: Vec<&str> = sets.keys().flatten().map(String::as_str).collect();
    listed.sort_unstable();
    listed.dedup();
    let client = target.make_configuration_client(&listed).await?;
    for (scopes, calls) in &sets {
        let caller = target.bearer(&token(target, &client, scopes).await?);
        for call in calls {
            let answer = caller.send(call.probe.request(&call.path)).await?;
            call.judge(target, call.probe.observe(&answer))?;
        }
    }
    Ok(())
}

/// One call with one set of scopes, and the rows about it: one, or one for each set of answers to readings.
struct Call {
    probe: Probe,
    path: String,
    rows: Vec<&'static Decision>,
}

impl Call {
    fn is_that_of(&self, row: &Decision) -> bool {
        let known = self.rows[0];
        known.method() == row.method() && known.path_template() == row.path_template()
    }

    fn judge(&self, target: &Target, observation: Observation) -> Result<(), Mismatch> {
        let allowed = match observation {
            Observation::Allowed => true,
            Observation::Refused => false,
            Observation::Hidden => return Ok(()),
            Observation::Ambiguous => return self.judge_missing(target),
            Observation::Unexpected(status) => return Err(self.mismatch(true, status)),
        };
        let possible: Vec<_> = self.possible(target).collect();
        if possible.iter().all(|row| row.allowed() != allowed) {
            let status = if allowed {
                self.probe.statuses(true)[0]
            } else {
                403
            };
            return Err(self.mismatch(!allowed, status));
        }
        self.learn(target, &possible, allowed)
    }

    /// An item that does not exist was answered with 404: so the call was allowed, or the target says so to everybody.
    fn judge_missing(&self, target: &Target) -> Result<(), Mismatch> {
        if self.possible(target).any(Decision::allowed) {
            return Ok(());
        }
        target
            .reading("foreign-item-status", "404")
            .map_err(|_| self.mismatch(false, 404))
    }

    /// The rows that can hold, by what is known of the target's answers to readings.
    fn possible(&self, target: &Target) -> impl Iterator<Item = &'static Decision> {
        let known = |condition: &Condition| {
            target
                .answer_to(condition.reading())
                .is_none_or(|answer| answer == condition.answer())
        };
        self.rows
            .iter()
            .copied()
            .filter(move |row| row.when().iter().all(known))
    }

    /// Reports the answer to a reading, where this call alone shows it.
    fn learn(
        &self,
        target: &Target,
        possible: &[&Decision],
        allowed: bool,
    ) -> Result<(), Mismatch> {
        let mut fitting = possible.iter().filter(|row| row.allowed() == allowed);
        if let (Some(row), None) = (fitting.next(), fitting.next())
            && let [condition] = row.when()
        {
            target.reading(condition.reading(), condition.answer())?;
        }
        Ok(())
    }

    fn mismatch(&self, allowed: bool, actual: u16) -> Mismatch {
        let row = self.rows[0];
        let scopes = row.token_scopes("{a}", "{b}").join(" ");
        let expected = self
            .probe
            .statuses(allowed)
            .iter()
            .map(|status| json!(status));
        let (method, path) = (row.method().as_str(), row.path_template());
        Mismatch::new("status", expected, json!(actual))
            .during(format!("{method} {path} with `{scopes}`"))
            .violating([row.clause()])
    }
}

/// A scope that no policy lists, to ask for when a row wants a token without any.
const UNLISTED: &str = "no-such-scope";

async fn token(
    target: &Target,
    client: &ConfigurationClient,
    scopes: &[String],
) -> Result<Secret, NotPassed> {
    let wanted = if scopes.is_empty() {
        UNLISTED.to_owned()
    } else {
        scopes.join(" ")
    };
    let answer = target.request_token(&client.credentials, &wanted).await?;
    let body = answer.json()?;
    let mut granted: Vec<&str> = body["scope"]
        .as_str()
        .unwrap_or("")
        .split_whitespace()
        .collect();
    let mut expected: Vec<&str> = scopes.iter().map(String::as_str).collect();
    granted.sort_unstable();
    expected.sort_unstable();
    match body["access_token"].as_str() {
        Some(token) if granted == expected => Ok(Secret::new(token)),
        _ => Err(Broken::Prerequisite(format!(
            "asking for the listed scopes `{wanted}` is answered {} with `{}` granted",
            answer.status(),
            granted.join(" ")
        ))
        .into()),
    }
}
