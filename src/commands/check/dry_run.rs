//! `--dry-run`: what would be sent, from a rehearsal before the built-in server. The target is not asked anything.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use conformance::{
    description::{Usable, file::Control, tenant::Served},
    doctor,
    expectations::Expectations,
    plan::Plan,
    report::{Entry, Report},
    run::{self, stop::Stop},
};
use fixtures::seed;
use reference_server::{Clock, Journal, TestServer};

use super::target;
use crate::console;
use crate::exit::Failure;

/// How long the server may take to note that its last answers are sent.
const PATIENCE: Duration = Duration::from_secs(2);

/// Makes the checks of a plan before the built-in server, and prints what they would send to the target; only the sums where
/// that is enough.
pub(super) async fn show(plan: &Plan, usable: &Usable, is_quiet: bool) -> Result<(), Failure> {
    let server = TestServer::builder().clock(Clock::running()).control();
    let server = server.journal().start().await;
    let stand_in = stand_in(usable, &server)?;
    let counts = Mutex::new(Counts::default());
    let session = doctor::open(&stand_in)
        .await
        .map_err(|problems| target::unusable(&problems))?;
    // A journal remembers only so much, so it is read on the way.
    let count = |_: &run::Record| {
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.read(server.journal());
    };
    let finished = run::run(&session, plan, &stand_in.options, &Stop::never(), &count).await;
    let report = Report::new(&session, usable.mode, &finished, &Expectations::default());
    let mut counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    let end = Instant::now() + PATIENCE;
    while !server.journal().since(counts.last).is_empty() && Instant::now() < end {
        counts.read(server.journal());
        tokio::task::yield_now().await;
    }
    let texts = Texts {
        usable,
        stand_in: &stand_in,
    };
    texts.print(plan, &report, is_quiet)?;
    console::print(Sums {
        counts: &counts,
        usable,
        plan,
    })
}

/// Describes the built-in server as the target is described: in the same mode, with as many clients.
fn stand_in(usable: &Usable, server: &TestServer) -> Result<Usable, Failure> {
    let mut served = Served::new(server.url(), &seed::demo());
    let settings = &usable.settings;
    let description = &mut served.description;
    description.mode = Some(usable.mode.to_string());
    description.readings = settings.pinned.clone();
    description.control = server.control_url().map(Control::at);
    if settings.configuration_client.is_none() {
        description.configuration_client = None;
    }
    if settings.login.public.is_none() {
        description.clients.public = None;
    }
    if settings.login.confidential.is_none() {
        description.clients.confidential = None;
    }
    if !usable.offer().user {
        description.user = None;
    }
    let variable = |name: &str| served.variable(name);
    let stand_in = Usable::new(&served.description, Some(settings.seed), &variable);
    let mut stand_in = stand_in.map_err(|problems| target::unusable(&problems))?;
    stand_in.options = usable.options.clone();
    stand_in.settings.is_repeatable = true;
    Ok(stand_in)
}

/// Prints requests as they would go to the target.
struct Texts<'a> {
    usable: &'a Usable,
    stand_in: &'a Usable,
}

impl Texts<'_> {
    fn print(&self, plan: &Plan, report: &Report, is_quiet: bool) -> Result<(), Failure> {
        let settings = &self.usable.settings;
        console::print(format_args!(
            "target {} mode {} seed {}\nnothing is sent to it: this is what a rehearsal before the built-in server took. Ids, codes and tokens are placeholders, and what\ndepends on an answer of the target (its pages, its redirects, what it refuses) may differ.\n",
            settings.place(),
            self.usable.mode,
            settings.seed
        ))?;
        if is_quiet {
            return Ok(());
        }
        for check in &plan.checks {
            console::print(format_args!(
                "make  {:<8} {}",
                check.effects.as_str(),
                check.id
            ))?;
            let entry = report.entries.iter().find(|entry| entry.id == check.id);
            for line in entry.into_iter().flat_map(|entry| self.lines(entry)) {
                console::print(line)?;
            }
        }
        for (check, skip) in &plan.skipped {
            console::print(format_args!(
                "skip  {:<8} {}: {skip}",
                check.effects.as_str(),
                check.id
            ))?;
        }
        Ok(())
    }

    fn lines(&self, entry: &Entry) -> Vec<String> {
        let requests = entry.exchanges.iter().map(|exchange| &exchange.request);
        requests
            .map(|request| format!("      {:<7} {}", request.method, self.place(&request.url)))
            .collect()
    }

    /// Returns where a request would go: below the target's customer, in the target's place.
    fn place(&self, url: &str) -> String {
        let (there, here) = (&self.usable.settings, &self.stand_in.settings);
        let path = url.strip_prefix(here.url.as_str()).unwrap_or(url);
        let path = path.replace(here.url.as_str(), &there.url);
        match (&here.customer, &there.customer) {
            (Some(here), Some(there)) => path.replace(here.as_str(), there),
            _ => path,
        }
    }
}

