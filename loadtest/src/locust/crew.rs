//! The users of a worker: each is a user of goose who belongs to no attack, and makes the transactions of the scenario.

use std::{collections::BTreeSet, sync::Arc};

use goose::goose::{Scenario, Transaction};
use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
};

use crate::{
    closed::{self, ClosedError},
    load::Load,
};

/// Who is at work.
pub(super) struct Crew {
    load: Arc<Load>,
    plan: watch::Sender<Plan>,
    users: JoinSet<(usize, Result<(), ClosedError>)>,
    /// The numbers of those who have not left yet.
    there: BTreeSet<usize>,
}

/// What everybody does.
#[derive(Clone)]
struct Plan {
    /// How many are to be there: those with a number below it.
    users: usize,
    first: Arc<[Transaction]>,
    then: Arc<[Transaction]>,
}

impl Crew {
    /// Begins with nobody.
    pub(super) fn new(load: &Arc<Load>) -> Self {
        let nothing: Arc<[Transaction]> = Arc::new([]);
        let plan = Plan {
            users: 0,
            first: nothing.clone(),
            then: nothing,
        };
        Self {
            load: load.clone(),
            plan: watch::Sender::new(plan),
            users: JoinSet::new(),
            there: BTreeSet::new(),
        }
    }

    /// Has so many users make the transactions of a scenario from now on.
    pub(super) fn make(&mut self, users: usize, scenario: Scenario) {
        let (first, then): (Vec<_>, Vec<_>) = scenario
            .transactions
            .into_iter()
            .partition(|transaction| transaction.on_start);
        self.plan.send_replace(Plan {
            users,
            first: first.into(),
            then: then.into(),
        });
    }

    /// Lets everybody go who has come to the end of a journey.
    pub(super) fn dismiss(&self) {
        self.plan.send_modify(|plan| plan.users = 0);
    }

    /// Lets those in who are to be there and are not.
    ///
    /// # Errors
    ///
    /// When somebody could not begin.
    pub(super) fn fill(&mut self) -> Result<(), ClosedError> {
        while let Some(left) = self.users.try_join_next() {
            self.left(left)?;
        }
        for number in 0..self.plan.borrow().users {
            if self.there.insert(number) {
                let (load, plan) = (self.load.clone(), self.plan.subscribe());
                self.users
                    .spawn(async move { (number, live(number, &load, &plan).await) });
            }
        }
        Ok(())
    }

    /// Waits until nobody is there any more.
    ///
    /// # Errors
    ///
    /// When somebody could not begin.
    pub(super) async fn gone(&mut self) -> Result<(), ClosedError> {
        while let Some(left) = self.users.join_next().await {
            self.left(left)?;
        }
        Ok(())
    }

    fn left(
        &mut self,
        left: Result<(usize, Result<(), ClosedError>), JoinError>,
    ) -> Result<(), ClosedError> {
        match left {
            Ok((number, result)) => {
                self.there.remove(&number);
                result
            }
            // Somebody ends otherwise only by a panic; then so does the worker.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Ok(()),
        }
    }
}

/// Makes one transaction after the other, as long as one is wanted.
async fn live(number: usize, load: &Load, plan: &watch::Receiver<Plan>) -> Result<(), ClosedError> {
    let mut user = closed::single(load, number)?;
    let first = plan.borrow().first.clone();
    for transaction in first.iter() {
        // What went wrong is recorded already.
        let _ = (transaction.function)(&mut user).await;
    }
    loop {
        let then = {
            let plan = plan.borrow();
            if number >= plan.users {
                return Ok(());
            }
            plan.then.clone()
        };
        let Some(transaction) = drawn(&then, load.draw()) else {
            return Ok(());
        };
        let _ = (transaction.function)(&mut user).await;
    }
}

/// Returns the transaction on which a number falls, by the weights.
fn drawn(transactions: &[Transaction], number: u64) -> Option<&Transaction> {
    let weight = |transaction: &Transaction| transaction.weight as u64;
    let all: u64 = transactions.iter().map(weight).sum();
    let mut number = number.checked_rem(all)?;
    for transaction in transactions {
        match number.checked_sub(weight(transaction)) {
            Some(rest) => number = rest,
            None => return Some(transaction),
        }
    }
    None
}
