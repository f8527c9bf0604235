//! Parameters on their way back to a client in a form: OAuth 2.0 Form Post Response Mode, section 2.

use askama::Template;
use axum::response::Response;

use super::html::{self, FormAction, STYLE, SUBMIT};
use super::locale::{Locale, Strings};

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPost<'a> {
    t: &'static Strings,
    action: &'a str,
    pairs: &'a [(&'a str, &'a str)],
}

/// Answers with a page that posts these parameters to a redirect URI by itself, or, where scripts are off, by a button.
pub(crate) fn form_post(redirect_uri: &str, pairs: &[(&str, &str)], locale: Locale) -> Response {
    let template = FormPost {
        t: locale.strings(),
        action: redirect_uri,
        pairs,
    };
    html::self_posting(&template, FormAction::Onwards)
}
