//! Where a report goes, and in which format.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    str::FromStr,
};

use super::{Report, Write, json::Json, junit::Junit};

/// A format that can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// See [`super::json`].
    Json,
    /// See [`super::junit`].
    Junit,
}

impl Format {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "junit" => Some(Self::Junit),
            _ => None,
        }
    }

    fn writer(self) -> &'static dyn Write {
        match self {
            Self::Json => &Json,
            Self::Junit => &Junit,
        }
    }
}

/// A format and a place: `json=report.json`; `-` is standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    format: Format,
    /// `None` is standard output.
    path: Option<PathBuf>,
}

/// Says what is wrong with an output as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// It is not of the form `FORMAT=PATH`.
    #[error("`{0}` is not of the form `FORMAT=PATH`, for example `json=report.json` or `json=-`")]
    Form(String),
    /// The format is unknown.
    #[error("`{0}` is not a format; known: `json`, `junit`")]
    Unknown(String),
}

impl FromStr for Output {
    type Err = OutputError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, path) = text
            .split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .ok_or_else(|| OutputError::Form(text.to_owned()))?;
        let format = Format::parse(name).ok_or_else(|| OutputError::Unknown(name.to_owned()))?;
        let path = (path != "-").then(|| PathBuf::from(path));
        Ok(Self { format, path })
    }
}

impl Output {
    /// Tells whether the report goes to standard output.
    pub fn is_stdout(&self) -> bool {
        self.path.is_none()
    }

    /// Returns the file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Writes the report: to standard output, or to a file that appears whole or not at all.
    ///
    /// # Errors
    ///
    /// When the place cannot be written to.
    pub fn write(&self, report: &Report) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.format.writer().write(report, &mut bytes)?;
        match &self.path {
            None => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(&bytes)?;
                stdout.flush()
            }
            Some(path) => replace(path, &bytes),
        }
    }
}

/// Writes a file beside its place and renames it, so that nobody ever reads half of it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?
        .to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // The error that matters is the first one.
        let _removed = fs::remove_file(&part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_a_format_and_a_place() {
        let output: Output = "json=-".parse().expect("standard output");
        assert!(output.is_stdout());
        let output: Output = "junit=a=b.xml".parse().expect("a file");
        assert_eq!(output.path(), Some(Path::new("a=b.xml")));
        assert_eq!(
            "html=x".parse::<Output>(),
            Err(OutputError::Unknown("html".to_owned()))
        );
        assert_eq!(
            "json=".parse::<Output>(),
            Err(OutputError::Form("json=".to_owned()))
        );
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.json");
        replace(&path, b"one").expect("written");
        replace(&path, b"two").expect("replaced");
        assert_eq!(fs::read(&path).expect("there"), b"two");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
        assert!(replace(&folder.path().join("no/where"), b"x").is_err());
    }
}
