//! casbin: policies in the order of the precedence table, of which the first that matches decides.

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use scope_lang::{Behaviour, Method, Scope};

use crate::{Answer, Engine};

const MODEL: &str = "
[request_definition]
r = method, path

[policy_definition]
p = method, path, below, eft

[policy_effect]
e = priority(p.eft) || deny

[matchers]
m = (r.path == p.path || keyMatch(r.path, p.below)) && keyMatch(r.method, p.method)
";

/// Decides by casbin's enforcer.
pub struct Casbin(Enforcer);

impl Engine for Casbin {
    const NAME: &'static str = "casbin";

    type Request = (&'static str, String);

    fn new(scopes: &[Scope]) -> Answer<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(async {
            let model = DefaultModel::from_str(MODEL).await?;
            let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
            enforcer.add_policies(policies(scopes)).await?;
            Ok(Self(enforcer))
        })
    }

    fn request(&self, method: Method, path: &str) -> Answer<Self::Request> {
        Ok((method.as_str(), path.to_owned()))
    }

    fn allows(&mut self, (method, path): &Self::Request) -> Answer<bool> {
        Ok(self.0.enforce((*method, path.as_str()))?)
    }
}

fn policies(scopes: &[Scope]) -> Vec<Vec<String>> {
    let order = [
        Behaviour::Deny,
        Behaviour::Full,
        Behaviour::Mutate,
        Behaviour::Read,
    ];
    let mut policies = Vec::new();
    for behaviour in order {
        for scope in scopes.iter().filter(|scope| scope.behaviour() == behaviour) {
            let resource = scope.resource();
            let below = match resource.prefix() {
                "" => "*".to_owned(),
                // Nothing is below, and no path is called so.
                _ if resource.is_bare() => "-".to_owned(),
                prefix => format!("{prefix}/*"),
            };
            for (method, effect) in effects(behaviour) {
                let path = resource.prefix().to_owned();
                let policy = vec![
                    (*method).to_owned(),
                    path,
                    below.clone(),
                    (*effect).to_owned(),
                ];
                // casbin takes no policy twice.
                if !policies.contains(&policy) {
                    policies.push(policy);
                }
            }
        }
    }
    policies
}

/// What a covering scope does to the methods; mutate refuses the others, so that no read scope
/// behind it is asked.
const fn effects(behaviour: Behaviour) -> &'static [(&'static str, &'static str)] {
    match behaviour {
        Behaviour::Deny => &[("*", "deny")],
        Behaviour::Full => &[("*", "allow")],
        Behaviour::Mutate => &[("POST", "allow"), ("PATCH", "allow"), ("*", "deny")],
        Behaviour::Read => &[("GET", "allow")],
    }
}
