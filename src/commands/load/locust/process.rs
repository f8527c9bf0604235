//! A program that was started for a load: it ends with it, however that ends.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
};

use super::Folder;

/// How much of what it printed is told, in bytes.
const WORDS: i64 = 2_000;

/// A program that is ended when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    /// What it is called.
    pub(super) name: String,
    child: Child,
    log: PathBuf,
    status: Option<ExitStatus>,
}

impl Drop for Process {
    fn drop(&mut self) {
        // Whether it is there any more changes nothing.
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts a program; what it prints goes to a file of its own.
    pub(super) fn start(name: &str, mut command: Command, folder: &Folder) -> io::Result<Self> {
        let log = folder.file(&format!("{}.log", name.replace(' ', "-")));
        let file = File::create(&log)?;
        command
            .stdin(Stdio::piped())
            .stdout(file.try_clone()?)
            .stderr(file);
        // An interrupt that is meant for the load does not end what it needs to its end.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(Self {
            name: name.to_owned(),
            child: command.spawn()?,
            log,
            status: None,
        })
    }

    /// Says how it ended, once it has.
    pub(super) fn ended(&mut self) -> Option<String> {
        if self.status.is_none() {
            self.status = self.child.try_wait().ok().flatten();
        }
        self.status.map(told)
    }

    /// Returns the end of what it printed, in one line.
    pub(super) fn last_words(&self) -> String {
        let read = || -> io::Result<String> {
            let mut file = File::open(&self.log)?;
            let length = i64::try_from(file.metadata()?.len()).unwrap_or(i64::MAX);
            file.seek(SeekFrom::End(-length.min(WORDS)))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        let words = read().unwrap_or_default();
        let words: Vec<&str> = words.split_whitespace().collect();
        if words.is_empty() {
            String::new()
        } else {
            format!(": {}", words.join(" "))
        }
    }
}

fn told(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("was ended by signal {signal}");
    }
    match status.code() {
        Some(code) => format!("ended with status {code}"),
        None => "ended".to_owned(),
    }
}
