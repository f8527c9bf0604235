//! The scope language.
