//! How an answer travels to the client: by way of the user's browser.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use url::Url;

use super::error::Refusal;
use crate::auth_ui::form_post;
use crate::auth_ui::locale::Locale;

/// Where the parameters of an answer stand: OAuth 2.0 Multiple Response Type Encoding Practices, 2.1, and OAuth 2.0 Form
/// Post Response Mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

impl ResponseMode {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            _ => None,
        }
    }
}

/// The way back to a client: a redirect URI that it has registered, the mode, and the state that goes with every answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) redirect_uri: String,
    pub(crate) mode: ResponseMode,
    pub(crate) state: Option<String>,
    /// The language of the page that posts the answer.
    pub(crate) locale: Locale,
}

impl Reply {
    /// Sends the browser to the client with these parameters, and the state.
    pub(crate) fn send(&self, mut pairs: Vec<(&str, String)>) -> Response {
        if let Some(state) = &self.state {
            pairs.push(("state", state.clone()));
        }
        if self.mode == ResponseMode::FormPost {
            let pairs: Vec<(&str, &str)> = pairs
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            return form_post(&self.redirect_uri, &pairs, self.locale);
        }
        let encoded = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        redirect(&self.location(&encoded))
    }

    pub(crate) fn refuse(&self, refusal: Refusal) -> Response {
        self.send(vec![
            ("error", refusal.code.as_str().to_owned()),
            ("error_description", refusal.description),
        ])
    }

    /// Keeps the redirect URI as it was registered, with its query (RFC 6749, 3.1.2), and puts the parameters behind it.
    fn location(&self, encoded: &str) -> String {
        match self.mode {
            ResponseMode::Fragment if !encoded.is_empty() => {
                format!("{}#{encoded}", in_ascii(&self.redirect_uri))
            }
            _ => with_query(&self.redirect_uri, encoded),
        }
    }
}

/// Puts parameters behind the query of a URI, which is otherwise kept as it is; a fragment stays behind them.
pub(super) fn with_query(uri: &str, encoded: &str) -> String {
    let uri = in_ascii(uri);
    let (uri, fragment) = uri.split_at(uri.find('#').unwrap_or(uri.len()));
    let separator = match uri {
        _ if encoded.is_empty() || uri.ends_with(['?', '&']) => "",
        _ if uri.contains('?') => "&",
        _ => "?",
    };
    format!("{uri}{separator}{encoded}{fragment}")
}

/// Sends a browser somewhere. What the URL says is nobody else's business, and neither cached nor passed on.
pub(crate) fn redirect(location: &str) -> Response {
    let Ok(location) = HeaderValue::try_from(location) else {
        // Neither registered URIs nor login pages have control characters, so this would be a mistake of ours.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
    ];
    (StatusCode::FOUND, headers).into_response()
}

/// Returns a URI as a header field may hold it: one with other characters in the spelling that browsers send.
fn in_ascii(uri: &str) -> String {
    match Url::parse(uri) {
        Ok(url) if !uri.is_ascii() => url.into(),
        _ => uri.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(redirect_uri: &str, mode: ResponseMode) -> String {
        let reply = Reply {
            redirect_uri: redirect_uri.to_owned(),
            mode,
            state: None,
            locale: Locale::default(),
        };
        reply.location("code=x")
    }

    #[test]
    fn a_redirect_uri_is_kept_as_it_is() {
        for (uri, expected) in [
            ("https://a.example/cb", "https://a.example/cb?code=x"),
            ("https://a.example", "https://a.example?code=x"),
            ("https://a.example/cb?", "https://a.example/cb?code=x"),
            (
                "https://a.example/cb?x=%7E1",
                "https://a.example/cb?x=%7E1&code=x",
            ),
            (
                "https://a.example/cb?x=1&",
                "https://a.example/cb?x=1&code=x",
            ),
            ("demo-app:/callback", "demo-app:/callback?code=x"),
            (
                "https://bücher.example/ü",
                "https://xn--bcher-kva.example/%C3%BC?code=x",
            ),
        ] {
            assert_eq!(location(uri, ResponseMode::Query), expected);
        }
        assert_eq!(
            location("https://a.example/cb?x=1", ResponseMode::Fragment),
            "https://a.example/cb?x=1#code=x"
        );
    }
}
