//! Rego on the virtual machine of regorus, with the scopes as indexed data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Rc, Value};
use scope_lang::{Behaviour, Method, Scope};

use crate::rights::{Rights, prefixes};
use crate::{Answer, Engine};

const POLICY: &str = r#"
package scope

import rego.v1

default allow := false

covered(behaviour) if count(data.rights[behaviour].below & input.prefixes) > 0

covered(behaviour) if data.rights[behaviour].itself[input.path]

allow if {
    not covered("deny")
    covered("full")
}

allow if {
    not covered("deny")
    covered("mutate")
    input.method in {"POST", "PATCH"}
}

allow if {
    not covered("deny")
    not covered("mutate")
    covered("read")
    input.method == "GET"
}
"#;

/// Decides by a compiled Rego policy.
pub struct Regorus(RegoVM);

impl Engine for Regorus {
    const NAME: &'static str = "regorus";

    type Request = Value;

    fn new(scopes: &[Scope]) -> Answer<Self> {
        let mut engine = regorus::Engine::new();
        engine.add_policy("scope.rego".to_owned(), POLICY.to_owned())?;
        let entry: Rc<str> = "data.scope.allow".into();
        let policy = engine.compile_with_entrypoint(&entry)?;
        let program = Compiler::compile_from_policy(&policy, &[&entry])?;
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&program));
        machine.set_data(rights(scopes))?;
        Ok(Self(machine))
    }

    fn request(&self, method: Method, path: &str) -> Answer<Self::Request> {
        Ok(object([
            ("method", Value::from(method.as_str())),
            ("path", Value::from(path)),
            ("prefixes", set(prefixes(path))),
        ]))
    }

    fn allows(&mut self, request: &Self::Request) -> Answer<bool> {
        self.0.set_input(request.clone());
        Ok(self.0.execute()? == Value::Bool(true))
    }
}

fn rights(scopes: &[Scope]) -> Value {
    let of = |behaviour: Behaviour| {
        let Rights { below, itself } = Rights::of(behaviour, scopes);
        let below = set(below.iter().map(String::as_str));
        let itself = set(itself.iter().map(String::as_str));
        (
            behaviour.name(),
            object([("below", below), ("itself", itself)]),
        )
    };
    object([("rights", object(Behaviour::ALL.map(of)))])
}

fn set<'a>(texts: impl Iterator<Item = &'a str>) -> Value {
    Value::from(texts.map(Value::from).collect::<BTreeSet<_>>())
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.map(|(name, value)| (Value::from(name), value));
    Value::from(BTreeMap::from(members))
}