/// What a server was asked.
#[derive(Default)]
struct Counts {
    /// The number of the last request that is counted.
    last: u64,
    requests: usize,
    posts: usize,
    writes: usize,
    made: usize,
    removed: usize,
}

impl Counts {
    fn read(&mut self, journal: &Journal) {
        for entry in journal.since(self.last) {
            if entry.duration_ms.is_none() {
                // What became of it is not known yet: this one and what came after it are for the next time.
                return;
            }
            self.last = entry.number;
            self.requests += 1;
            let is_read = matches!(entry.method.as_str(), "GET" | "HEAD" | "OPTIONS");
            if is_read {
                continue;
            }
            let path = entry.path.split('?').next().unwrap_or_default();
            let below = path.splitn(3, '/').nth(2).unwrap_or_default();
            if !(below.starts_with("config") || below.starts_with("sessions")) {
                self.posts += 1;
                continue;
            }
            self.writes += 1;
            let is_done = entry
                .status
                .is_some_and(|status| (200..300).contains(&status));
            let is_collection = below.split('/').count() == 2;
            match entry.method.as_str() {
                "POST" if is_done && is_collection => self.made += 1,
                "DELETE" if is_done && below.starts_with("config") => self.removed += 1,
                _ => {}
            }
        }
    }
}

/// The last lines.
struct Sums<'a> {
    counts: &'a Counts,
    usable: &'a Usable,
    plan: &'a Plan,
}

impl fmt::Display for Sums<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts {
            requests,
            posts,
            writes,
            made,
            removed,
            ..
        } = self.counts;
        writeln!(
            formatter,
            "\n{} to make, {} to skip\nabout {requests} requests, those of `doctor` and of the clean-up included: {posts} to sign in and for tokens, {writes} writes to\nconfiguration and sessions; {made} objects made, {removed} removed",
            self.plan.checks.len(),
            self.plan.skipped.len()
        )?;
        match self.usable.settings.limits.rate {
            Some(rate) => {
                let time = Duration::try_from_secs_f64((*requests as f64 / rate).ceil());
                let time = time.unwrap_or(Duration::MAX).as_secs();
                let (minutes, seconds) = (time / 60, time % 60);
                write!(
                    formatter,
                    "at {rate} requests a second: {minutes} min {seconds} s at least"
                )
            }
            None => write!(
                formatter,
                "as fast as the target answers: `--rate N` limits the requests a second"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_are_shown_where_they_would_go() {
        let server = TestServer::start().await;
        let customer = "0f0e0d0c-0b0a-4909-8807-060504030201";
        let mut usable = Usable::new(
            &Served::new("https://id.example.test", &seed::demo()).description,
            Some(1),
            &|_| Some("a-secret-of-the-tests".to_owned()),
        )
        .expect("a good description");
        usable.settings.customer = Some(customer.to_owned());
        let stand_in = stand_in(&usable, &server).expect("it can be described");
        let texts = Texts {
            usable: &usable,
            stand_in: &stand_in,
        };
        assert_eq!(
            texts.place(&server.at("config/clients")),
            format!("/{customer}/config/clients")
        );
    }
}
