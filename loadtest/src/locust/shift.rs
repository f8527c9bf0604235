//! One load that a worker has a part in: from the master's word to begin to the account of what it came to.

use std::{collections::BTreeMap, time::Duration};

use rmpv::Value;
use tokio::time::Instant;

use super::{
    account::Account,
    crew::Crew,
    message::field,
    stats::{Report, Stats},
};
use crate::{
    closed::{self, ClosedError},
    figures::Figures,
    mix::{Mix, Shape},
    reports::Violation,
    run::{Run, RunError, setup},
};

/// The most users of one worker.
const MOST_USERS: u64 = 100_000;

/// The most classes of users that a master may name.
const MOST_CLASSES: usize = 64;

/// The longest name of a class.
const LONGEST_NAME: usize = 200;

/// How long a load lasts that nobody has set an end to: ten years.
const ENDLESS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// What a master asks for when it lets users in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Order {
    /// When it was given, by the master's clock.
    pub(super) given: f64,
    /// How many users of which class. All of them do the same.
    pub(super) classes: BTreeMap<String, u64>,
    /// How long the load takes, if the master knows.
    pub(super) lasting: Option<Duration>,
}

impl Order {
    /// Reads what a `spawn` message says, or says what is wrong with it.
    pub(super) fn read(data: &Value) -> Result<Self, String> {
        let given = field(data, "timestamp").and_then(Value::as_f64);
        let given = given.ok_or("`timestamp` is no number")?;
        let named = field(data, "user_classes_count").and_then(Value::as_map);
        let named = named.ok_or("`user_classes_count` is no map")?;
        if named.len() > MOST_CLASSES {
            return Err(format!(
                "it names more than {MOST_CLASSES} classes of users"
            ));
        }
        let mut classes = BTreeMap::new();
        for (name, count) in named {
            let name = name.as_str().filter(|name| name.len() <= LONGEST_NAME);
            let name = name.ok_or("the name of a class of users is no text, or too long")?;
            let count = count.as_u64().ok_or("a number of users is none")?;
            classes.insert(name.to_owned(), count);
        }
        let users = classes
            .values()
            .fold(0_u64, |sum, count| sum.saturating_add(*count));
        if users > MOST_USERS {
            return Err(format!(
                "it wants {users} users: at most {MOST_USERS} are let in"
            ));
        }
        let lasting = field(data, "parsed_options")
            .and_then(|options| field(options, "run_time"))
            .and_then(Value::as_f64)
            .filter(|seconds| *seconds > 0.0)
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .map(|lasting| lasting.min(ENDLESS));
        Ok(Self {
            given,
            classes,
            lasting,
        })
    }

    fn users(&self) -> usize {
        usize::try_from(self.classes.values().sum::<u64>()).unwrap_or(usize::MAX)
    }
}

/// How a shift ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The master ends the load, and may begin another.
    Stop,
    /// The master leaves.
    Quit,
    /// The worker was told to leave by somebody else.
    Interrupt,
}

/// A load in progress.
pub(super) struct Shift {
    run: Run,
    crew: Crew,
    stats: Stats,
    classes: BTreeMap<String, u64>,
    shape: Shape,
    /// Why it ends, and when nobody is waited for any more.
    pub(super) ending: Option<(Ending, Instant)>,
    /// How long it had been running when it was told to end.
    lasted: Option<Duration>,
}

impl Shift {
    /// Begins one on a run that is prepared.
    pub(super) fn begin(run: Run, order: &Order) -> Self {
        let load = run.load();
        load.plan(order.lasting.unwrap_or(ENDLESS));
        load.begin();
        Self {
            crew: Crew::new(load),
            stats: Stats::new(Duration::ZERO),
            classes: BTreeMap::new(),
            // The shape of a load whose end nobody knows is the master's business.
            shape: match order.lasting {
                Some(_) => run.mix().shape.clone(),
                None => Shape::default(),
            },
            ending: None,
            lasted: None,
            run,
        }
    }

    /// Has as many users at work as the master orders.
    ///
    /// # Errors
    ///
    /// When goose refuses the mix, or somebody could not begin.
    pub(super) fn follow(&mut self, order: &Order) -> Result<(), ClosedError> {
        let users = order.users();
        let mix = Mix {
            users,
            shape: self.shape.clone(),
            ..self.run.mix().clone()
        };
        let scenario = closed::scenario(self.run.load(), &mix, self.run.connector())?;
        self.classes.clone_from(&order.classes);
        self.crew.make(users, scenario);
        self.crew.fill()
    }

    /// Lets in whoever is missing.
    ///
    /// # Errors
    ///
    /// When somebody could not begin.
    pub(super) fn look(&mut self) -> Result<(), ClosedError> {
        self.crew.fill()
    }

