//! A description of the running server, for `check`.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use conformance::description::{
    Description,
    file::Control,
    tenant::{Served, variables},
};
use fixtures::seed::Tenant;

use super::problem::Problem;

/// Where the server answers.
#[derive(Clone, Copy)]
pub(super) struct Addresses<'a> {
    pub(super) url: &'a str,
    /// The control API, if it is on.
    pub(super) control: Option<&'a str>,
}

/// Writes the description, and each secret to a file of its own beside it, which only its owner may read.
pub(super) fn write(
    file: &Path,
    addresses: Addresses<'_>,
    tenant: &Tenant,
    certificates: Option<&Path>,
    readings: &[(&str, String)],
) -> Result<(), Problem> {
    let unwritable = |file: &Path| {
        let file = file.to_owned();
        move |error| Problem::TargetFile { file, error }
    };
    let mut served = Served::new(addresses.url, tenant);
    served.description.control = addresses.control.map(|url| Control::at(url.to_owned()));
    if served.description.configuration_client.is_none() {
        return Err(Problem::NoConfigurationClient {
            customer: tenant.customer.clone(),
        });
    }
    for (variable, extension) in SECRETS {
        if let Some(secret) = served.variable(variable) {
            let beside = file.with_extension(extension);
            write_private(&beside, &secret).map_err(unwritable(&beside))?;
        }
    }
    let roots = certificates
        .map(std::path::absolute)
        .transpose()
        .map_err(unwritable(file))?;
    let text = text(file, &served.description, roots.as_deref(), readings);
    std::fs::write(file, text).map_err(unwritable(file))
}

/// The files with the secrets: `target.toml` has `target.secret`, and others where somebody can sign in.
const SECRETS: [(&str, &str); 3] = [
    (variables::CLIENT_SECRET, "secret"),
    (variables::CONFIDENTIAL_CLIENT_SECRET, "confidential.secret"),
    (variables::PASSWORD, "password"),
];

fn write_private(file: &Path, secret: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(secret.as_bytes())
}

/// A description as TOML, table by table.
#[derive(Default)]
struct Toml(String);

impl Toml {
    fn table(&mut self, name: &str) -> &mut Self {
        let _ = writeln!(self.0, "\n[{name}]");
        self
    }

    /// Writes a member, if it has a value.
    fn member(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            let _ = writeln!(self.0, "{name} = {}", quoted(value));
        }
        self
    }

    /// Writes a number, if there is one.
    fn number(&mut self, name: &str, value: Option<i64>) -> &mut Self {
        if let Some(value) = value {
            let _ = writeln!(self.0, "{name} = {value}");
        }
        self
    }
}

fn text(
    file: &Path,
    description: &Description,
    roots: Option<&Path>,
    readings: &[(&str, String)],
) -> String {
    // The judge looks for the files in the folder of the description.
    let beside = |extension: &str| {
        let file = file.with_extension(extension);
        file.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let secrets = SECRETS.map(|(_, extension)| beside(extension));
    let [configuration_secret, confidential_secret, password] = &secrets;
    let mut toml = Toml::default();
    toml.0
        .push_str("# Written by `proofhouse serve`; use it with `proofhouse check --target`.\n");
    toml.member("url", description.url.as_deref())
        .member("customer", description.customer.as_deref())
        .member("mode", Some("full"));
    if let Some(client) = &description.configuration_client {
        toml.table("configuration-client")
            .member("id", client.id.as_deref())
            .member("secret-file", configuration_secret.as_deref());
    }
    let clients = [
        ("clients.public", &description.clients.public, &None),
        (
            "clients.confidential",
            &description.clients.confidential,
            confidential_secret,
        ),
    ];
    for (table, client, secret) in clients {
        if let Some(client) = client {
            toml.table(table)
                .member("id", client.id.as_deref())
                .member("secret-file", secret.as_deref())
                .member("redirect-uri", client.redirect_uri.as_deref())
                .member(
                    "post-logout-redirect-uri",
                    client.post_logout_redirect_uri.as_deref(),
                );
        }
    }
    if let Some(user) = &description.user {
        toml.table("user")
            .member("name", user.name.as_deref())
            .member("password-file", password.as_deref());
    }
    if let Some(control) = &description.control {
        toml.table("control").member("url", control.url.as_deref());
    }
    let bounds = &description.bounds;
    toml.table("bounds")
        .number("body-bytes", bounds.body_bytes)
        .number("json-levels", bounds.json_levels)
        .number("parameter-bytes", bounds.parameter_bytes)
        .number("remembered-bytes", bounds.remembered_bytes)
        .number("endpoint-bytes", bounds.endpoint_bytes)
        .number("filter-bytes", bounds.filter_bytes)
        .number("pattern-bytes", bounds.pattern_bytes);
    if let Some(roots) = roots {
        toml.table("tls");
        toml.0.push_str(
            "# What the server shows; name its authority instead, unless it has signed itself.\n",
        );
        toml.member("roots", Some(&roots.to_string_lossy()));
    }
    if !readings.is_empty() {
        toml.table("readings");
        for (id, answer) in readings {
            toml.member(id, Some(answer));
        }
    }
    toml.0
}

/// Writes a TOML string. What JSON escapes TOML escapes alike; it wants DEL escaped, too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_judge_can_read_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("target.toml");
        let readings = [("rejected-token", "403".to_owned())];
        let demo = fixtures::seed::demo();
        write(
            &file,
            Addresses {
                url: "http://127.0.0.1:9400",
                control: Some("http://127.0.0.1:9401"),
            },
            &demo,
            Some(Path::new("roots.pem")),
            &readings,
        )
        .expect("a writable folder");

        let description =
            conformance::description::Description::read(&file).expect("what the judge reads");
        assert_eq!(description.url.as_deref(), Some("http://127.0.0.1:9400"));
        let control = description
            .control
            .as_ref()
            .and_then(|control| control.url.as_deref());
        assert_eq!(control, Some("http://127.0.0.1:9401"));
        assert_eq!(
            description.customer.as_deref(),
            Some(fixtures::seed::DEMO_CUSTOMER)
        );
        assert_eq!(
            description
                .readings
                .get("rejected-token")
                .map(String::as_str),
            Some("403")
        );
        assert!(
            description
                .tls
                .roots
                .is_some_and(|roots| roots.is_absolute())
        );
        let client = description.configuration_client.expect("there is one");
        assert_eq!(client.id.as_deref(), Some(demo.clients[0].id.as_str()));
        let secret = folder
            .path()
            .join(client.secret_file.expect("there is one"));
        assert_eq!(
            std::fs::read_to_string(&secret).expect("it was written"),
            "demo-configuration-secret"
        );
        let text = std::fs::read_to_string(&file).expect("it was written");
        for client in &demo.clients {
            let secret = client
                .secret
                .as_ref()
                .map(fixtures::seed::tenant::Password::reveal);
            assert!(secret.is_none_or(|secret| !text.contains(secret)), "{text}");
        }
        assert!(!text.contains(demo.users[0].password.reveal()), "{text}");

        let description =
            conformance::description::Description::read(&file).expect("what the judge reads");
        let description = conformance::description::Description {
            tls: Default::default(),
            ..description
        };
        let usable = conformance::description::Usable::new(&description, None, &|_| None)
            .unwrap_or_else(|problems| panic!("all its files are there: {problems:?}"));
        assert_eq!(usable.offer(), conformance::plan::Offer::EVERYTHING);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_secret() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("target.secret");
        write_private(&file, "s").expect("a writable folder");
        let mode = std::fs::metadata(&file)
            .expect("it was written")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
