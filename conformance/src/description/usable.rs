//! A description with everything looked up and checked; nothing is sent for it.

use std::time::Duration;

use super::{
    file::{self, ConfigurationClient, Description, Limits},
    lookup::Lookup,
    place,
    problem::{Kind, Problem},
    sign_in,
};
use crate::{
    http::{client, proxy::Proxies, tls::Roots},
    plan::{Mode, Offer},
    recording::Tape,
    run,
    secret::Credentials,
    target::{Bounds, Settings},
};

/// Everything that a run needs to know of a target.
#[derive(Debug, Clone)]
pub struct Usable {
    /// What the session needs.
    pub settings: Settings,
    /// What the run may do.
    pub mode: Mode,
    /// How the run treats its checks.
    pub options: run::Options,
}

impl Usable {
    /// Looks up and checks what a description says. `variable` looks up an environment variable; without a seed, one is drawn.
    ///
    /// # Errors
    ///
    /// Every problem that there is, not only the first.
    pub fn new(
        description: &Description,
        seed: Option<u64>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let place = place::find(description, &mut problems);
        let url = place.as_ref().map(|place| place.url.as_str());
        let origins = place::origins(description, &mut problems);
        let mode = keep(&mut problems, mode(description, url));
        let client = description.configuration_client.as_ref();
        let lookup = Lookup {
            table: "configuration-client",
            folder: &description.folder,
            variable,
        };
        let credentials =
            client.and_then(|client| keep(&mut problems, credentials(client, &lookup)));
        let login = sign_in::login(description, variable, &mut problems);
        let roots = keep(&mut problems, roots(description, url));
        let control = place::control(description, &mut problems);
        let listener = place::listener(description, url, &mut problems);
        let limits = limits(&description.limits, &mut problems);
        let options = options(&description.limits, &mut problems);
        let bounds = bounds(&description.bounds, &mut problems);
        check_readings(description, &mut problems);
        match (place, mode, roots) {
            (Some(place), Some(mode), Some(roots)) if problems.is_empty() => {
                let settings = Settings {
                    url: place.url,
                    customer: place.customer,
                    issuer: place.issuer,
                    mode,
                    origins,
                    configuration_client: credentials,
                    login,
                    roots,
                    // The environment names them, and not the description.
                    proxies: Proxies::default(),
                    limits,
                    // To move the clock is no reading: what others hold at the target may expire.
                    control: control.filter(|_| mode != Mode::ReadOnly),
                    is_slow: false,
                    listener,
                    bounds,
                    pinned: description.readings.clone(),
                    tape: Tape::Off,
                    seed: seed.unwrap_or_else(|| rand::random::<u32>().into()),
                    is_repeatable: false,
                };
                Ok(Self {
                    settings,
                    mode,
                    options,
                })
            }
            _ => Err(problems),
        }
    }

