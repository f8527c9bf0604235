//! Collects what a run exchanges, and writes it at the end: what was learnt last is masked in what was said first.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    Key, RecordingError, file,
    line::{Clear, End, FORM, Header, Known, Told},
    sealed::Sealed,
    settings::Settings,
};
use crate::{
    description::Usable,
    http::{Answer, Request},
    mask::{self, values::Compiled},
    report::{Report, json::milliseconds},
    target::Session,
    verdict::Broken,
};

/// The most that is kept of the bodies of a run, in bytes.
const MOST: usize = 256 * 1024 * 1024;

/// Collects what a run exchanges. Holds secrets as they went over the wire.
#[derive(Debug, Default)]
pub struct Recorder {
    /// Written by many checks at once; never held across an await.
    notes: Mutex<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    all: Vec<Note>,
    /// Bytes of the bodies that are kept.
    kept: usize,
}

#[derive(Debug)]
enum Note {
    Exchange(Box<Noted>),
    Known(Known),
}

#[derive(Debug)]
struct Noted {
    check: String,
    administrator: bool,
    request: Request,
    result: Result<Answer, Broken>,
    at: Timestamp,
    duration: Duration,
}

impl Recorder {
    /// Notes an exchange of a check; outside of checks its id is empty.
    pub(crate) fn note(
        &self,
        check: &str,
        administrator: bool,
        request: &Request,
        result: &Result<Answer, Broken>,
        duration: Duration,
    ) {
        let mut notes = self.lock();
        let size = result.as_ref().map_or(0, |answer| answer.body.len());
        // In base64 twice, a line must still be one that is read.
        let fits = size * 2 <= file::LONGEST_LINE && notes.kept + size <= MOST;
        let result = if fits {
            notes.kept += size;
            result.clone()
        } else {
            let told = "the answer was too large to be recorded".to_owned();
            Err(Broken::Prerequisite(told))
        };
        notes.all.push(Note::Exchange(Box::new(Noted {
            check: check.to_owned(),
            administrator,
            request: request.clone(),
            result,
            at: Timestamp::now(),
            duration,
        })));
    }

    /// Notes what a check was told that it did not ask the target itself.
    pub(crate) fn note_known(&self, check: &str, about: &str, told: Option<String>) {
        self.lock().all.push(Note::Known(Known {
            check: check.to_owned(),
            about: about.to_owned(),
            told,
        }));
    }

    /// Writes what was noted to a file that appears whole or not at all.
    ///
    /// # Errors
    ///
    /// When the place cannot be written to.
    pub fn write(
        &self,
        to: &Path,
        key: &Key,
        usable: &Usable,
        session: &Session,
        report: &Report,
    ) -> Result<(), RecordingError> {
        let text = self.text(key, usable, session, report);
        fixtures::file::replace(to, text.as_bytes()).map_err(|error| RecordingError::Unwritable {
            file: to.display().to_string(),
            reason: error.to_string(),
        })
    }

    fn text(&self, key: &Key, usable: &Usable, session: &Session, report: &Report) -> String {
        let masks = session.masks.compile();
        let run = session.run();
        let settings = &usable.settings;
        let secret = Settings::new(settings, session.chance);
        let secret = serde_json::to_vec(&secret).expect("keys are texts");
        let mut text = Clear::Recording(header(usable, report)).write(key, run, 1, &secret);
        let mut number = 1;
        let mut numbers = BTreeMap::new();
        for note in &self.lock().all {
            number += 1;
            let line = match note {
                Note::Known(known) => Clear::Known(known.clone()).write(key, run, number, b""),
                Note::Exchange(noted) => {
                    let within = numbers.entry(noted.check.clone()).or_insert(0_u64);
                    *within += 1;
                    let clear = noted.told(*within, &settings.url, &masks);
                    let sealed = Sealed::new(&noted.request, noted.administrator, &noted.result);
                    let secret = serde_json::to_vec(&sealed).expect("keys are texts");
                    Clear::Exchange(clear).write(key, run, number, &secret)
                }
            };
            text.push_str(&line);
        }
        let end = End {
            lines: number + 1,
            duration_ms: milliseconds(report.duration),
            checks: report
                .entries
                .iter()
                .map(|entry| entry.id.to_owned())
                .collect(),
            readings: report
                .readings
                .iter()
                .map(|(id, seen)| (id.clone(), seen.answer.clone()))
                .collect(),
        };
        text.push_str(&Clear::End(end).write(key, run, number + 1, b""));
        text
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    fn told(&self, number: u64, base: &str, masks: &Compiled) -> Told {
        let result = self.result.as_ref();
        Told {
            check: self.check.clone(),
            number,
            method: self.request.method.to_string(),
            url: masks.text(&mask::address(&self.request.address(base))),
            status: result.ok().map(Answer::status),
            failure: result.err().map(|broken| masks.text(&broken.to_string())),
            at: self.at,
            duration_us: u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX),
        }
    }
}

fn header(usable: &Usable, report: &Report) -> Header {
    let settings = &usable.settings;
    let login = &settings.login;
    let credentials = [
        (
            settings.configuration_client.is_some(),
            "configuration-client",
        ),
        (login.public.is_some(), "clients.public"),
        (login.confidential.is_some(), "clients.confidential"),
        (login.user.is_some(), "user"),
        (login.cookie.is_some(), "sign-in.cookie"),
        (login.code.is_some(), "sign-in.code"),
    ];
    Header {
        form: FORM,
        proofhouse: env!("CARGO_PKG_VERSION").to_owned(),
        started: report.started,
        run: report.run.clone(),
        target: settings.place(),
        mode: usable.mode.as_str().to_owned(),
        seed: settings.seed,
        readings: settings.pinned.clone(),
        credentials: credentials
            .into_iter()
            .filter(|(is_there, _)| *is_there)
            .map(|(_, name)| name.to_owned())
            .collect(),
    }
}
