//! The `Authorization` field of a request.

use http::{HeaderMap, header};

/// What a request has in the place of its `Authorization` field (RFC 9110, 11.6.2).
#[derive(Clone, Copy)]
pub(crate) enum AuthorizationField<'a> {
    Absent,
    One(&'a str),
    /// There is one, with something in it that is not visible ASCII.
    Unreadable,
    Several,
}

impl<'a> AuthorizationField<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let mut fields = headers.get_all(header::AUTHORIZATION).iter();
        match (fields.next(), fields.next()) {
            (None, _) => Self::Absent,
            (Some(_), Some(_)) => Self::Several,
            (Some(field), None) => field.to_str().map_or(Self::Unreadable, Self::One),
        }
    }
}
