//! Rego on the virtual machine of regorus, with the scopes as indexed data.

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Rc, Value};
use scope_lang::{Behaviour, Method, Scope};
use serde_json::json;

use crate::rights::{Rights, prefixes};
use crate::{Answer, Engine};

const POLICY: &str = r#"
package scope

import rego.v1

default allow := false

covered(behaviour) if {
    some prefix in input.prefixes
    data.rights[behaviour].below[prefix]
}

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
        machine.set_data(rights(scopes)?)?;
        Ok(Self(machine))
    }

    fn request(&self, method: Method, path: &str) -> Answer<Self::Request> {
        let prefixes: Vec<&str> = prefixes(path).collect();
        let input = json!({ "method": method, "path": path, "prefixes": prefixes });
        Ok(Value::from_json_str(&input.to_string())?)
    }

    fn allows(&mut self, request: &Self::Request) -> Answer<bool> {
        self.0.set_input(request.clone());
        Ok(self.0.execute()? == Value::Bool(true))
    }
}

fn rights(scopes: &[Scope]) -> Answer<Value> {
    let set = |prefixes: Vec<String>| -> BTreeMap<String, bool> {
        prefixes.into_iter().map(|prefix| (prefix, true)).collect()
    };
    let rights: BTreeMap<&str, serde_json::Value> = Behaviour::ALL
        .into_iter()
        .map(|behaviour| {
            let Rights { below, itself } = Rights::of(behaviour, scopes);
            (
                behaviour.name(),
                json!({ "below": set(below), "itself": set(itself) }),
            )
        })
        .collect();
    Ok(Value::from_json_str(
        &json!({ "rights": rights }).to_string(),
    )?)
}
