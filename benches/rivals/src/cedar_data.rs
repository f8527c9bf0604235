//! Cedar, with the scopes as attributes of the principal: four policies, however many scopes.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};
use scope_lang::{Behaviour, Method, Scope};

use crate::rights::{Rights, prefixes};
use crate::{Answer, Engine};

const POLICIES: &str = r#"
forbid(principal, action, resource)
when { principal.denyBelow.containsAny(context.prefixes) || principal.denyItself.contains(context.path) };

permit(principal, action, resource)
when { principal.fullBelow.containsAny(context.prefixes) || principal.fullItself.contains(context.path) };

permit(principal, action in [Action::"POST", Action::"PATCH"], resource)
when { principal.mutateBelow.containsAny(context.prefixes) || principal.mutateItself.contains(context.path) };

permit(principal, action == Action::"GET", resource)
when { principal.readBelow.containsAny(context.prefixes) || principal.readItself.contains(context.path) }
unless { principal.mutateBelow.containsAny(context.prefixes) || principal.mutateItself.contains(context.path) };
"#;

/// Decides by Cedar's authorizer over attributes.
pub struct CedarData {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
}

impl Engine for CedarData {
    const NAME: &'static str = "cedar-data";

    type Request = Request;

    fn new(scopes: &[Scope]) -> Answer<Self> {
        let mut attributes = Vec::new();
        for behaviour in Behaviour::ALL {
            let Rights { below, itself } = Rights::of(behaviour, scopes);
            attributes.push((format!("{}Below", behaviour.name()), strings(below)));
            attributes.push((format!("{}Itself", behaviour.name()), strings(itself)));
        }
        let bearer = Entity::new(
            uid("Bearer", "token")?,
            attributes.into_iter().collect(),
            [].into_iter().collect(),
        )?;
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: POLICIES.parse()?,
            entities: Entities::from_entities([bearer], None)?,
        })
    }

    fn request(&self, method: Method, path: &str) -> Answer<Self::Request> {
        let context = Context::from_pairs([
            (
                "prefixes".to_owned(),
                strings(prefixes(path).map(str::to_owned)),
            ),
            (
                "path".to_owned(),
                RestrictedExpression::new_string(path.to_owned()),
            ),
        ])?;
        let (bearer, action) = (uid("Bearer", "token")?, uid("Action", method.as_str())?);
        Ok(Request::new(
            bearer,
            action,
            uid("Path", path)?,
            context,
            None,
        )?)
    }

    fn allows(&mut self, request: &Self::Request) -> Answer<bool> {
        let response = self
            .authorizer
            .is_authorized(request, &self.policies, &self.entities);
        Ok(response.decision() == Decision::Allow)
    }
}

fn strings(texts: impl IntoIterator<Item = String>) -> RestrictedExpression {
    RestrictedExpression::new_set(texts.into_iter().map(RestrictedExpression::new_string))
}

fn uid(kind: &str, id: &str) -> Answer<EntityUid> {
    let kind: EntityTypeName = kind.parse()?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}
