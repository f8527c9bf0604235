//! What a worker's part of a load came to: it is sent through the master, and added to those of the other workers.

use serde::{Deserialize, Serialize};

use crate::{figures::Figures, reports::Violation};

/// The type of the message that carries an account.
pub const KIND: &str = "proofhouse_account";

/// An account. It holds no secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The id of the worker.
    pub node: String,
    /// The name of the mix that it made.
    pub mix: String,
    /// Where its part of the load went.
    pub target: String,
    /// How many requests it sent that count.
    pub issued: u64,
    /// Whether it was told to leave before the master ended the load.
    pub is_interrupted: bool,
    /// What was measured.
    pub figures: Figures,
    /// How often something did not hold across requests.
    pub violated: u64,
    /// The first of those.
    pub violations: Vec<Violation>,
    /// What was made and could not be removed, in words.
    pub leftovers: Vec<String>,
}

/// What does not fit together in the accounts of a load.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Discord {
    /// A worker sent requests that nobody counted.
    #[error("worker `{node}` sent {issued} requests and measured {measured}")]
    Worker {
        /// The id of the worker.
        node: String,
        /// How many it sent.
        issued: u64,
        /// How many it measured.
        measured: u64,
    },
    /// The master counted others than the workers sent.
    #[error("the workers sent {issued} requests, and the master counted {counted}")]
    Master {
        /// How many all workers sent.
        issued: u64,
        /// How many the master counted.
        counted: u64,
    },
    /// A worker did something else.
    #[error("worker `{node}` made `{mix}` at {target}, and not `{expected}`")]
    Elsewhere {
        /// The id of the worker.
        node: String,
        /// The mix that it made.
        mix: String,
        /// Where.
        target: String,
        /// What was expected.
        expected: String,
    },
    /// A worker left early.
    #[error("worker `{node}` was interrupted")]
    Interrupted {
        /// The id of the worker.
        node: String,
    },
}

/// Says what does not fit together: every request that was sent must have been measured, and counted by the master.
pub fn discords(accounts: &[Account], counted: u64, mix: &str, target: &str) -> Vec<Discord> {
    let mut discords = Vec::new();
    for account in accounts {
        let node = account.node.clone();
        let (issued, measured) = (account.issued, account.figures.whole().count());
        if issued != measured {
            discords.push(Discord::Worker {
                node,
                issued,
                measured,
            });
        } else if account.mix != mix || account.target != target {
            discords.push(Discord::Elsewhere {
                node,
                mix: account.mix.clone(),
                target: account.target.clone(),
                expected: format!("{mix}` at `{target}"),
            });
        } else if account.is_interrupted {
            discords.push(Discord::Interrupted { node });
        }
    }
    let issued = accounts.iter().map(|account| account.issued).sum();
    if issued != counted {
        discords.push(Discord::Master { issued, counted });
    }
    discords
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::figures::{Name, Outcome, Recorder, Sample};

    fn account(node: &str, requests: u64) -> Account {
        let recorder = Recorder::new();
        for _ in 0..requests {
            recorder.record(Sample {
                name: Name::known("token"),
                started: Duration::ZERO,
                took: Duration::from_millis(1),
                outcome: Outcome::Good,
            });
        }
        Account {
            node: node.to_owned(),
            mix: "smoke".to_owned(),
            target: "here".to_owned(),
            issued: requests,
            is_interrupted: false,
            figures: recorder.figures(),
            violated: 0,
            violations: Vec::new(),
            leftovers: Vec::new(),
        }
    }

    #[test]
    fn accounts_that_add_up_are_in_accord() {
        let accounts = [account("one", 3), account("two", 4)];
        assert_eq!(discords(&accounts, 7, "smoke", "here"), []);
        let master = Discord::Master {
            issued: 7,
            counted: 6,
        };
        assert_eq!(discords(&accounts, 6, "smoke", "here"), [master]);
    }

    #[test]
    fn a_request_that_nobody_measured_a_load_elsewhere_and_an_interrupt_are_told() {
        let mut lost = account("one", 3);
        lost.issued = 4;
        let mut elsewhere = account("two", 1);
        elsewhere.target = "there".to_owned();
        let mut interrupted = account("three", 1);
        interrupted.is_interrupted = true;
        let told: Vec<String> = discords(&[lost, elsewhere, interrupted], 6, "smoke", "here")
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "worker `one` sent 4 requests and measured 3",
                "worker `two` made `smoke` at there, and not `smoke` at `here`",
                "worker `three` was interrupted",
            ]
        );
    }

    #[test]
    fn an_account_comes_back_as_it_was_written() {
        let account = account("one", 3);
        let text = serde_json::to_string(&account).expect("it can be written");
        let read: Account = serde_json::from_str(&text).expect("it can be read");
        assert_eq!(read, account);
    }
}
