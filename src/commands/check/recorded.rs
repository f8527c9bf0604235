//! What `--record` writes, and with which key.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use conformance::{
    description::Usable,
    recording::{Key, Recorder, RecordingError, Tape},
    report::Report,
    target::Session,
};

use crate::exit::Failure;

/// A recording in the making.
pub(super) struct Recorded {
    file: PathBuf,
    key: Key,
    /// Where the key is still to be written.
    key_file: Option<PathBuf>,
    recorder: Arc<Recorder>,
}

impl Recorded {
    /// Prepares what was asked for, if anything was.
    pub(super) fn new(file: Option<&Path>, key: Option<&Path>) -> Result<Option<Self>, Failure> {
        let Some(file) = file else { return Ok(None) };
        let (key, key_file) = match key {
            Some(key) => (Key::read(key).map_err(|error| failure(&error))?, None),
            None => (Key::fresh(), Some(Key::beside(file))),
        };
        Ok(Some(Self {
            file: file.to_owned(),
            key,
            key_file,
            recorder: Arc::default(),
        }))
    }

    /// Returns the files that are written.
    pub(super) fn places(&self) -> impl Iterator<Item = &Path> {
        [Some(&self.file), self.key_file.as_ref()]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
    }

    /// Writes the key, and has everything noted from now on.
    pub(super) fn begin(&self, usable: &mut Usable) -> Result<(), Failure> {
        if let Some(file) = &self.key_file {
            self.key.write(file).map_err(|error| {
                Failure::unwritable(format_args!("`{}`", file.display()), &error)
            })?;
        }
        usable.settings.tape = Tape::Records(Arc::clone(&self.recorder));
        Ok(())
    }

    /// Writes what was noted.
    pub(super) fn write(
        &self,
        usable: &Usable,
        session: &Session,
        report: &Report,
    ) -> Result<(), Failure> {
        self.recorder
            .write(&self.file, &self.key, usable, session, report)
            .map_err(|error| failure(&error))
    }
}

fn failure(error: &RecordingError) -> Failure {
    Failure::usage(miette::miette!("{error}"))
}
