//! Below `/{customerId}/login`.

mod token;
