//! The description of a target as it is written.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    login,
    problem::{Kind, Problem},
};

/// A target as people describe it; `fixtures/targets/example.toml` explains every field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Description {
    /// Address: scheme, host, port.
    pub url: Option<String>,
    /// The customer: the first segment of every path.
    pub customer: Option<String>,
    /// An OpenID provider of any make, instead of `url` and `customer`.
    pub issuer: Option<String>,
    /// What a run may do: `read-only`, `own-objects`, `full`.
    pub mode: Option<String>,
    /// The client that administers the target.
    pub configuration_client: Option<ConfigurationClient>,
    /// The clients in whose name a user is signed in.
    #[serde(default)]
    pub clients: login::Clients,
    /// The user who is signed in.
    pub user: Option<login::User>,
    /// How the user is signed in.
    #[serde(default)]
    pub sign_in: login::SignIn,
    /// Further places of the target, each with scheme, host and port: pages of its sign-in, for example.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Whom to trust.
    #[serde(default)]
    pub tls: Tls,
    /// Times and load.
    #[serde(default)]
    pub limits: Limits,
    /// What the target promises to take.
    #[serde(default)]
    pub bounds: Bounds,
    /// Where the target lets tests have their way with it.
    pub control: Option<Control>,
    /// Where notifications arrive.
    pub listener: Option<Listener>,
    /// Answers to which the target is held.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
    /// The folder against which the files named here are looked up.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// Where the credentials are; a secret never stands in the description itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigurationClient {
    /// The client id.
    pub id: Option<String>,
    /// Name of the environment variable that holds the id.
    pub id_env: Option<String>,
    /// Name of the environment variable that holds the secret.
    pub secret_env: Option<String>,
    /// File that holds the secret and nothing else; one newline at its end is not part of it.
    pub secret_file: Option<PathBuf>,
}

/// Whom to trust.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tls {
    /// PEM file with the authorities to trust instead of the operating system's.
    pub roots: Option<PathBuf>,
}

/// Where the target lets tests have their way with it: with its clock, for one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Control {
    /// Address of the control API: scheme, host, port.
    pub url: Option<String>,
}

/// Where the target's notifications arrive.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Listener {
    /// IP address and port to listen on; a free port of this machine by default.
    pub bind: Option<String>,
    /// The public address that is forwarded there: scheme, host, port.
    pub url: Option<String>,
}

/// Times and load.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Requests a second.
    pub rate: Option<f64>,
    /// Checks at a time.
    pub jobs: Option<i64>,
    /// Milliseconds for a connection to come about.
    pub connect_ms: Option<i64>,
    /// Milliseconds for an exchange.
    pub exchange_ms: Option<i64>,
    /// Milliseconds for a check.
    pub check_ms: Option<i64>,
    /// The largest body that is read, in KiB.
    pub body_kib: Option<i64>,
}

/// What the target promises to take, as far as it promises anything: it refuses more.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Bounds {
    /// Bytes of the body of a request.
    pub body_bytes: Option<i64>,
    /// Levels of arrays and objects in a body of JSON.
    pub json_levels: Option<i64>,
    /// Bytes of the name of a parameter, and of its value.
    pub parameter_bytes: Option<i64>,
    /// Bytes of what an authorization request lets the target remember.
    pub remembered_bytes: Option<i64>,
    /// Bytes of the URL of a listener.
    pub endpoint_bytes: Option<i64>,
    /// Bytes of a filter as JSON.
    pub filter_bytes: Option<i64>,
    /// Bytes of a pattern in a filter.
    pub pattern_bytes: Option<i64>,
}

impl Bounds {
    /// Those of the reference server as it is by default.
    pub fn of_ours() -> Self {
        Self {
            body_bytes: Some(64 * 1024),
            json_levels: Some(32),
            parameter_bytes: Some(8 * 1024),
            remembered_bytes: Some(1024),
            endpoint_bytes: Some(2048),
            filter_bytes: Some(16 * 1024),
            pattern_bytes: Some(512),
        }
    }
}

impl Control {
    /// Describes the control API at an address.
    pub fn at(url: String) -> Self {
        Self { url: Some(url) }
    }
}

impl Description {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// A problem that names the file, and the line and field where they are known.
    pub fn read(file: &Path) -> Result<Self, Problem> {
        let name = file.display().to_string();
        let unreadable = |reason: String| {
            let file = name.clone();
            Problem::new("--target", Kind::Unreadable { file, reason })
        };
        let text = fixtures::file::text(file).map_err(|error| unreadable(error.to_string()))?;
        let mut description = Self::parse(&name, &text)?;
        description.folder = file.parent().unwrap_or(Path::new("")).to_owned();
        Ok(description)
    }

    /// Parses a description; `name` is the file's, for messages.
    ///
    /// # Errors
    ///
    /// As [`Description::read`].
    pub fn parse(name: &str, text: &str) -> Result<Self, Problem> {
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let reason = error.message().lines().collect::<Vec<_>>().join(" ");
            let field = field_of(&reason, text, line).unwrap_or_else(|| "--target".to_owned());
            let file = name.to_owned();
            Problem::new(field, Kind::Syntax { file, line, reason })
        })
    }
}

/// Returns the field that an error is about: the one that its text names, or the one that stands on the line.
fn field_of(reason: &str, text: &str, line: Option<usize>) -> Option<String> {
    if let Some(rest) = reason.strip_prefix("unknown field `") {
        return rest.split('`').next().map(str::to_owned);
    }
    let line = text.lines().nth(line?.checked_sub(1)?)?;
    let (field, _) = line.split_once('=')?;
    Some(field.trim().to_owned())
}
