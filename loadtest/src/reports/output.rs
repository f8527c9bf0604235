//! Where a report goes, and in which format.

use std::{
    fmt,
    io::{self, Write as _},
    path::{Path, PathBuf},
    str::FromStr,
};

use super::{Run, Write, html::Html, json::Json, markdown::Markdown};

/// A format that can be asked for by name.
#[derive(Clone, Copy)]
pub struct Format {
    /// The word in `--report FORMAT=PATH`.
    pub name: &'static str,
    /// What writes it.
    pub writer: &'static dyn Write,
}

/// Every format, by name.
pub const FORMATS: [Format; 3] = [
    Format {
        name: "html",
        writer: &Html,
    },
    Format {
        name: "json",
        writer: &Json,
    },
    Format {
        name: "markdown",
        writer: &Markdown,
    },
];

impl fmt::Debug for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Format").field(&self.name).finish()
    }
}

/// A format and a place: `json=load.json`; `-` is standard output.
#[derive(Debug, Clone)]
pub struct Output {
    format: Format,
    /// `None` is standard output.
    path: Option<PathBuf>,
}

/// Says what is wrong with an output as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// It is not of the form `FORMAT=PATH`.
    #[error("`{0}` is not of the form `FORMAT=PATH`, for example `html=load.html` or `json=-`")]
    Form(String),
    /// The format is unknown.
    #[error("`{0}` is not a format; known: `html`, `json`, `markdown`")]
    Unknown(String),
}

impl FromStr for Output {
    type Err = OutputError;

    fn from_str(text: &str) -> Result<Self, OutputError> {
        let (name, path) = text
            .split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .ok_or_else(|| OutputError::Form(text.to_owned()))?;
        let format = FORMATS
            .into_iter()
            .find(|format| format.name == name)
            .ok_or_else(|| OutputError::Unknown(name.to_owned()))?;
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
    pub fn write(&self, run: &Run) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.format.writer.write(run, &mut bytes)?;
        match &self.path {
            None => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(&bytes)?;
                stdout.flush()
            }
            Some(path) => fixtures::file::replace(path, &bytes),
        }
    }
}
