//! Ways in which the server is wrong on purpose: each does what its title says, and nothing is wrong without it.

mod configuration;
mod expiry;
mod races;
mod scopes;
mod tokens;

use reference_server::faults::Injection;

use crate::caller::Server;

/// A server that is right, and one with this fault.
fn sound_and(fault: &str) -> [Server; 2] {
    let servers = [Server::new(), Server::new()];
    turn_on(&servers[1], fault);
    servers
}

fn turn_on(server: &Server, fault: &str) {
    let injection = Injection::named(fault).expect("a fault of the list");
    server.app.faults().add(injection);
}