    /// Ends it: journeys under way come to their end, for so long.
    pub(super) fn end(&mut self, ending: Ending, patience: Duration) {
        let mut last = Instant::now() + patience;
        match self.ending {
            // Whoever leaves while it ends waits no longer; whatever else is said of its end was said.
            Some((_, sooner)) if ending == Ending::Quit => last = last.min(sooner),
            Some(_) => return,
            None => {}
        }
        let load = self.run.load();
        let lasted = load.elapsed().min(load.planned());
        self.lasted.get_or_insert(lasted);
        load.stop();
        self.crew.dismiss();
        self.ending = Some((ending, last));
    }

    /// Waits until nobody is at work any more, or nobody is waited for.
    ///
    /// # Errors
    ///
    /// When somebody could not begin.
    pub(super) async fn over(&mut self) -> Result<(), ClosedError> {
        match self.ending {
            Some((_, last)) => tokio::time::timeout_at(last, self.crew.gone())
                .await
                .unwrap_or(Ok(())),
            None => std::future::pending().await,
        }
    }

    /// Returns how many users there are of which class; once it ends, nobody.
    pub(super) fn classes(&self) -> BTreeMap<String, u64> {
        let mut classes = self.classes.clone();
        if self.ending.is_some() {
            classes.values_mut().for_each(|count| *count = 0);
        }
        classes
    }

    /// Returns what is new since the last time.
    pub(super) fn report(&mut self) -> Report {
        self.stats.report(&self.run.load().recorder().figures())
    }

    /// Closes it: the last report and the account speak of the same figures. What is still under way counts for nothing.
    pub(super) fn close(&mut self, node: &str) -> (Report, Account) {
        let load = self.run.load();
        let lasted = self.lasted.unwrap_or_else(|| load.elapsed());
        let issued = load.issued();
        let figures: Figures = load.recorder().figures().lasting(lasted);
        let report = self.stats.report(&figures);
        let setup = setup(self.run.mix(), &load.target);
        let account = Account {
            node: node.to_owned(),
            mix: setup.mix,
            target: setup.target,
            issued,
            is_interrupted: matches!(self.ending, Some((Ending::Interrupt, _))),
            figures,
            violated: load.invariants().count(),
            violations: load
                .invariants()
                .violations()
                .iter()
                .map(Violation::from)
                .collect(),
            leftovers: Vec::new(),
        };
        (report, account)
    }

    /// Removes what users left behind, and returns what is still there.
    pub(super) async fn clean_up(&self) -> Vec<String> {
        match self.run.clean_up().await {
            Ok(left) => left,
            Err(error) => vec![RunError::from(error).to_string()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::message::map, *};

    fn order(users: Value, lasting: Value) -> Value {
        map([
            ("timestamp", 1.5.into()),
            (
                "user_classes_count",
                Value::Map(vec![("Proofhouse".into(), users)]),
            ),
            ("host", "http://192.0.2.1".into()),
            ("parsed_options", map([("run_time", lasting)])),
        ])
    }

    #[test]
    fn an_order_says_how_many_and_how_long() {
        let read = Order::read(&order(8.into(), 30.into())).expect("it is an order");
        assert_eq!(read.users(), 8);
        assert_eq!(read.lasting, Some(Duration::from_secs(30)));
        let endless = Order::read(&order(0.into(), Value::Nil)).expect("it is an order");
        assert_eq!((endless.users(), endless.lasting), (0, None));
    }

    #[test]
    fn what_is_no_order_is_refused_with_the_reason() {
        let refused = |data: &Value| Order::read(data).expect_err("it is no order");
        assert_eq!(refused(&Value::Nil), "`timestamp` is no number");
        let data = map([("timestamp", 1.into()), ("user_classes_count", 3.into())]);
        assert_eq!(refused(&data), "`user_classes_count` is no map");
        assert_eq!(
            refused(&order((-1).into(), Value::Nil)),
            "a number of users is none"
        );
        assert!(refused(&order(100_001.into(), Value::Nil)).starts_with("it wants 100001 users"));
        let many = (0..100).map(|number| (number.to_string().into(), 1.into()));
        let many = Value::Map(many.collect());
        let data = map([("timestamp", 1.into()), ("user_classes_count", many)]);
        assert!(refused(&data).contains("64 classes"));
        for odd in [f64::NAN, f64::INFINITY, -5.0, 1e300] {
            let read = Order::read(&order(1.into(), odd.into())).expect("it is an order");
            assert!(
                read.lasting.is_none_or(|lasting| lasting <= ENDLESS),
                "{odd}"
            );
        }
    }
}