    /// Sends everything through the proxies that variables name; `variable` looks one up.
    ///
    /// # Errors
    ///
    /// When one names no proxy.
    pub fn through_proxies(
        mut self,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<Problem>> {
        self.settings.proxies = Proxies::read(variable).map_err(|error| {
            let told = Kind::Proxy(error.to_string());
            vec![Problem::new(error.variable, told)]
        })?;
        Ok(self)
    }

    /// Returns what the description offers to checks.
    pub fn offer(&self) -> Offer {
        self.settings.offer()
    }
}

fn keep<T>(problems: &mut Vec<Problem>, result: Result<T, Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

fn mode(description: &Description, url: Option<&str>) -> Result<Mode, Problem> {
    match &description.mode {
        Some(text) => text
            .parse()
            .map_err(|reason| Problem::new("mode", Kind::Mode(reason))),
        None => Ok(url.map_or(Mode::ReadOnly, Mode::for_url)),
    }
}

fn credentials(client: &ConfigurationClient, lookup: &Lookup<'_>) -> Result<Credentials, Problem> {
    let id = lookup.plain(
        ["id", "id-env"],
        client.id.as_ref(),
        client.id_env.as_ref(),
        "give `id` or `id-env`",
    )?;
    let secret = lookup.required_secret(
        ["secret-env", "secret-file"],
        client.secret_env.as_ref(),
        client.secret_file.as_deref(),
        "give `secret-env` or `secret-file`",
    )?;
    Ok(Credentials { id, secret })
}

fn roots(description: &Description, url: Option<&str>) -> Result<Roots, Problem> {
    match &description.tls.roots {
        Some(file) => Roots::from_file(&description.folder.join(file))
            .and_then(|roots| roots.check().map(|()| roots))
            .map_err(|error| Problem::new("tls.roots", Kind::Roots(error.to_string()))),
        None if url.is_some_and(|url| url.starts_with("https")) => Ok(Roots::System),
        None => Ok(Roots::None),
    }
}

fn limits(limits: &Limits, problems: &mut Vec<Problem>) -> client::Limits {
    let mut usable = client::Limits::default();
    if let Some(rate) = limits.rate {
        if (0.01..=100_000.0).contains(&rate) {
            usable.rate = Some(rate);
        } else {
            problems.push(out_of_range(
                "limits.rate",
                &rate,
                "0.01 to 100000 requests a second",
            ));
        }
    }
    if let Some(time) = milliseconds("limits.connect-ms", limits.connect_ms, problems) {
        usable.connect = time;
    }
    if let Some(time) = milliseconds("limits.exchange-ms", limits.exchange_ms, problems) {
        usable.exchange = time;
    }
    if let Some(size) = whole(
        "limits.body-kib",
        limits.body_kib,
        65_536,
        "1 to 65536 KiB",
        problems,
    ) {
        usable.body = size.saturating_mul(1024);
    }
    usable
}

fn bounds(bounds: &file::Bounds, problems: &mut Vec<Problem>) -> Bounds {
    let mut bound = |field: &str, value: Option<i64>, range: (i64, &'static str)| {
        let field = format!("bounds.{field}");
        let found = whole(&field, value, range.0, range.1, problems);
        match found {
            // A value beside the least has to be there to look at.
            Some(found) if found < 2 => {
                problems.push(out_of_range(&field, &found, range.1));
                None
            }
            found => found,
        }
    };
    let bytes = (1 << 20, "2 to 1048576 bytes");
    Bounds {
        body_bytes: bound(
            "body-bytes",
            bounds.body_bytes,
            (1 << 26, "2 to 67108864 bytes"),
        ),
        json_levels: bound(
            "json-levels",
            bounds.json_levels,
            (10_000, "2 to 10000 levels"),
        ),
        parameter_bytes: bound("parameter-bytes", bounds.parameter_bytes, bytes),
        remembered_bytes: bound("remembered-bytes", bounds.remembered_bytes, bytes),
        endpoint_bytes: bound("endpoint-bytes", bounds.endpoint_bytes, bytes),
        filter_bytes: bound("filter-bytes", bounds.filter_bytes, bytes),
        pattern_bytes: bound("pattern-bytes", bounds.pattern_bytes, bytes),
    }
}

fn options(limits: &Limits, problems: &mut Vec<Problem>) -> run::Options {
    let mut options = run::Options::default();
    if let Some(jobs) = whole("limits.jobs", limits.jobs, 256, "1 to 256 checks", problems) {
        options.jobs = jobs;
    }
    if let Some(time) = milliseconds("limits.check-ms", limits.check_ms, problems) {
        options.time_limit = time;
    }
    options
}

fn milliseconds(field: &str, value: Option<i64>, problems: &mut Vec<Problem>) -> Option<Duration> {
    let value = whole(
        field,
        value,
        3_600_000,
        "1 to 3600000 milliseconds",
        problems,
    )?;
    Some(Duration::from_millis(value as u64))
}

fn whole(
    field: &str,
    value: Option<i64>,
    most: i64,
    range: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<usize> {
    let value = value?;
    match usize::try_from(value) {
        Ok(whole) if (1..=most).contains(&value) => Some(whole),
        _ => {
            problems.push(out_of_range(field, &value, range));
            None
        }
    }
}

fn out_of_range(field: &str, value: &impl ToString, range: &'static str) -> Problem {
    let value = value.to_string();
    Problem::new(field, Kind::OutOfRange { value, range })
}

fn check_readings(description: &Description, problems: &mut Vec<Problem>) {
    for (id, answer) in &description.readings {
        let Some(reading) = fixtures::readings::find(id) else {
            problems.push(Problem::new(
                format!("readings.{id}"),
                Kind::UnknownReading(id.clone()),
            ));
            continue;
        };
        if !reading.answers.contains(answer) {
            let listed: Vec<String> = reading
                .answers
                .iter()
                .map(|answer| format!("`{answer}`"))
                .collect();
            let kind = Kind::UnknownAnswer {
                answer: answer.clone(),
                listed: listed.join(", "),
            };
            problems.push(Problem::new(format!("readings.{id}"), kind));
        }
    }
}
