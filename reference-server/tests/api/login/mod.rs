//! Below `/{customerId}/login`.

mod end_session;
mod token;
