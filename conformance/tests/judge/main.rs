//! The judge against servers that behave, misbehave, and are not servers at all.

mod clean_up;
mod description;
mod diff;
mod doctor;
mod forged;
mod formats;
mod hostile;
mod hostile_text;
mod liar;
mod lies;
mod lies_about_claims;
mod lies_about_introspection;
mod lies_about_tokens;
mod masking;
mod peer;
mod report;
mod scenario;
mod subject;
mod tap;
mod verdict;
mod xsd;
