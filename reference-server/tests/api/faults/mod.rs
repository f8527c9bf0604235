//! Ways in which the server is wrong on purpose: each does what its title says, and nothing is wrong without it.

mod configuration;
mod expiry;
mod races;
mod scopes;
mod tokens;
mod webhooks;

use reference_server::faults::Injection;

use crate::caller::{Asks, Server};

/// A server that is right, and one with this fault.
fn sound_and(fault: &str) -> [Server; 2] {
    let servers = [Server::new(), Server::new()];
    turn_on(&servers[1], fault);
    servers
}

#[tokio::test]
async fn a_seed_decides_when_an_unlikely_fault_shows() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        // Both of the same seed.
        let server = Server::new();
        let injection = Injection::named("service-is-unavailable")
            .and_then(|injection| injection.probability(0.5))
            .expect("a fault of the list");
        server.app.faults().add(injection);
        let mut statuses = Vec::new();
        for _ in 0..32 {
            let answer = server.anybody().get("config/clients").await;
            statuses.push(answer.status.as_u16());
        }
        runs.push(statuses);
    }
    assert!(runs[0].contains(&503) && runs[0].contains(&401));
    assert_eq!(runs[0], runs[1]);
}

fn turn_on(server: &Server, fault: &str) {
    let injection = Injection::named(fault).expect("a fault of the list");
    server.app.faults().add(injection);
}
