//! A page as an answer, with the headers that every page has.

use std::sync::LazyLock;

use askama::Template;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};
use url::{Host, Url};

/// The stylesheet of all pages. It stands in each of them, so that a page is whole with one request, and its digest in
/// the header of each.
pub(crate) const STYLE: &str = include_str!("../../templates/style.css");

/// What makes the form of a page that posts itself do so.
pub(crate) const SUBMIT: &str = "document.forms[0].submit()";

/// Where the forms of a page may lead, in the words of a content security policy.
///
/// Browsers hold redirects to it, too: a sign-in that is answered with a redirect to the client needs the client's origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormAction(String);

impl FormAction {
    /// The page has no form.
    pub(crate) fn nowhere() -> Self {
        Self("'none'".to_owned())
    }

    /// Forms lead to this server only.
    pub(crate) fn here() -> Self {
        Self("'self'".to_owned())
    }

    /// Forms lead to this server, and from there on to a redirect URI.
    pub(crate) fn here_and(redirect_uri: &str) -> Self {
        match source(redirect_uri) {
            Some(source) => Self(format!("'self' {source}")),
            None => Self::here(),
        }
    }

    /// Forms lead to a redirect URI only.
    pub(crate) fn to(redirect_uri: &str) -> Self {
        source(redirect_uri).map_or_else(Self::nowhere, Self)
    }
}

/// Returns the source expression (CSP 3, 2.3.1) that a URL matches: its origin, or its scheme if it has no such thing.
fn source(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    match (url.scheme(), url.host()) {
        // A host source has no form for an address of IPv6.
        ("http" | "https", Some(Host::Domain(_) | Host::Ipv4(_))) => {
            Some(url.origin().ascii_serialization())
        }
        (scheme, _) => Some(format!("{scheme}:")),
    }
}

/// Answers with a page whose forms lead there.
pub(crate) fn page(status: StatusCode, template: &impl Template, forms: &FormAction) -> Response {
    answer(status, template, forms, None)
}

/// Answers with a page whose form posts itself.
pub(super) fn self_posting(template: &impl Template, forms: &FormAction) -> Response {
    answer(StatusCode::OK, template, forms, Some(&SUBMIT_DIGEST))
}

fn answer(
    status: StatusCode,
    template: &impl Template,
    FormAction(forms): &FormAction,
    script: Option<&str>,
) -> Response {
    let html = template
        .render()
        .expect("writing into a string does not fail, and no filter of ours does");
    let script = script.map_or_else(String::new, |digest| format!("; script-src {digest}"));
    let style = &*STYLE_DIGEST;
    let policy = format!(
        "default-src 'none'; style-src {style}{script}; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).expect("digests, schemes and origins are ASCII");
    let fixed = |name: HeaderName, value| (name, HeaderValue::from_static(value));
    let headers = [
        fixed(header::CONTENT_TYPE, "text/html; charset=utf-8"),
        fixed(header::CACHE_CONTROL, "no-store"),
        fixed(header::REFERRER_POLICY, "no-referrer"),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // For browsers that do not know `frame-ancestors`.
        fixed(header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (status, headers, html).into_response()
}

static STYLE_DIGEST: LazyLock<String> = LazyLock::new(|| digest(STYLE));
static SUBMIT_DIGEST: LazyLock<String> = LazyLock::new(|| digest(SUBMIT));

fn digest(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_is_one_source_expression() {
        for (uri, source) in [
            (
                "https://shop.example.test/cb?x=1;y=2",
                "https://shop.example.test",
            ),
            ("http://localhost:8080/callback", "http://localhost:8080"),
            ("http://127.0.0.1/", "http://127.0.0.1"),
            ("http://[::1]:3000/", "http:"),
            ("demo-app:callback; script-src *", "demo-app:"),
            ("com.example.app:/callback", "com.example.app:"),
        ] {
            assert_eq!(
                FormAction::to(uri),
                FormAction(source.to_owned()),
                "`{uri}`"
            );
        }
        assert_eq!(FormAction::to("callback"), FormAction::nowhere());
        assert_eq!(FormAction::here_and("callback"), FormAction::here());
    }

    #[test]
    fn the_stylesheet_has_nothing_that_html_would_take_for_its_end() {
        assert!(!STYLE.contains('<') && !STYLE.contains("url("));
    }
}
