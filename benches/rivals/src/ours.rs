//! `scope-lang` itself.

use scope_lang::{Method, Readings, Scope, ScopeSet};

use crate::{Answer, Engine};

/// Decides by a compiled set of scopes.
#[derive(Debug)]
pub struct Ours(ScopeSet);

impl Engine for Ours {
    const NAME: &'static str = "ours";

    type Request = (Method, String);

    fn new(scopes: &[Scope]) -> Answer<Self> {
        Ok(Self(ScopeSet::compile(scopes, Readings::default())))
    }

    fn request(&self, method: Method, path: &str) -> Answer<Self::Request> {
        Ok((method, path.to_owned()))
    }

    fn allows(&mut self, (method, path): &Self::Request) -> Answer<bool> {
        Ok(self.0.decide(*method, path).allowed())
    }
}
