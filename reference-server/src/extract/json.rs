//! A JSON body.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::body::{BodyError, collect, content_type};
use super::members::{MemberError, Members};
use crate::app::App;
use crate::error::AdminError;

/// The body of a request that should be JSON. Nothing is refused until it is read, since what the path names has to
/// exist first.
pub(crate) struct JsonBody {
    app: App,
    bytes: Result<Bytes, BodyError>,
}

impl JsonBody {
    /// Reads the members of the JSON object that the body has to be.
    pub(crate) fn read<T>(
        self,
        read: impl FnOnce(&Members<'_>) -> Result<T, MemberError>,
    ) -> Result<T, AdminError> {
        let readings = self.app.settings().readings;
        let value = self.value()?;
        Members::of(&value)
            .and_then(|members| read(&members))
            .map_err(|error| AdminError::member(error, &readings))
    }

    /// Reads the members of the JSON object that the body has to be, for an API whose every bad body is a bad request.
    pub(crate) fn read_document<T>(
        self,
        read: impl FnOnce(&Members<'_>) -> Result<T, MemberError>,
    ) -> Result<T, AdminError> {
        let value = self.value()?;
        Members::of(&value)
            .and_then(|members| read(&members))
            .map_err(AdminError::document)
    }

    fn value(self) -> Result<Value, AdminError> {
        let bytes = self.bytes.map_err(AdminError::Body)?;
        let deepest = self.app.settings().limits.json_depth;
        if depth(&bytes) > deepest {
            return Err(AdminError::NotJson(format!("more than {deepest} levels")));
        }
        serde_json::from_slice(&bytes).map_err(|error| AdminError::NotJson(error.to_string()))
    }

    async fn receive(request: Request, app: &App, wanted: &'static str) -> Self {
        let (parts, body) = request.into_parts();
        let is_wanted = content_type(&parts.headers)
            .is_some_and(|(essence, _)| essence.eq_ignore_ascii_case(wanted));
        let bytes = match is_wanted {
            true => collect(body, &app.settings().limits).await,
            false => Err(BodyError::WrongType(wanted)),
        };
        Self {
            app: app.clone(),
            bytes,
        }
    }
}

impl FromRequest<App> for JsonBody {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self::receive(request, app, "application/json").await)
    }
}

/// The body of a request that should be a merge patch (RFC 7396). Nothing is refused until it is read.
pub(crate) struct MergePatch(JsonBody);

impl MergePatch {
    /// Reads what is to change. What is no object would put something else in the place of the whole.
    pub(crate) fn read(self) -> Result<Map<String, Value>, AdminError> {
        let JsonBody { app, bytes } = self.0;
        let bytes = match bytes {
            Err(BodyError::WrongType(wanted)) => {
                let answer = app.settings().readings.patch_media_type;
                return Err(AdminError::PatchType(wanted, answer));
            }
            bytes => bytes,
        };
        match (JsonBody { app, bytes }).value()? {
            Value::Object(members) => Ok(members),
            _ => Err(AdminError::NotJson("not an object".to_owned())),
        }
    }
}

impl FromRequest<App> for MergePatch {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        const WANTED: &str = "application/merge-patch+json";
        Ok(Self(JsonBody::receive(request, app, WANTED).await))
    }
}

/// Returns how many arrays and objects stand within each other, at most, in something that may be JSON.
fn depth(bytes: &[u8]) -> usize {
    let (mut level, mut deepest) = (0_usize, 0);
    let (mut is_in_string, mut is_escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_string => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            b'[' | b'{' if !is_in_string => {
                level += 1;
                deepest = deepest.max(level);
            }
            b']' | b'}' if !is_in_string => level = level.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert_eq!(depth(b"1"), 0);
        assert_eq!(depth(b"{\"a\": [1, {}]}"), 3);
        assert_eq!(depth(br#"["[[[", "\"[[", {}]"#), 2);
        assert_eq!(depth(b"]]]]["), 1);
        assert_eq!(depth(&[b'['; 1000]), 1000);
    }
}
