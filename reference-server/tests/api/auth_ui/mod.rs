//! Below `/{customerId}/auth-ui`: the hosted pages.

mod injection;
mod limits;
mod login;
mod logout;
mod pages;
mod profile;
mod register;
