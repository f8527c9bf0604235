//! The judge itself on trial: which checks notice which faults of a server that is wrong on purpose.
//!
//! | module | what it holds |
//! |---|---|
//! | [`matrix`] | faults by checks, and what they say of the judge |
//! | [`text`] | the matrix for a terminal |
//! | [`json`] | the matrix for scripts |
//! | [`html`] | the matrix as a page |

pub mod html;
pub mod json;
pub mod matrix;
pub mod text;
