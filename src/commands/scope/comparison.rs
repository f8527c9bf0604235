//! Two evaluators side by side.

use std::fmt;

use scope_lang::{Decision, Form, Method, Readings, Scope, ScopeSet, naive};
use serde::Serialize;

/// How many mismatches are shown; all are counted.
const SHOWN: usize = 5;

/// Counts cases, and keeps the first on which the compiled evaluator differs from the naive one.
#[derive(Debug, Default, Serialize)]
pub(super) struct Comparison {
    pub(super) cases: u64,
    pub(super) mismatches: u64,
    pub(super) first: Vec<Mismatch>,
}

/// One case on which the two differ.
#[derive(Debug, Serialize)]
pub(super) struct Mismatch {
    scopes: Vec<Scope>,
    readings: Vec<String>,
    method: Method,
    path: String,
    naive: String,
    compiled: String,
}

impl Comparison {
    /// Tries one set of scopes under every reading, with every method on every path, in both
    /// compiled forms.
    pub(super) fn try_all(&mut self, scopes: &[Scope], paths: &[String]) {
        for readings in Readings::all() {
            let sets =
                [Form::Flat, Form::Table].map(|form| ScopeSet::compile_as(form, scopes, readings));
            self.try_requests(scopes, readings, &sets, paths);
        }
    }

    fn try_requests(
        &mut self,
        scopes: &[Scope],
        readings: Readings,
        sets: &[ScopeSet],
        paths: &[String],
    ) {
        for path in paths {
            for method in Method::ALL {
                self.cases += 1;
                let naive = naive::decide(scopes, readings, method, path);
                let differing = sets.iter().map(|set| set.decide(method, path));
                let Some(compiled) = differing.into_iter().find(|compiled| *compiled != naive)
                else {
                    continue;
                };
                self.mismatches += 1;
                if self.first.len() < SHOWN {
                    self.first.push(Mismatch {
                        scopes: scopes.to_vec(),
                        readings: readings
                            .answers()
                            .map(|(id, it)| format!("{id}={it}"))
                            .into(),
                        method,
                        path: path.clone(),
                        naive: words(naive),
                        compiled: words(compiled),
                    });
                }
            }
        }
    }

    /// Takes in what was found elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.mismatches += other.mismatches;
        self.first.extend(other.first);
        self.first.truncate(SHOWN);
    }
}

fn words(decision: Decision<'_>) -> String {
    let verdict = if decision.allowed() {
        "allowed"
    } else {
        "refused"
    };
    match decision.by() {
        Some(by) => format!("{verdict} by {by} ({:?})", decision.reason()),
        None => format!("{verdict} ({:?})", decision.reason()),
    }
}

/// Prints the command that shows the case again, and the two decisions.
impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("proofhouse scope explain")?;
        for scope in &self.scopes {
            write!(f, " -s '{scope}'")?;
        }
        for reading in &self.readings {
            write!(f, " --reading {reading}")?;
        }
        writeln!(f, " {} '{}'", self.method, self.path)?;
        writeln!(f, "  naive    {}", self.naive)?;
        write!(f, "  compiled {}", self.compiled)
    }
}

#[cfg(test)]
mod tests {
    use super::super::alphabet;
    use super::*;

    #[test]
    fn both_evaluators_agree_on_pairs() {
        let paths = alphabet::paths(2);
        let mut comparison = Comparison::default();
        for scopes in alphabet::sets(&alphabet::scopes(2), 2) {
            comparison.try_all(&scopes, &paths);
        }
        assert_eq!(comparison.cases, 211 * 32 * 5 * 7);
        assert_eq!(comparison.mismatches, 0, "{:?}", comparison.first);
    }

    #[test]
    fn a_set_that_decides_otherwise_is_noticed() {
        let scopes: [Scope; 2] =
            ["+:config", ".:config"].map(|text| text.parse().expect("a scope"));
        let other = Readings {
            plus_with_read: true,
            ..Readings::default()
        };
        let wrong = ScopeSet::compile(&scopes, other);
        let paths = vec!["config".to_owned(); 7];
        let mut comparison = Comparison::default();
        comparison.try_requests(&scopes, Readings::default(), &[wrong], &paths);
        assert_eq!((comparison.cases, comparison.mismatches), (35, 7));
        assert_eq!(comparison.first.len(), SHOWN);
        let text = comparison.first[0].to_string();
        assert!(
            text.starts_with("proofhouse scope explain -s '+:config' -s '.:config'"),
            "{text}"
        );
        assert!(
            text.contains("naive    refused by +:config (MutateOverRead)"),
            "{text}"
        );
        assert!(
            text.ends_with("compiled allowed by .:config (ReadBesideMutate)"),
            "{text}"
        );
    }
}
