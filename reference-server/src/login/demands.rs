//! What a request demands of whom an ID token is about: OpenID Connect Core, 3.1.2.2 and 5.5.1.

use serde_json::{Map, Value};

use super::claims_request::ClaimsError;
use crate::ids::Id;

/// The values that the `claims` parameter demands of the ID token's `sub`, and of its `acr` where that is essential.
///
/// Whoever does not have them gets nothing. Of any other claim, a demanded value is a wish.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Demands {
    sub: Option<Vec<Value>>,
    acr: Option<Vec<Value>>,
}

impl Demands {
    /// Reads the parameter, whose form somebody else checks.
    pub(crate) fn read(text: &str) -> Result<Self, ClaimsError> {
        let mut claims: Map<String, Value> = serde_json::from_str(text).map_err(|_| ClaimsError)?;
        let mut demanded =
            |claim: &str| claims.get_mut("id_token")?.get_mut(claim).map(Value::take);
        let is_essential = |acr: &Value| acr["essential"] == true;
        Ok(Self {
            sub: demanded("sub").and_then(values),
            acr: demanded("acr").filter(is_essential).and_then(values),
        })
    }

    /// Returns whether an ID token about that user, who signed in like that, is one that the request demands.
    pub(crate) fn are_met_by(&self, sub: Id, acr: &str) -> bool {
        let is_among = |demanded: &Option<Vec<Value>>, actual: &str| {
            demanded
                .as_ref()
                .is_none_or(|values| values.iter().any(|value| value == actual))
        };
        is_among(&self.sub, &sub.to_string()) && is_among(&self.acr, acr)
    }
}

/// Returns the values of which one is demanded, if any is.
fn values(mut request: Value) -> Option<Vec<Value>> {
    let request = request.as_object_mut()?;
    match (request.remove("values"), request.remove("value")) {
        (Some(Value::Array(values)), _) => Some(values),
        (Some(value), _) | (None, Some(value)) => Some(vec![value]),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;

    #[test]
    fn a_subject_and_an_essential_level_are_demanded() {
        let sub = Ids::seeded(1).id();
        for (id_token, is_met) in [
            ("{}".to_owned(), true),
            (r#"{"sub": null, "acr": null}"#.to_owned(), true),
            (format!(r#"{{"sub": {{"value": "{sub}"}}}}"#), true),
            (format!(r#"{{"sub": {{"values": ["x", "{sub}"]}}}}"#), true),
            (r#"{"sub": {"value": "x"}}"#.to_owned(), false),
            (r#"{"sub": {"value": 1}}"#.to_owned(), false),
            (r#"{"sub": {"values": []}}"#.to_owned(), false),
            (r#"{"sub": {"essential": true}}"#.to_owned(), true),
            (r#"{"acr": {"value": "2"}}"#.to_owned(), true),
            (
                r#"{"acr": {"essential": false, "value": "2"}}"#.to_owned(),
                true,
            ),
            (r#"{"acr": {"essential": true}}"#.to_owned(), true),
            (
                r#"{"acr": {"essential": true, "value": "2"}}"#.to_owned(),
                false,
            ),
            (
                r#"{"acr": {"essential": true, "values": ["2", "1"]}}"#.to_owned(),
                true,
            ),
            (
                r#"{"name": {"essential": true, "value": "x"}}"#.to_owned(),
                true,
            ),
        ] {
            let demands = Demands::read(&format!(r#"{{"id_token": {id_token}}}"#));
            let met = demands.map(|demands| demands.are_met_by(sub, "1"));
            assert_eq!(met, Ok(is_met), "{id_token}");
        }
        for elsewhere in ["{}", r#"{"userinfo": {"sub": {"value": "x"}}}"#] {
            assert_eq!(Demands::read(elsewhere), Ok(Demands::default()));
        }
    }
}
