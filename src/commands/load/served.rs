//! The built-in server in a process of its own, so that the load and the server do not take each other's threads.
//!
//! It ends with the load, however that ends: it serves only as long as its standard input is open, and that is ours.

use std::{
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::folder::Folder;
use crate::exit::{Exit, Failure};

/// A server that ends when it is dropped.
#[derive(Debug)]
pub(super) struct Served {
    server: Child,
    _folder: Folder,
    description: PathBuf,
}

impl Served {
    /// Starts a server of the demo tenant on a free port; with listeners on this machine, it may tell these, and is controlled.
    pub(super) async fn start(has_listeners: bool) -> Result<Self, Failure> {
        tokio::task::spawn_blocking(move || start(has_listeners))
            .await
            .map_err(io::Error::other)
            .and_then(|started| started)
            .map_err(|error| {
                Failure::new(
                    Exit::NotObserved,
                    miette::miette!("cannot start the built-in server: {error}"),
                )
            })
    }

    /// Returns the description of it.
    pub(super) fn description(&self) -> &Path {
        &self.description
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Whether it is there any more changes nothing.
        drop(self.server.stdin.take());
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn start(has_listeners: bool) -> io::Result<Served> {
    let folder = Folder::make()?;
    let description = folder.file("target.toml");
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--until-stdin-ends",
            "--write-target",
        ])
        .arg(&description)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if has_listeners {
        command.args(["--allow-local-listeners", "--control", "127.0.0.1:0"]);
    }
    // An interrupt that is meant for the load does not end the server under it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut served = Served {
        server: command.spawn()?,
        _folder: folder,
        description,
    };
    let stdout = served.server.stdout.take();
    let mut line = String::new();
    if let Some(stdout) = stdout {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    if line.starts_with("listening on ") {
        Ok(served)
    } else {
        Err(io::Error::other("it ended before it listened"))
    }
}
