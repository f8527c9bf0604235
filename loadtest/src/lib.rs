//! The load: journeys through a target, with every answer checked, and what they measured held to limits.

pub mod baseline;
pub mod figures;
pub mod limit;
pub mod setup;
