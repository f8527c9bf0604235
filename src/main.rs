//! `proofhouse`: serves, judges and loads identity deployments.
fn main() {}
