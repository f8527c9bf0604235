//! A page as an answer, with the headers that every page has.

use std::sync::LazyLock;

use askama::Template;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// The stylesheet of all pages. It stands in each of them, so that a page is whole with one request, and its digest in
/// the header of each.
pub(crate) const STYLE: &str = include_str!("../../templates/style.css");

/// What makes the form of a page that posts itself do so.
pub(crate) const SUBMIT: &str = "document.forms[0].submit()";

/// Where the forms of a page may lead, in the words of a content security policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormAction {
    /// The page has no form.
    Nowhere,
    /// Forms lead to this server only.
    Here,
    /// From the form somebody comes to a client, and to wherever the client sends its users next: often another origin.
    /// Browsers hold every redirect on the way to the policy, too, so that it must not name where the way ends.
    Onwards,
}

impl FormAction {
    fn directive(self) -> &'static str {
        match self {
            Self::Nowhere => "; form-action 'none'",
            Self::Here => "; form-action 'self'",
            Self::Onwards => "",
        }
    }
}

/// Answers with a page whose forms lead there.
pub(crate) fn page(status: StatusCode, template: &impl Template, forms: FormAction) -> Response {
    answer(status, template, forms, None)
}

/// Answers with a page whose form posts itself.
pub(super) fn self_posting(template: &impl Template, forms: FormAction) -> Response {
    answer(StatusCode::OK, template, forms, Some(&SUBMIT_DIGEST))
}

fn answer(
    status: StatusCode,
    template: &impl Template,
    forms: FormAction,
    script: Option<&str>,
) -> Response {
    let html = template
        .render()
        .expect("writing into a string does not fail, and no filter of ours does");
    let script = script.map_or_else(String::new, |digest| format!("; script-src {digest}"));
    let (style, forms) = (&*STYLE_DIGEST, forms.directive());
    let policy = format!(
        "default-src 'none'; style-src {style}{script}{forms}; base-uri 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).expect("digests and directives are ASCII");
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
    fn the_stylesheet_has_nothing_that_html_would_take_for_its_end() {
        assert!(!STYLE.contains('<') && !STYLE.contains("url("));
    }
}
