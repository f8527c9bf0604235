//! A JSON body.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde_json::Value;

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
        let settings = self.app.settings();
        let bytes = self.bytes.map_err(AdminError::Body)?;
        let deepest = settings.limits.json_depth;
        if depth(&bytes) > deepest {
            return Err(AdminError::NotJson(format!("more than {deepest} levels")));
        }
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|error| AdminError::NotJson(error.to_string()))?;
        Members::of(&value)
            .and_then(|members| read(&members))
            .map_err(|error| AdminError::member(error, &settings.readings))
    }
}

impl FromRequest<App> for JsonBody {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let is_json = content_type(&parts.headers)
            .is_some_and(|(essence, _)| essence.eq_ignore_ascii_case("application/json"));
        let bytes = if is_json {
            collect(body, &app.settings().limits).await
        } else {
            Err(BodyError::WrongType("application/json"))
        };
        Ok(Self {
            app: app.clone(),
            bytes,
        })
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
