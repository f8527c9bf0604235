//! Reads a recording, line by line and within bounds.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    Key, Player, RecordingError, Tape,
    line::{Clear, FORM, Header, Line},
    player::{Left, Played},
    sealed::Sealed,
    settings::Settings,
};
use crate::{description::Usable, plan::Mode, run};

/// The longest line that is read, in bytes.
pub(super) const LONGEST_LINE: usize = 32 * 1024 * 1024;

/// The largest recording that is read, in bytes.
const LARGEST: usize = 1024 * 1024 * 1024;

/// A recorded run, ready to be judged again.
#[derive(Debug)]
pub struct Recording {
    /// What the run knew of its target; a session on it answers from the recording.
    pub usable: Usable,
    /// Ids of the checks that the run planned.
    pub checks: BTreeSet<String>,
}

impl Recording {
    /// Reads a recording with its key.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with file and line.
    pub fn read(file: &Path, key: &Key) -> Result<Self, RecordingError> {
        let mut lines = Lines::open(file)?;
        let foreign = || RecordingError::Foreign {
            file: file.display().to_string(),
        };
        let first = lines.next()?.ok_or_else(foreign)?;
        let header = header(&first, &lines.name).ok_or_else(foreign)??;
        let opened = |lines: &Lines, line: &Line<'_>| {
            let opened = line.open(key, &header.run, lines.number);
            opened.map_err(|reason| lines.wrong(reason))
        };
        let line = Line::parse(&first).map_err(|reason| lines.wrong(reason))?;
        let settings: Settings = serde_json::from_slice(&opened(&lines, &line)?)
            .map_err(|error| lines.wrong(error.to_string()))?;
        let mode: Mode = header.mode.parse().map_err(|reason| lines.wrong(reason))?;
        let mut left = Left::default();
        while let Some(text) = lines.next()? {
            let line = Line::parse(&text).map_err(|reason| lines.wrong(reason))?;
            let secret = opened(&lines, &line)?;
            match line.clear {
                Clear::Recording(_) => return Err(lines.wrong("it begins a second recording")),
                Clear::Known(known) => {
                    let key = (known.check, known.about);
                    left.known.entry(key).or_default().push_back(known.told);
                }
                Clear::Exchange(told) => {
                    let sealed: Sealed = serde_json::from_slice(&secret)
                        .map_err(|error| lines.wrong(error.to_string()))?;
                    let unpacked = sealed.unpack();
                    let (print, result) =
                        unpacked.ok_or_else(|| lines.wrong("its answer is no answer of HTTP"))?;
                    let played = Played {
                        result,
                        at: told.at,
                        duration: Duration::from_micros(told.duration_us),
                    };
                    let key = (told.check, print);
                    left.answers.entry(key).or_default().push_back(played);
                }
                Clear::End(end) => {
                    if lines.next()?.is_some() {
                        return Err(lines.wrong("it comes after the last line"));
                    }
                    let overlapping = left.in_order();
                    let player = Player {
                        overlapping,
                        run: header.run,
                        chance: settings.chance,
                        started: header.started,
                        duration: Duration::from_millis(end.duration_ms),
                        readings: end.readings,
                        left: Mutex::new(left),
                    };
                    let settings = settings.unpack(Tape::Plays(Arc::new(player)));
                    return Ok(Self {
                        usable: Usable {
                            settings,
                            mode,
                            options: run::Options::default(),
                        },
                        checks: end.checks.into_iter().collect(),
                    });
                }
            }
        }
        Err(RecordingError::Cut {
            file: lines.name,
            line: lines.number,
        })
    }

    /// Makes sure that a file is a recording; for before its key is looked for.
    ///
    /// # Errors
    ///
    /// As [`Recording::read`].
    pub fn probe(file: &Path) -> Result<(), RecordingError> {
        let mut lines = Lines::open(file)?;
        let first = lines.next()?.unwrap_or_default();
        let foreign = || RecordingError::Foreign {
            file: file.display().to_string(),
        };
        header(&first, &lines.name).ok_or_else(foreign)?.map(drop)
    }
}

/// Returns the header that a line is, if it is one.
fn header(line: &str, file: &str) -> Option<Result<Header, RecordingError>> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let form = value["recording"]["form"].as_u64()?;
    if form != FORM {
        let file = file.to_owned();
        let known = FORM;
        return Some(Err(RecordingError::Form { file, form, known }));
    }
    match Line::parse(line).ok()?.clear {
        Clear::Recording(header) => Some(Ok(header)),
        _ => None,
    }
}

/// The lines of a file, counted.
struct Lines {
    name: String,
    number: usize,
    size: usize,
    reader: BufReader<File>,
}

impl Lines {
    fn open(file: &Path) -> Result<Self, RecordingError> {
        let name = file.display().to_string();
        match File::open(file) {
            Ok(open) => Ok(Self {
                name,
                number: 0,
                size: 0,
                reader: BufReader::new(open),
            }),
            Err(error) => Err(RecordingError::Unreadable {
                file: name,
                reason: error.to_string(),
            }),
        }
    }

    /// Returns the next line without its end; none after the last one.
    fn next(&mut self) -> Result<Option<String>, RecordingError> {
        let mut bytes = Vec::new();
        let limit = LONGEST_LINE as u64 + 1;
        let read = self
            .reader
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut bytes);
        let read = read.map_err(|error| RecordingError::Unreadable {
            file: self.name.clone(),
            reason: error.to_string(),
        })?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.size += read;
        if self.size > LARGEST {
            return Err(self.wrong(format!("the recording is larger than {LARGEST} bytes")));
        }
        if bytes.pop_if(|last| *last == b'\n').is_none() {
            let reason = if read > LONGEST_LINE {
                format!("it is longer than {LONGEST_LINE} bytes")
            } else {
                "it has no end: a part of the recording is missing".to_owned()
            };
            return Err(self.wrong(reason));
        }
        let text = String::from_utf8(bytes).map_err(|_| self.wrong("it is not UTF-8 text"))?;
        Ok(Some(text))
    }

    fn wrong(&self, reason: impl Into<String>) -> RecordingError {
        RecordingError::Line {
            file: self.name.clone(),
            line: self.number,
            reason: reason.into(),
        }
    }
}
