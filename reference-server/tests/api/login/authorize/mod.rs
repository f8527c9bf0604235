//! `/{customerId}/login/authorize`.

mod errors;
mod laws;
mod response_types;
mod session;
