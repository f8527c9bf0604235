//! A server in a process of its own.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A process that was told to serve. It ends when this is dropped.
#[derive(Debug)]
pub struct Served {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    address: Option<SocketAddr>,
    started: Instant,
}

/// The processors that servers and the generator keep to, so that neither disturbs the other.
#[derive(Debug, Clone)]
pub struct Cores {
    taskset: Option<PathBuf>,
}

impl Cores {
    /// Keeps this process to the second processor, if there are two and a `taskset` that does it. Threads that are there
    /// already stay where they are.
    pub fn divide() -> Self {
        let pid = std::process::id().to_string();
        let moved = Command::new("taskset")
            .args(["-cp", "1", &pid])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        Self {
            taskset: moved.then(|| PathBuf::from("taskset")),
        }
    }

    /// Tells whether servers and the generator each keep to a processor.
    pub fn are_divided(&self) -> bool {
        self.taskset.is_some()
    }

    /// Does something, and lets the processor of this process not sleep meanwhile, if it has one of its own.
    ///
    /// A virtual processor that went to sleep is woken by whoever sends it something, and that takes as long as issuing ten tokens: a
    /// server with few answers a second would seem to take longer for each.
    pub async fn awake<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = tokio::task::yield_now(), if self.are_divided() => {}
            }
        }
    }

    /// Does the same for work that blocks.
    pub fn awake_beside<T>(&self, work: impl FnOnce() -> T) -> T {
        let is_done = AtomicBool::new(!self.are_divided());
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
            });
            let done = work();
            is_done.store(true, Ordering::Relaxed);
            done
        })
    }

    /// Returns a command that runs on the first processor.
    fn command(&self, program: &OsStr) -> Command {
        match &self.taskset {
            Some(taskset) => {
                let mut command = Command::new(taskset);
                command.args(["-c", "0"]).arg(program);
                command
            }
            None => Command::new(program),
        }
    }
}

impl Served {
    /// Starts this program again, as one of its [`children`](crate::child), on the first processor.
    ///
    /// # Errors
    ///
    /// Fails if the process cannot be started or does not say where it listens.
    pub fn child(cores: &Cores, arguments: &[&str]) -> io::Result<Self> {
        let this = std::env::current_exe()?;
        let mut command = cores.command(this.as_os_str());
        command.arg(crate::child::FLAG).args(arguments);
        Self::start(&mut command)
    }

    /// Starts this program again where this process runs: one start of a process less.
    ///
    /// # Errors
    ///
    /// Fails as [`child`](Served::child) does.
    pub fn child_here(arguments: &[&str]) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(crate::child::FLAG).args(arguments);
        Self::start(&mut command)
    }

    /// Starts another program in a folder, on the first processor.
    ///
    /// # Errors
    ///
    /// Fails as [`child`](Served::child) does.
    pub fn other(
        cores: &Cores,
        folder: &Path,
        program: &OsStr,
        arguments: &[&OsStr],
    ) -> io::Result<Self> {
        let mut command = cores.command(program);
        command.args(arguments).current_dir(folder);
        command.stderr(Stdio::null());
        Self::start(&mut command)
    }

    fn start(command: &mut Command) -> io::Result<Self> {
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let piped = |end: &str| io::Error::other(format!("the child has no standard {end}"));
        let input = child.stdin.take().ok_or_else(|| piped("input"))?;
        let output = child.stdout.take().ok_or_else(|| piped("output"))?;
        let mut served = Self {
            child,
            input,
            output: BufReader::new(output),
            address: None,
            started,
        };
        let line = served.line()?;
        served.address = line
            .strip_prefix("listening on http://")
            .and_then(|address| address.trim_end_matches('/').parse().ok());
        Ok(served)
    }

    /// Returns where it listens.
    ///
    /// # Errors
    ///
    /// Fails if it did not say so.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.address
            .ok_or_else(|| io::Error::other("the child does not say where it listens"))
    }

    /// Returns the time since it was started.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Tells a child of ours something, and returns what it says.
    ///
    /// # Errors
    ///
    /// Fails if it is gone.
    pub fn tell(&mut self, words: &str) -> io::Result<String> {
        writeln!(self.input, "{words}")?;
        self.input.flush()?;
        self.line()
    }

    /// Returns the processor time that its threads took.
    ///
    /// # Errors
    ///
    /// Fails where there is no `/proc`.
    pub fn processor_time(&self) -> io::Result<Duration> {
        let mut nanos = 0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end between the listing and the look.
            let text = std::fs::read_to_string(thread?.path().join("schedstat"));
            let text = text.unwrap_or_default();
            nanos += text
                .split(' ')
                .next()
                .and_then(|first| first.parse::<u64>().ok())
                .unwrap_or_default();
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// Returns the bytes that it has in memory.
    ///
    /// # Errors
    ///
    /// Fails where there is no `/proc`.
    pub fn memory(&self) -> io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next())
            .and_then(|kibibytes| kibibytes.parse::<u64>().ok())
            .map(|kibibytes| kibibytes * 1024)
            .ok_or_else(|| io::Error::other("the system does not say what a process takes"))
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
