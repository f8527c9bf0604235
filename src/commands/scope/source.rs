//! Scopes as they are typed, and what is wrong with those that are none.

use miette::{Diagnostic, SourceSpan};
use scope_lang::{ParseError, Scope};
use thiserror::Error;

use crate::exit::Failure;

/// Reads scopes.
///
/// # Errors
///
/// Points at the byte at which the first text that is no scope stops being one.
pub(super) fn read(texts: &[String]) -> Result<Vec<Scope>, Failure> {
    texts.iter().map(|text| read_one(text)).collect()
}

/// How many bytes of a long text are shown on each side of the one that does not fit.
const AROUND: usize = 60;

fn read_one(text: &str) -> Result<Scope, Failure> {
    text.parse()
        .map_err(|error| Failure::usage(NotAScope::new(text, error)))
}

#[derive(Debug, Error, Diagnostic)]
#[error("`{}` is not a scope: {error}", excerpt.trim_end())]
#[diagnostic(help(
    "a scope is `<behaviour>:<resource>`, such as `*:config/clients` or `.:config/**`"
))]
struct NotAScope {
    #[source_code]
    excerpt: String,
    #[label("expected {expected}")]
    at: SourceSpan,
    expected: &'static str,
    error: ParseError,
}

impl NotAScope {
    fn new(text: &str, error: ParseError) -> Self {
        let at = error.at();
        let start = text.floor_char_boundary(at.saturating_sub(AROUND));
        let end = text.ceil_char_boundary(at + AROUND);
        let width = text[at..].chars().next().map_or(1, char::len_utf8);
        Self {
            // What is missing at the end is pointed at behind it.
            excerpt: format!("{} ", &text[start..end]),
            at: (at - start, width).into(),
            expected: error.expected(),
            error,
        }
    }
}
