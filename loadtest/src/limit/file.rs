//! Limits in a file: `limits = ["token.p99 < 50ms", "errors < 0.1%"]`. `fixtures/load/limits.toml` explains it.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Limit, LimitError, Limits};

/// Says why a file of limits is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// It cannot be read.
    #[error("cannot read `{file}`: {reason}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// What the operating system said.
        reason: String,
    },
    /// It is not what a file of limits is.
    #[error("`{file}` line {line}: {reason}")]
    Syntax {
        /// The file as the user named it.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A limit in it is none.
    #[error("`{file}` line {line}: {error}")]
    Limit {
        /// The file as the user named it.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        error: LimitError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    limits: Vec<Spanned<String>>,
}

impl Limits {
    /// Reads a file of limits.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn read(file: &Path) -> Result<Self, LimitsError> {
        let name = file.display().to_string();
        let text = fixtures::file::text(file).map_err(|error| LimitsError::Unreadable {
            file: name.clone(),
            reason: error.to_string(),
        })?;
        Self::parse(&name, &text)
    }

    /// Reads the text of a file of limits with that name.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn parse(file: &str, text: &str) -> Result<Self, LimitsError> {
        let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let written: Written = toml::from_str(text).map_err(|error| LimitsError::Syntax {
            file: file.to_owned(),
            line: error.span().map_or(1, |span| line(span.start)),
            reason: error.message().to_owned(),
        })?;
        let limits = written.limits.iter().map(|limit| {
            limit
                .get_ref()
                .parse::<Limit>()
                .map_err(|error| LimitsError::Limit {
                    file: file.to_owned(),
                    line: line(limit.span().start),
                    error,
                })
        });
        Ok(Self::new(limits.collect::<Result<_, _>>()?))
    }
}
