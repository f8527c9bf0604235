//! What master and workers left in the folder of a load. Nothing of it is believed before it fits together.

use std::{collections::BTreeMap, fs::File, io::Read as _};

use loadtest::locust::account::{Account, discords};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Folder, Part, Process};

/// The most that is read of one file, in bytes.
const LARGEST: u64 = 512 * 1024 * 1024;

/// What the master says at the end.
#[derive(Debug, Deserialize)]
struct Ended {
    /// Every worker that was ever there.
    connected: Vec<String>,
    /// How many requests it counted.
    requests: u64,
}

/// How far a load is.
#[derive(Debug, Deserialize)]
struct Shown {
    requests: u64,
    failures: u64,
    users: u64,
    workers: u64,
}

/// Returns in one line how far a load is.
pub(super) fn progress(folder: &Folder) -> Option<String> {
    let Shown {
        requests,
        failures,
        users,
        workers,
    } = read(folder, "progress.json")?;
    Some(format!(
        "{workers} workers  {users} users  {requests} requests  {failures} errors"
    ))
}

/// What is known of a load that has ended.
pub(super) struct All<'a> {
    /// The workers of this machine.
    pub(super) expected: &'a [String],
    /// How many were to come from elsewhere.
    pub(super) remote: u16,
    /// Those that ended too early, and how.
    pub(super) lost: BTreeMap<String, String>,
    pub(super) mix: &'a str,
    pub(super) target: &'a str,
}

impl All<'_> {
    /// Adds up what the workers said.
    pub(super) fn part(self, folder: &Folder, master: &Process) -> Part {
        let ended: Option<Ended> = read(folder, "ended.json");
        let accounts: Option<Vec<Account>> = read(folder, "accounts.json");
        let mut part = match (&ended, &accounts) {
            (Some(ended), Some(accounts)) => self.sum(ended, accounts),
            _ => Part {
                incomplete: vec![format!(
                    "the master did not say what it counted{}",
                    master.last_words()
                )],
                ..Part::default()
            },
        };
        let lost: Vec<String> = self.lost.into_values().collect();
        part.is_stopped = !lost.is_empty();
        part.incomplete.splice(0..0, lost);
        part
    }

    fn sum(&self, ended: &Ended, accounts: &[Account]) -> Part {
        let mut part = Part::default();
        for account in accounts {
            part.figures.merge(&account.figures);
            part.violated += account.violated;
            part.violations.extend(account.violations.iter().cloned());
            part.leftovers.extend(account.leftovers.iter().cloned());
        }
        part.incomplete = self.missing(ended, accounts);
        // Where somebody is missing, the sums differ for a reason that was told.
        if part.incomplete.is_empty() && self.lost.is_empty() {
            let found = discords(accounts, ended.requests, self.mix, self.target);
            part.incomplete = found.iter().map(ToString::to_string).collect();
        }
        part
    }

    /// Says who gave no account.
    fn missing(&self, ended: &Ended, accounts: &[Account]) -> Vec<String> {
        let has_told = |node: &str| accounts.iter().any(|account| account.node == node);
        let is_of = |node: &str, name: &str| {
            node.rsplit_once('_')
                .is_some_and(|(start, _)| start == name)
        };
        let mut missing = Vec::new();
        let mut remote: usize = 0;
        for node in &ended.connected {
            let ours = self.expected.iter().find(|name| is_of(node, name));
            remote += usize::from(ours.is_none());
            // Of one that was seen to end it is told how.
            let is_told = ours.is_some_and(|name| self.lost.contains_key(name));
            if !has_told(node) && !is_told {
                missing.push(format!("worker `{node}` gave no account"));
            }
        }
        for name in self.expected {
            if !ended.connected.iter().any(|node| is_of(node, name))
                && !self.lost.contains_key(name)
            {
                missing.push(format!("worker `{name}` never came"));
            }
        }
        if remote < usize::from(self.remote) {
            missing.push(format!(
                "{remote} of {} workers came from elsewhere",
                self.remote
            ));
        }
        missing
    }
}

/// Reads a file of the folder, if it is there and what it should be.
fn read<T: DeserializeOwned>(folder: &Folder, name: &str) -> Option<T> {
    let file = File::open(folder.file(name)).ok()?;
    serde_json::from_reader(std::io::BufReader::new(file.take(LARGEST))).ok()
}

#[cfg(test)]
mod tests {
    use loadtest::figures::Figures;

    use super::*;

    fn account(node: &str) -> Account {
        Account {
            node: node.to_owned(),
            mix: "smoke".to_owned(),
            target: "here".to_owned(),
            issued: 0,
            is_interrupted: false,
            figures: Figures::default(),
            violated: 0,
            violations: Vec::new(),
            leftovers: Vec::new(),
        }
    }

    fn incomplete(
        connected: &[&str],
        accounts: &[&str],
        remote: u16,
        lost: &[&str],
    ) -> Vec<String> {
        let expected = ["worker-1".to_owned(), "worker-2".to_owned()];
        let all = All {
            expected: &expected,
            remote,
            lost: lost
                .iter()
                .map(|name| ((*name).to_owned(), String::new()))
                .collect(),
            mix: "smoke",
            target: "here",
        };
        let ended = Ended {
            connected: connected.iter().map(|node| (*node).to_owned()).collect(),
            requests: 0,
        };
        let accounts: Vec<Account> = accounts.iter().map(|node| account(node)).collect();
        all.sum(&ended, &accounts).incomplete
    }

    #[test]
    fn whoever_gave_no_account_is_named() {
        let both = ["worker-1_a", "worker-2_b"];
        assert_eq!(incomplete(&both, &both, 0, &[]), Vec::<String>::new());
        assert_eq!(
            incomplete(&both, &both[..1], 0, &[]),
            ["worker `worker-2_b` gave no account"]
        );
        assert_eq!(
            incomplete(&both[..1], &both[..1], 0, &[]),
            ["worker `worker-2` never came"]
        );
        // How it ended is told already.
        assert_eq!(
            incomplete(&both, &both[..1], 0, &["worker-2"]),
            Vec::<String>::new()
        );
        assert_eq!(
            incomplete(&["worker-1_a", "worker-2_b", "pod-7_c"], &both, 2, &[]),
            [
                "worker `pod-7_c` gave no account",
                "1 of 2 workers came from elsewhere"
            ]
        );
    }
}
