//! The judge against servers that behave, misbehave, and are not servers at all.

mod clean_up;
mod description;
mod doctor;
mod hostile;
mod masking;
mod peer;
mod report;
mod scenario;
mod subject;
mod verdict;
mod xsd;
