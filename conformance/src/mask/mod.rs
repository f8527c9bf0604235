//! Keeps secrets out of everything that is printed.
//!
//! Twice over: by structure (an `Authorization` header, a cookie, a member, field or
//! parameter whose name says that it is secret), and by value
//! ([`Masks`]: whatever the run or the target is known to keep secret, in every encoding in which it could travel).

mod address;
mod encodings;
mod html;
mod learn;
mod search;
mod structure;
pub(crate) mod values;

pub use address::address;
pub use structure::{basic_user, body, header, is_secret_name, json_members, placeholder};
pub use values::Masks;

/// Stands where a secret was.
pub const MASK: &str = "***";
