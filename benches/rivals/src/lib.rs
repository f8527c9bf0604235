//! The scope language beside general policy engines.
