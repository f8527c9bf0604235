//! Matchers: pure functions that return what they looked for, or a [`Mismatch`](crate::verdict::Mismatch).
//!
//! They never talk to the target and never stop at a sentence: what was expected and what came are data. Put the action in
//! front with [`During`](crate::verdict::During).
//!
//! ```
//! use conformance::{expect, verdict::During as _};
//! use serde_json::json;
//!
//! let list = json!({"total": 1});
//! let mismatch = expect::member(&list, "/total", &json!(2)).during("the list").unwrap_err();
//! assert_eq!(mismatch.what, "the list: member /total");
//! assert_eq!(mismatch.expected, [json!(2)]);
//! assert_eq!(mismatch.actual, json!(1));
//! ```

mod answer;
mod hal;
mod member;
mod oauth;

pub use answer::{errors, header, media_type, refusal, status};
pub use hal::{entry, list};
pub use member::{
    absent, contains, equal, exact_members, integer, member, one_of, positive, present, same_words,
    text,
};
pub use oauth::{no_store, oauth_error};
