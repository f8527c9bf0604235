//! The closed model: users, each of whom begins the next journey when the one before is over. Goose makes them.

use std::{sync::Arc, time::Duration};

use goose::{
    GooseAttack, GooseScheduler,
    config::GooseConfiguration,
    goose::{GooseUser, Scenario, Transaction, TransactionFunction},
    is_killswitch_triggered, trigger_killswitch,
};
use tokio::sync::Mutex;

use crate::{
    journeys::Journey,
    load::Load,
    mix::{Mix, Shape},
    visit::Visit,
    wire::{Connection, connection::Connector},
};

/// How often is looked whether the load is over, and how long a user waits who has nothing to do.
const LOOK: Duration = Duration::from_millis(20);

/// The switch by which goose is ended belongs to the whole process: one attack at a time.
static ATTACK: Mutex<()> = Mutex::const_new(());

/// Says why there was no attack.
#[derive(Debug, thiserror::Error)]
pub enum ClosedError {
    /// Goose does not start.
    #[error("goose does not start: {0}")]
    Goose(#[from] Box<goose::GooseError>),
    /// The address of the target is none.
    #[error("`{0}` is no address")]
    Address(String),
}

/// Makes the journeys of a mix until the load is over.
///
/// # Errors
///
/// When goose does not start.
pub async fn run(load: &Arc<Load>, mix: &Mix, connector: &Connector) -> Result<(), ClosedError> {
    let _only = ATTACK.lock().await;
    let scenario = scenario(load, mix, connector)?;
    let attack = GooseAttack::initialize_with_config(configuration(load, mix.users))
        .map_err(Box::new)?
        .set_scheduler(GooseScheduler::Random)
        .register_scenario(scenario);
    load.begin();
    tokio::select! {
        done = attack.execute() => done.map(drop).map_err(Box::new)?,
        () = end_when_over(load) => {}
    }
    Ok(())
}

/// Returns the scenario of a mix: one transaction for each journey, by its weight.
///
/// # Errors
///
/// When goose refuses a weight.
pub fn scenario(
    load: &Arc<Load>,
    mix: &Mix,
    connector: &Connector,
) -> Result<Scenario, ClosedError> {
    let mut scenario = Scenario::new(&mix.name).register_transaction(connect(connector));
    for (journey, weight) in &mix.journeys {
        let transaction = transaction(load, journey, &mix.shape, mix.users)
            .set_weight(*weight as usize)
            .map_err(Box::new)?;
        scenario = scenario.register_transaction(transaction);
    }
    Ok(scenario)
}

/// Returns the transaction by which a user of goose makes a journey. It works for a user made by [`GooseUser::single`] as well,
/// once they have a [`Connection`] in their session data, which the first transaction of the [`scenario`] sees to.
pub fn transaction(
    load: &Arc<Load>,
    journey: &'static Journey,
    shape: &Shape,
    users: usize,
) -> Transaction {
    let (load, shape) = (load.clone(), shape.clone());
    let function: TransactionFunction = Arc::new(move |user| {
        let load = load.clone();
        let active = shape.at(load.elapsed(), load.planned()) * users as f64;
        Box::pin(async move {
            let is_due = (user.weighted_users_index as f64) < active.ceil();
            let connection = user.get_session_data_mut::<Connection>();
            let Some(connection) = connection.filter(|_| is_due && !load.is_over()) else {
                tokio::time::sleep(LOOK).await;
                return Ok(());
            };
            let mut visit = Visit::new(&load, connection, None);
            // What went wrong is recorded already.
            let _ = journey.make(&mut visit).await;
            Ok(())
        })
    });
    Transaction::new(function).set_name(journey.name)
}

/// Makes a user of goose who belongs to no attack, with a number: where the load rises and falls, the first come first. The
/// transactions of a [`scenario`] give them their connection.
///
/// # Errors
///
/// When the address of the target is none, or goose refuses it.
pub fn single(load: &Load, number: usize) -> Result<GooseUser, ClosedError> {
    let url = &load.target.url;
    let base = url.parse().map_err(|_| ClosedError::Address(url.clone()))?;
    let mut user = GooseUser::single(base, &configuration(load, 1)).map_err(Box::new)?;
    user.weighted_users_index = number;
    Ok(user)
}

/// Gives a user a connection of their own. The client that goose makes for each stays idle: it stops its clock at the head of an
/// answer, and takes four times as long.
fn connect(connector: &Connector) -> Transaction {
    let connector = connector.clone();
    let function: TransactionFunction = Arc::new(move |user| {
        user.set_session_data(connector.connection());
        Box::pin(std::future::ready(Ok(())))
    });
    Transaction::new(function)
        .set_name("connect")
        .set_on_start()
}

/// Goose ends by its switch, which looks at the clock to the millisecond; its own run time counts whole seconds.
async fn end_when_over(load: &Load) {
    loop {
        tokio::time::sleep(LOOK).await;
        if load.is_over() {
            // Again and again: goose forgets what it was told before it started.
            trigger_killswitch("the load is over");
        } else if is_killswitch_triggered() {
            // Goose takes the interrupt for itself.
            load.stop();
        }
    }
}

fn configuration(load: &Load, users: usize) -> GooseConfiguration {
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(load.target.url.clone());
    configuration.users = Some(users);
    // All at once; how the load rises is the mix's business.
    configuration.increase_rate = Some("100000".to_owned());
    configuration.no_telnet = true;
    configuration.no_metrics = true;
    configuration.no_print_metrics = true;
    configuration.no_error_summary = true;
    configuration.quiet = 2;
    // Of the client that goose makes for each user and that is never used; with it no authorities are loaded.
    configuration.accept_invalid_certs = true;
    configuration
}
