//! The load: journeys through a target, with every answer checked, and what they measured held to limits.

pub mod figures;
