//! Cedar, one policy a scope: paths are entities, and a path is in its prefixes.

use std::fmt::Write;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request,
};
use scope_lang::{Behaviour, Method, Resource, Scope};

use crate::rights::prefixes;
use crate::{Answer, Engine};

/// Decides by Cedar's authorizer.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
}

impl Engine for Cedar {
    const NAME: &'static str = "cedar";

    type Request = (Request, Entities);

    fn new(scopes: &[Scope]) -> Answer<Self> {
        let policies = policies(scopes)?.parse()?;
        Ok(Self {
            authorizer: Authorizer::new(),
            policies,
        })
    }

    fn request(&self, method: Method, path: &str) -> Answer<Self::Request> {
        let resource = uid("Path", path)?;
        let parents = prefixes(path).filter(|prefix| *prefix != path);
        let parents = parents
            .map(|prefix| uid("Path", prefix))
            .collect::<Answer<_>>()?;
        let entity = Entity::new_no_attrs(resource.clone(), parents);
        let entities = Entities::from_entities([entity], None)?;
        let action = uid("Action", method.as_str())?;
        let bearer = uid("Bearer", "token")?;
        let request = Request::new(bearer, action, resource, Context::empty(), None)?;
        Ok((request, entities))
    }

    fn allows(&mut self, (request, entities): &Self::Request) -> Answer<bool> {
        let response = self
            .authorizer
            .is_authorized(request, &self.policies, entities);
        Ok(response.decision() == Decision::Allow)
    }
}

fn policies(scopes: &[Scope]) -> Answer<String> {
    let mutating = scopes
        .iter()
        .filter(|scope| scope.behaviour() == Behaviour::Mutate);
    let mutated: Vec<String> = mutating
        .map(|scope| covers(scope.resource()))
        .collect::<Answer<_>>()?;
    // Mutate wins over read, so a read scope gives way wherever a mutate scope covers the path.
    let mutated = if mutated.is_empty() {
        "false".to_owned()
    } else {
        mutated.join(" || ")
    };
    let mut policies = String::new();
    for scope in scopes {
        let covers = covers(scope.resource())?;
        match scope.behaviour() {
            Behaviour::Full => writeln!(
                policies,
                "permit(principal, action, resource) when {{ {covers} }};"
            )?,
            Behaviour::Mutate => writeln!(
                policies,
                "permit(principal, action in [Action::\"POST\", Action::\"PATCH\"], resource) \
                 when {{ {covers} }};"
            )?,
            Behaviour::Read => writeln!(
                policies,
                "permit(principal, action == Action::\"GET\", resource) \
                 when {{ {covers} }} unless {{ {mutated} }};"
            )?,
            Behaviour::Deny => writeln!(
                policies,
                "forbid(principal, action, resource) when {{ {covers} }};"
            )?,
        }
    }
    Ok(policies)
}

fn covers(resource: &Resource) -> Answer<String> {
    let prefix = uid("Path", resource.prefix())?;
    let relation = if resource.is_bare() { "==" } else { "in" };
    Ok(format!("resource {relation} {prefix}"))
}

fn uid(kind: &str, id: &str) -> Answer<EntityUid> {
    let kind: EntityTypeName = kind.parse()?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}
