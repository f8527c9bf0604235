//! The `claims` parameter: OpenID Connect Core, 5.5.

use serde_json::{Map, Value};

/// The claims that a request asks for by name, by the place of delivery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ClaimsRequest {
    pub(crate) userinfo: Vec<Box<str>>,
    pub(crate) id_token: Vec<Box<str>>,
}

/// Says why the parameter cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "claims must be a JSON object whose members userinfo and id_token map names to null or an object"
)]
pub(crate) struct ClaimsError;

impl ClaimsRequest {
    /// Keeps the claims that there are. Others ask for nothing, and need not be remembered.
    pub(crate) fn only(mut self, exists: impl Fn(&str) -> bool) -> Self {
        self.userinfo.retain(|claim| exists(claim));
        self.id_token.retain(|claim| exists(claim));
        self
    }

    /// Reads the parameter. What is said about a claim beyond its name is a wish that may be ignored, but for
    /// [`Demands`](super::demands::Demands); so may other members.
    pub(crate) fn read(text: &str) -> Result<Self, ClaimsError> {
        let claims: Map<String, Value> = serde_json::from_str(text).map_err(|_| ClaimsError)?;
        Ok(Self {
            userinfo: names(claims.get("userinfo"))?,
            id_token: names(claims.get("id_token"))?,
        })
    }
}

fn names(member: Option<&Value>) -> Result<Vec<Box<str>>, ClaimsError> {
    match member {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(claims)) if claims.values().all(is_request) => {
            Ok(claims.keys().map(|name| name.as_str().into()).collect())
        }
        Some(_) => Err(ClaimsError),
    }
}

fn is_request(value: &Value) -> bool {
    value.is_null() || value.is_object()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_place() {
        let text = r#"{
            "userinfo": {"email": null, "updated_at": {"essential": true}},
            "id_token": {"accountId": null},
            "other": 1
        }"#;
        let request = ClaimsRequest::read(text).expect("claims");
        assert_eq!(request.userinfo, ["email".into(), "updated_at".into()]);
        assert_eq!(request.id_token, ["accountId".into()]);
        for empty in ["{}", r#"{"userinfo": {}, "id_token": null}"#] {
            assert_eq!(ClaimsRequest::read(empty), Ok(ClaimsRequest::default()));
        }
    }

    #[test]
    fn other_forms_are_refused() {
        let deep = "[".repeat(1000);
        for text in [
            "",
            "email",
            "[]",
            "null",
            "{",
            r#"{"userinfo": []}"#,
            r#"{"id_token": "email"}"#,
            r#"{"userinfo": {"email": true}}"#,
            r#"{"userinfo": {"email": ["x"]}}"#,
            &deep,
        ] {
            assert_eq!(ClaimsRequest::read(text), Err(ClaimsError), "`{text}`");
        }
    }
}
