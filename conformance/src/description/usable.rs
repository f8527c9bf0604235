//! A description with everything looked up and checked; nothing is sent for it.

use std::{path::Path, time::Duration};

use super::{
    bounded,
    file::{ConfigurationClient, Description, Limits},
    problem::{Kind, Problem},
};
use crate::{
    http::{client, tls::Roots},
    plan::Mode,
    run,
    secret::Credentials,
    target::Settings,
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
        let url = keep(&mut problems, url(description));
        let customer = keep(&mut problems, customer(description));
        let mode = keep(&mut problems, mode(description, url.as_deref()));
        let client = description.configuration_client.as_ref();
        let credentials = client.map(|client| {
            keep(
                &mut problems,
                credentials(client, &description.folder, variable),
            )
        });
        let roots = keep(&mut problems, roots(description, url.as_deref()));
        let limits = limits(&description.limits, &mut problems);
        let options = options(&description.limits, &mut problems);
        check_readings(description, &mut problems);
        match (url, customer, mode, roots, credentials) {
            (Some(url), Some(customer), Some(mode), Some(roots), credentials)
                if problems.is_empty() =>
            {
                let settings = Settings {
                    url,
                    customer,
                    configuration_client: credentials.flatten(),
                    roots,
                    limits,
                    pinned: description.readings.clone(),
                    seed: seed.unwrap_or_else(|| rand::random::<u32>().into()),
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
}

fn keep<T>(problems: &mut Vec<Problem>, result: Result<T, Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

fn url(description: &Description) -> Result<String, Problem> {
    let problem = |kind| Problem::new("url", kind);
    let text = description
        .url
        .as_deref()
        .ok_or_else(|| problem(Kind::Missing("say where the target answers")))?;
    let parsed = url::Url::parse(text).map_err(|_| problem(Kind::NotAnAddress(text.to_owned())))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(problem(Kind::Scheme(parsed.scheme().to_owned())));
    }
    let is_bare = parsed.username().is_empty()
        && parsed.password().is_none()
        && matches!(parsed.path(), "" | "/")
        && parsed.query().is_none()
        && parsed.fragment().is_none();
    if !is_bare {
        // Not the text itself: a password may stand in it.
        let shown = format!("{}{}", parsed.host_str().unwrap_or_default(), parsed.path());
        return Err(problem(Kind::TooMuchAddress(shown)));
    }
    Ok(parsed.as_str().trim_end_matches('/').to_owned())
}

fn customer(description: &Description) -> Result<String, Problem> {
    let text = description.customer.as_deref().ok_or_else(|| {
        Problem::new(
            "customer",
            Kind::Missing("it is the first segment of every path"),
        )
    })?;
    match uuid::Uuid::try_parse(text) {
        // Only the hyphenated form stands in paths.
        Ok(id) if id.hyphenated().to_string() == text.to_ascii_lowercase() => Ok(text.to_owned()),
        _ => Err(Problem::new("customer", Kind::NotAUuid(text.to_owned()))),
    }
}

fn mode(description: &Description, url: Option<&str>) -> Result<Mode, Problem> {
    match &description.mode {
        Some(text) => text
            .parse()
            .map_err(|reason| Problem::new("mode", Kind::Mode(reason))),
        None => Ok(url.map_or(Mode::ReadOnly, Mode::for_url)),
    }
}

fn credentials(
    client: &ConfigurationClient,
    folder: &Path,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Credentials, Problem> {
    let field = |name: &str| format!("configuration-client.{name}");
    let from_env = |member: &str, name: &String| {
        variable(name).ok_or_else(|| Problem::new(field(member), Kind::NoVariable(name.clone())))
    };
    let twice = |one: &str, other: &str| {
        let kind = Kind::Twice(one.to_owned(), other.to_owned());
        Problem::new(field(one), kind)
    };
    let (id_field, id) = match (&client.id, &client.id_env) {
        (Some(id), None) => ("id", id.clone()),
        (None, Some(name)) => ("id-env", from_env("id-env", name)?),
        (Some(_), Some(_)) => return Err(twice("id", "id-env")),
        (None, None) => {
            let kind = Kind::Missing("give `id` or `id-env`");
            return Err(Problem::new(field("id"), kind));
        }
    };
    let (secret_field, secret) = match (&client.secret_env, &client.secret_file) {
        (Some(name), None) => ("secret-env", from_env("secret-env", name)?),
        (None, Some(file)) => ("secret-file", from_file(&folder.join(file))?),
        (Some(_), Some(_)) => return Err(twice("secret-env", "secret-file")),
        (None, None) => {
            let kind = Kind::Missing("give `secret-env` or `secret-file`");
            return Err(Problem::new(field("secret-env"), kind));
        }
    };
    if id.is_empty() {
        return Err(Problem::new(field(id_field), Kind::Empty));
    }
    match secret.chars().count() {
        0 => Err(Problem::new(field(secret_field), Kind::Empty)),
        1..4 => Err(Problem::new(field(secret_field), Kind::TooShort)),
        _ => Ok(Credentials::new(id, secret)),
    }
}

fn from_file(file: &Path) -> Result<String, Problem> {
    let text = bounded::text(file).map_err(|error| {
        let kind = Kind::Unreadable {
            file: file.display().to_string(),
            reason: error.to_string(),
        };
        Problem::new("configuration-client.secret-file", kind)
    })?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
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
