//! A load that a master of Locust counts: it and its workers are started, watched, and judged by what each of them says at the end.
//!
//! | module | what it holds |
//! |---|---|
//! | `found` | the program Locust, and whether its version is supported |
//! | `process` | a program that was started for the load |
//! | `told` | what master and workers left in the folder |
//!
//! Locust itself ends with success when a worker dies. Here every worker must give an account, and together they must have sent what
//! the master counted.

mod found;
mod process;
mod told;

use std::{
    collections::BTreeMap,
    fs, io,
    path::PathBuf,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use loadtest::{
    locust::{FOLDER_VARIABLE, LOCUSTFILE, link::Master},
    mix::Mix,
    run::Run,
    setup::Setup,
    target::Target,
};

use super::{folder::Folder, machines::MachineArgs, part::Part, progress::Progress};
use crate::commands::check::signals;
use crate::console;
use crate::exit::{Exit, Failure};
use process::Process;

/// How often is looked how far the load is.
const LOOK: Duration = Duration::from_millis(50);

/// How long a master may take to listen, and workers to come.
const START: Duration = Duration::from_secs(60);

/// How long everything may take beyond the load itself: workers come to the end of their journeys, and say what they measured.
const END: Duration = Duration::from_secs(150);

/// How long workers may take to leave once their master has.
const LEAVE: Duration = Duration::from_secs(15);

/// What is told of a load before it begins.
#[derive(Debug)]
pub(super) struct Locust {
    program: PathBuf,
    workers: u16,
    remote: u16,
    bind: Option<Master>,
    /// What every worker of this machine is told about the target and the mix.
    words: Vec<String>,
}

impl Locust {
    /// Finds the program, and makes sure that it is supported.
    pub(super) fn find(args: &MachineArgs, words: Vec<String>) -> Result<Self, Failure> {
        let (workers, remote) = args.workers();
        Ok(Self {
            program: found::locust(args.locust.as_deref())?,
            workers,
            remote,
            bind: args.bind.clone(),
            words,
        })
    }

    /// Returns what is run, by this engine.
    pub(super) fn setup(&self, setup: Setup) -> Setup {
        Setup {
            engine: format!("locust with {} workers", self.all()),
            ..setup
        }
    }

    /// Makes one repetition.
    pub(super) async fn make(
        &self,
        target: &Target,
        mix: &Mix,
        seed: u64,
        progress: &Progress,
    ) -> Result<Part, Failure> {
        // Before anything is started: what one worker lacks, all of them would.
        Run::prepare(target.clone(), mix.clone(), seed)
            .await
            .map_err(|error| super::impossible(&error))?;
        let unstarted = |what: &str, error: &io::Error| {
            Failure::new(
                Exit::NotObserved,
                miette::miette!("cannot start {what}: {error}"),
            )
        };
        let folder = Folder::make().map_err(|error| unstarted("the load", &error))?;
        let mut master = self
            .start_master(&folder, mix)
            .map_err(|error| unstarted("the master", &error))?;
        let is_interrupted = Arc::new(AtomicBool::new(false));
        let signals = tokio::spawn(stop_by_signal(is_interrupted.clone()));
        let mut load = Watched {
            folder: &folder,
            is_interrupted: &is_interrupted,
            lost: BTreeMap::new(),
        };
        let address = load.address(&mut master).await?;
        let mut workers = (1..=self.workers)
            .map(|number| self.start_worker(&folder, &address, number, target, seed))
            .collect::<io::Result<Vec<_>>>()
            .map_err(|error| unstarted("a worker", &error))?;
        load.watch(&mut master, &mut workers, mix, progress).await?;
        signals.abort();
        progress.finish();
        let expected: Vec<String> = workers.iter().map(|worker| worker.name.clone()).collect();
        let all = told::All {
            expected: &expected,
            remote: self.remote,
            lost: load.lost,
            mix: &mix.name,
            target: &format!("{} customer {}", target.url, target.customer),
        };
        let mut part = all.part(&folder, &master);
        part.is_stopped |= is_interrupted.load(Ordering::Relaxed);
        Ok(part)
    }

    fn all(&self) -> u32 {
        u32::from(self.workers) + u32::from(self.remote)
    }

    fn start_master(&self, folder: &Folder, mix: &Mix) -> io::Result<Process> {
        let file = folder.file("locustfile.py");
        fs::write(&file, LOCUSTFILE)?;
        let (host, port) = match &self.bind {
            Some(bind) => (bind.host().to_owned(), bind.port()),
            None => ("127.0.0.1".to_owned(), 0),
        };
        let users = mix.users.to_string();
        let mut command = Command::new(&self.program);
        command
            .arg("--locustfile")
            .arg(&file)
            .args(["--master", "--headless", "--only-summary"])
            .args(["--loglevel", "WARNING"])
            .args(["--master-bind-host", &host])
            .args(["--master-bind-port", &port.to_string()])
            // All at once; how the load rises is the mix's business.
            .args(["--users", &users, "--spawn-rate", &users])
            .args(["--run-time", &format!("{}s", mix.duration.as_secs())])
            .args(["--expect-workers", &self.all().to_string()])
            .args(["--expect-workers-max-wait", &START.as_secs().to_string()])
            .current_dir(folder.path())
            .env(FOLDER_VARIABLE, folder.path());
        // What somebody set for loads of their own is none of this one.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("LOCUST_") {
                command.env_remove(name);
            }
        }
        Process::start("the master", command, folder)
    }

    fn start_worker(
        &self,
        folder: &Folder,
        master: &str,
        number: u16,
        target: &Target,
        seed: u64,
    ) -> io::Result<Process> {
        let name = format!("worker-{number}");
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["load", "--worker", master, "--worker-name", &name])
            .args(["--until-stdin-ends", "--quiet"])
            .args(["--seed", &seed.wrapping_add(number.into()).to_string()])
            .args(&self.words);
        if let Some(rate) = target.rate {
            let share = (rate / f64::from(self.all())).max(0.01);
            command.args(["--rate", &share.to_string()]);
        }
        Process::start(&name, command, folder)
    }
}

