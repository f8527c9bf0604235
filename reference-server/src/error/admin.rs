//! Refusals of the administrative APIs: `{"errors": "<text>"}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::extract::{BodyError, MemberError};
use crate::ids::Id;
use crate::settings::{
    BadValueStatus, MissingMemberStatus, PatchMediaType, Readings, RejectedToken,
    RejectedTokenBody, SubscriptionTitleClash,
};

/// A refusal of an administrative API, in the order in which requests are refused.
///
/// Where the status is a reading, the variant carries the answer.
#[derive(Debug)]
pub(crate) enum AdminError {
    /// No bearer token was sent.
    NoToken,
    /// The token is unknown, malformed or expired.
    RejectedToken(RejectedToken, RejectedTokenBody),
    /// The scopes of the token do not allow the request.
    Forbidden,
    /// Nothing is there.
    NotFound,
    /// Something is there that does not take the method; axum adds `Allow`.
    MethodNotAllowed,
    /// A parameter of the query is missing or repeated.
    Parameter(&'static str),
    /// A parameter of the query has a value that cannot be accepted.
    BadRequest(&'static str),
    /// The body could not be had.
    Body(BodyError),
    /// A patch was not sent as one: the type that is wanted.
    PatchType(&'static str, PatchMediaType),
    /// The body is not JSON as we take it.
    NotJson(String),
    /// A required member is missing.
    Missing(MemberError, MissingMemberStatus),
    /// A member has a value that cannot be accepted.
    BadValue(MemberError, BadValueStatus),
    /// A value that was set for good is to be changed.
    Immutable(&'static str, BadValueStatus),
    /// Clients still use the policy.
    InUse { customer: Id, clients: Vec<Id> },
    /// Another subscription has the title.
    TitleTaken(SubscriptionTitleClash),
    /// What is there does not allow it at the moment.
    Conflict(&'static str),
    /// No key could be made or used.
    NoKey,
}

impl AdminError {
    pub(crate) fn rejected(readings: &Readings) -> Self {
        Self::RejectedToken(readings.rejected_token, readings.rejected_token_body)
    }

    pub(crate) fn member(error: MemberError, readings: &Readings) -> Self {
        if error.is_missing() {
            Self::Missing(error, readings.missing_member_status)
        } else {
            Self::BadValue(error, readings.bad_value_status)
        }
    }

    /// Refuses a member in an API whose every bad body is a bad request.
    pub(crate) fn document(error: MemberError) -> Self {
        if error.is_missing() {
            Self::Missing(error, MissingMemberStatus::BadRequest)
        } else {
            Self::BadValue(error, BadValueStatus::BadRequest)
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::RejectedToken(RejectedToken::Unauthorized, _) => StatusCode::UNAUTHORIZED,
            Self::RejectedToken(RejectedToken::Forbidden, _) | Self::Forbidden => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Body(error) => error.status(),
            Self::Parameter(_) | Self::BadRequest(_) | Self::NotJson(_) => StatusCode::BAD_REQUEST,
            Self::Missing(_, MissingMemberStatus::BadRequest)
            | Self::BadValue(_, BadValueStatus::BadRequest)
            | Self::Immutable(_, BadValueStatus::BadRequest) => StatusCode::BAD_REQUEST,
            Self::Missing(_, MissingMemberStatus::Unprocessable)
            | Self::BadValue(_, BadValueStatus::Unprocessable)
            | Self::Immutable(_, BadValueStatus::Unprocessable) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::PatchType(_, PatchMediaType::Unsupported) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::PatchType(_, PatchMediaType::BadRequest)
            | Self::TitleTaken(SubscriptionTitleClash::BadRequest) => StatusCode::BAD_REQUEST,
            Self::InUse { .. }
            | Self::TitleTaken(SubscriptionTitleClash::Conflict)
            | Self::Conflict(_) => StatusCode::CONFLICT,
            Self::NoKey => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::NoToken => "Unable to access TBA endpoints without token!".to_owned(),
            Self::RejectedToken(RejectedToken::Forbidden, _) | Self::Forbidden => {
                "Forbidden".to_owned()
            }
            Self::RejectedToken(_, RejectedTokenBody::InvalidOrExpired) => {
                "Invalid or expired token".to_owned()
            }
            Self::RejectedToken(_, RejectedTokenBody::Other) => "Unauthorized".to_owned(),
            Self::NotFound => "Not Found".to_owned(),
            Self::MethodNotAllowed => "Method Not Allowed".to_owned(),
            Self::Body(error) => error.to_string(),
            Self::Parameter(name) => format!("{name} is wanted exactly once in the query"),
            Self::PatchType(wanted, _) => BodyError::WrongType(wanted).to_string(),
            Self::NotJson(problem) => format!("the body is not valid JSON: {problem}"),
            Self::Missing(error, _) | Self::BadValue(error, _) => error.to_string(),
            Self::Immutable(what, _) => format!("{what} cannot be changed"),
            Self::InUse { customer, clients } => dependents(*customer, clients),
            Self::TitleTaken(_) => "another subscription has this title".to_owned(),
            Self::BadRequest(problem) | Self::Conflict(problem) => (*problem).to_owned(),
            Self::NoKey => "no key could be used".to_owned(),
        }
    }
}

/// Writes clients as the documentation prints them: a JSON array inside the string, and a newline at its end.
fn dependents(customer: Id, clients: &[Id]) -> String {
    let paths: Vec<String> = clients
        .iter()
        .map(|client| format!("\"/customers/{customer}/clients/{client}\""))
        .collect();
    format!("[{}]\n", paths.join(", "))
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        let body = Json(json!({ "errors": self.text() }));
        let mut response = (self.status(), body).into_response();
        // RFC 9110, 11.6.1, wants a challenge with every 401; RFC 6750, 3.1, says what it holds.
        if response.status() == StatusCode::UNAUTHORIZED {
            let challenge = match self {
                Self::RejectedToken(..) => "Bearer error=\"invalid_token\"",
                _ => "Bearer",
            };
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            );
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;

    #[test]
    fn dependents_are_an_array_within_a_string() {
        let ids = Ids::seeded(3);
        let (customer, first, second) = (ids.id(), ids.id(), ids.id());
        let error = AdminError::InUse {
            customer,
            clients: vec![first, second],
        };
        let text = error.text();
        assert!(text.ends_with("]\n"));
        let paths: Vec<String> = serde_json::from_str(&text).expect("JSON within the string");
        assert_eq!(
            paths,
            [first, second].map(|client| format!("/customers/{customer}/clients/{client}"))
        );
    }
}
