//! Where an authorization request ends: at the redirect URI, or on a page.

use serde_json::{Value, json};

use super::{Form, Page};
use crate::{http::Answer, secret::Secret, verdict::Mismatch};

/// The errors of an authorization endpoint (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6, RFC 8707 section 2,
/// and those that Hosted Login adds).
const ERRORS: &[&str] = &[
    "invalid_client",
    "invalid_redirect_uri",
    "invalid_request",
    "invalid_target",
    "unsupported_response_type",
    "invalid_scope",
    "unauthorized_client",
    "access_denied",
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
    "server_error",
    "temporarily_unavailable",
];

/// Where an authorization request ended.
#[derive(Debug, Clone)]
pub enum Authorized {
    /// At the redirect URI.
    Redirect(Redirect),
    /// On a page of the target, be it one with an error.
    Page(Page),
}

/// How parameters came to the redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// In the query.
    Query,
    /// In the fragment.
    Fragment,
    /// In a form that the browser posts.
    FormPost,
}

impl Channel {
    /// Returns the word that `response_mode` uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }
}

/// An answer that leads to the redirect URI.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// Where it leads, as it was written.
    pub location: String,
    /// How the parameters came.
    pub channel: Channel,
    /// The parameters, decoded, in their order; those of the redirect URI's own query are among them.
    pub parameters: Vec<(String, String)>,
    /// The answer itself.
    pub answer: Answer,
}

impl Authorized {
    /// Requires that it ended at the redirect URI.
    ///
    /// # Errors
    ///
    /// A mismatch that says which page came instead.
    pub fn redirect(self) -> Result<Redirect, Mismatch> {
        match self {
            Self::Redirect(redirect) => Ok(redirect),
            Self::Page(page) => Err(Mismatch::new(
                "authorization request",
                [json!("a redirect to the redirect URI")],
                json!({ "page": page.title(), "status": page.answer.status() }),
            )),
        }
    }

    /// Requires that it ended on a page.
    ///
    /// # Errors
    ///
    /// A mismatch that says what came to the redirect URI instead.
    pub fn page(self) -> Result<Page, Mismatch> {
        match self {
            Self::Page(page) => Ok(page),
            Self::Redirect(redirect) => Err(Mismatch::new(
                "authorization request",
                [json!("a page")],
                redirect.shown(),
            )),
        }
    }

    /// Returns the error that came either way; of a page only what it says in a word of OAuth.
    pub fn error(&self) -> Option<String> {
        match self {
            Self::Redirect(redirect) => redirect.error().map(str::to_owned),
            Self::Page(page) if page.answer.status() >= 400 => page.error(ERRORS),
            Self::Page(_) => None,
        }
    }
}

impl Redirect {
    /// Reads a `Location` that leads to a redirect URI; `None` when it leads elsewhere.
    pub(super) fn at(location: &str, redirect_uri: &str, answer: &Answer) -> Option<Self> {
        if without_parameters(location) != without_parameters(redirect_uri) {
            return None;
        }
        let (rest, fragment) = location.split_once('#').unwrap_or((location, ""));
        let (channel, text) = if fragment.is_empty() {
            let query = rest.split_once('?').map_or("", |(_, query)| query);
            (Channel::Query, query)
        } else {
            (Channel::Fragment, fragment)
        };
        Some(Self {
            location: location.to_owned(),
            channel,
            parameters: form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
            answer: answer.clone(),
        })
    }

    /// Reads a form that is posted to the redirect URI.
    pub(super) fn posted(form: &Form, answer: &Answer) -> Self {
        let fields = form.fields.iter();
        Self {
            location: form.action.clone(),
            channel: Channel::FormPost,
            parameters: fields
                .map(|field| (field.name.clone(), field.value.clone()))
                .collect(),
            answer: answer.clone(),
        }
    }

    /// Returns the first value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// Requires a parameter that is secret, and returns it.
    ///
    /// # Errors
    ///
    /// A mismatch that says what came instead.
    pub fn secret(&self, name: &str) -> Result<Secret, Mismatch> {
        match self.parameter(name) {
            Some(value) if !value.is_empty() => Ok(Secret::new(value)),
            _ => Err(Mismatch::new(
                format!("parameter {name} of the redirect"),
                [json!("present")],
                self.shown(),
            )),
        }
    }

    /// Requires a code, and returns it.
    ///
    /// # Errors
    ///
    /// A mismatch that says what came instead.
    pub fn code(&self) -> Result<Secret, Mismatch> {
        self.secret("code")
    }

    /// Returns the error, if there is one.
    pub fn error(&self) -> Option<&str> {
        self.parameter("error")
    }

    /// Returns what can be shown: the names of all parameters, and what an error says.
    pub(crate) fn shown(&self) -> Value {
        let names: Vec<&str> = self
            .parameters
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        json!({
            "error": self.error(),
            "error_description": self.parameter("error_description"),
            "parameters": names,
        })
    }
}

fn without_parameters(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or(address)
}