/// A load under way.
struct Watched<'a> {
    folder: &'a Folder,
    is_interrupted: &'a AtomicBool,
    /// The workers of this machine that ended before the load did, and how.
    lost: BTreeMap<String, String>,
}

impl Watched<'_> {
    /// Waits until the master listens, and returns where.
    async fn address(&self, master: &mut Process) -> Result<String, Failure> {
        let last = Instant::now() + START;
        loop {
            if let Ok(port) = fs::read_to_string(self.folder.file("port")) {
                return Ok(format!("127.0.0.1:{}", port.trim()));
            }
            if master.ended().is_some() || Instant::now() > last {
                return Err(Failure::new(
                    Exit::NotObserved,
                    miette::miette!("the master does not listen: {}", master.last_words()),
                ));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Watches until the master and all workers have left.
    async fn watch(
        &mut self,
        master: &mut Process,
        workers: &mut [Process],
        mix: &Mix,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let last = Instant::now() + START + mix.duration + END;
        let mut is_told = false;
        while master.ended().is_none() {
            self.miss(workers);
            let is_to_stop = self.is_interrupted.load(Ordering::Relaxed) || !self.lost.is_empty();
            if is_to_stop && !is_told {
                is_told = true;
                self.stop()?;
            }
            if Instant::now() > last {
                return Err(Failure::new(
                    Exit::NotObserved,
                    miette::miette!("the master does not end: {}", master.last_words()),
                ));
            }
            if let Some(shown) = told::progress(self.folder) {
                progress.tell(shown);
            }
            tokio::time::sleep(LOOK).await;
        }
        let last = Instant::now() + LEAVE;
        while workers.iter_mut().any(|worker| worker.ended().is_none()) && Instant::now() < last {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Notices workers that have ended while the load has not.
    fn miss(&mut self, workers: &mut [Process]) {
        for worker in workers {
            if let Some(how) = worker.ended()
                && !self.folder.file("ended.json").exists()
                && !self.lost.contains_key(&worker.name)
            {
                let told = format!("worker `{}` {how}{}", worker.name, worker.last_words());
                console::tell(format_args!("{told}; the load ends"));
                self.lost.insert(worker.name.clone(), told);
            }
        }
    }

    /// Tells the master to end the load.
    fn stop(&self) -> Result<(), Failure> {
        let place = self.folder.file("stop");
        fs::write(&place, "")
            .map_err(|error| Failure::unwritable(format_args!("`{}`", place.display()), &error))
    }
}

/// Ends the load at the first signal, and the program at the second; what it started ends with it.
async fn stop_by_signal(is_interrupted: Arc<AtomicBool>) {
    if signals::wait().await.is_err() {
        return;
    }
    console::tell("stopping, and removing what was made; once more to leave at once");
    is_interrupted.store(true, Ordering::Relaxed);
    if signals::wait().await.is_ok() {
        console::tell("what was made is still there: run `proofhouse sweep`");
        std::process::exit(signals::AT_ONCE);
    }
}
