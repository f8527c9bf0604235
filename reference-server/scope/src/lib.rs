//! The scope language of the configuration APIs: `<behaviour>:<resource>`.
//!
//! A token carries scopes; a request is allowed when, of all scopes that cover its path, none
//! denies and the strongest includes its method.
//!
//! | module | what it holds |
//! |---|---|
//! | `behaviour` | [`Behaviour`]: full, mutate, read, deny |
//! | `method` | [`Method`]: what a behaviour allows |
//! | `resource` | [`Resource`]: what a scope is about |
//! | `scope` | [`Scope`]: the two together, read and printed |
//! | `parse_error` | [`ParseError`]: the byte at which a text stops being a scope |
//! | `readings` | [`Readings`]: what the documentation leaves open |
//! | `decision` | [`Decision`] and its [`Reason`] |
//! | `set` | [`ScopeSet`]: scopes prepared for deciding |
//! | `explanation` | [`Explanation`]: a decision in words and in facts |
//! | [`naive`] | the same decisions without preparation, to hold the prepared ones against |
//!
//! ```
//! use scope_lang::{Method, Readings, Scope, ScopeSet};
//!
//! let scopes: [Scope; 2] = ["*:config/tokenPolicies".parse()?, "-:config/tokenPolicies/8cdb".parse()?];
//! let set = ScopeSet::compile(&scopes, Readings::default());
//!
//! assert!(set.decide(Method::Get, "config/tokenPolicies").allowed());
//! assert!(set.decide(Method::Put, "config/tokenPolicies/2dca").allowed());
//!
//! let refused = set.decide(Method::Get, "config/tokenPolicies/8cdb");
//! assert!(!refused.allowed());
//! assert_eq!(refused.by(), Some(&scopes[1]));
//! # Ok::<(), scope_lang::ParseError>(())
//! ```

mod behaviour;
mod decision;
mod explanation;
mod method;
pub mod naive;
mod parse_error;
mod readings;
mod resource;
mod scope;
mod set;

pub use behaviour::Behaviour;
pub use decision::{Decision, Reason};
pub use explanation::Explanation;
pub use method::Method;
pub use parse_error::ParseError;
pub use readings::{ReadingError, Readings};
pub use resource::Resource;
pub use scope::Scope;
pub use set::{Form, ScopeSet};
