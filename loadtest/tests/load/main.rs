//! What is measured, and what is made of it.

mod baselines;
mod figures;
mod limits;
mod reports;
