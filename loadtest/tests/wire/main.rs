//! Loads on servers of the tests' own.

mod closed;
mod faults;
mod loaded;
mod master;
mod notifications;
mod open;
mod standstill;
mod tls;
mod worker;
