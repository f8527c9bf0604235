//! Values that a description does not hold itself: it says in which variable or file they are.

use std::path::Path;

use super::problem::{Kind, Problem};
use crate::secret::Secret;

/// Looks up what one table of a description points to.
pub(super) struct Lookup<'d> {
    /// Name of the table, for messages.
    pub(super) table: &'d str,
    /// The folder against which files are looked up.
    pub(super) folder: &'d Path,
    /// Looks up an environment variable.
    pub(super) variable: &'d dyn Fn(&str) -> Option<String>,
}

impl Lookup<'_> {
    /// Returns a value that stands in the description or in a variable.
    pub(super) fn plain(
        &self,
        [inline_field, env_field]: [&str; 2],
        inline: Option<&String>,
        env: Option<&String>,
        missing: &'static str,
    ) -> Result<String, Problem> {
        let (field, value) = match (inline, env) {
            (Some(value), None) => (inline_field, value.clone()),
            (None, Some(name)) => (env_field, self.in_variable(env_field, name)?),
            (Some(_), Some(_)) => return Err(self.twice(inline_field, env_field)),
            (None, None) => return Err(self.problem(inline_field, Kind::Missing(missing))),
        };
        if value.is_empty() {
            return Err(self.problem(field, Kind::Empty));
        }
        Ok(value)
    }

    /// Returns a secret that a variable or a file holds, if the description points to one.
    pub(super) fn secret(
        &self,
        [env_field, file_field]: [&str; 2],
        env: Option<&String>,
        file: Option<&Path>,
    ) -> Result<Option<Secret>, Problem> {
        let (field, secret) = match (env, file) {
            (Some(name), None) => (env_field, self.in_variable(env_field, name)?),
            (None, Some(file)) => (file_field, self.in_file(file_field, file)?),
            (Some(_), Some(_)) => return Err(self.twice(env_field, file_field)),
            (None, None) => return Ok(None),
        };
        match secret.chars().count() {
            0 => Err(self.problem(field, Kind::Empty)),
            1..4 => Err(self.problem(field, Kind::TooShort)),
            _ => Ok(Some(Secret::new(secret))),
        }
    }

    /// Returns a secret that must be there.
    pub(super) fn required_secret(
        &self,
        fields: [&str; 2],
        env: Option<&String>,
        file: Option<&Path>,
        missing: &'static str,
    ) -> Result<Secret, Problem> {
        self.secret(fields, env, file)?
            .ok_or_else(|| self.problem(fields[0], Kind::Missing(missing)))
    }

    /// Makes a problem of a field of this table.
    pub(super) fn problem(&self, field: &str, kind: Kind) -> Problem {
        Problem::new(format!("{}.{field}", self.table), kind)
    }

    /// Makes the problem of two sources for one value.
    pub(super) fn twice(&self, one: &str, other: &str) -> Problem {
        self.problem(one, Kind::Twice(one.to_owned(), other.to_owned()))
    }

    fn in_variable(&self, field: &str, name: &str) -> Result<String, Problem> {
        (self.variable)(name).ok_or_else(|| self.problem(field, Kind::NoVariable(name.to_owned())))
    }

    fn in_file(&self, field: &str, file: &Path) -> Result<String, Problem> {
        let file = self.folder.join(file);
        let text = fixtures::file::text(&file).map_err(|error| {
            let kind = Kind::Unreadable {
                file: file.display().to_string(),
                reason: error.to_string(),
            };
            self.problem(field, kind)
        })?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
    }
}
