//! A description of the running server, for `check`.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fixtures::seed::Tenant;

use super::problem::Problem;

/// Writes the description, and the secret of the tenant's first configuration client to a file of its own beside it,
/// which only its owner may read.
pub(super) fn write(
    file: &Path,
    url: &str,
    tenant: &Tenant,
    certificates: Option<&Path>,
    readings: &[(&str, String)],
) -> Result<(), Problem> {
    let unwritable = |file: &Path| {
        let file = file.to_owned();
        move |error| Problem::TargetFile { file, error }
    };
    let client = tenant
        .clients
        .iter()
        .find(|client| client.is_configuration_client())
        .and_then(|client| Some((client.id.as_str(), client.secret.as_ref()?)));
    let Some((id, secret)) = client else {
        return Err(Problem::NoConfigurationClient {
            customer: tenant.customer.clone(),
        });
    };
    let secret_file = beside(file);
    write_private(&secret_file, secret.reveal()).map_err(unwritable(&secret_file))?;
    let roots = certificates
        .map(std::path::absolute)
        .transpose()
        .map_err(unwritable(file))?;
    let text = description(
        url,
        &tenant.customer,
        id,
        &secret_file,
        roots.as_deref(),
        readings,
    );
    std::fs::write(file, text).map_err(unwritable(file))
}

/// Returns the name of the file with the secret: `target.toml` has `target.secret`.
fn beside(file: &Path) -> PathBuf {
    file.with_extension("secret")
}

fn write_private(file: &Path, secret: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(secret.as_bytes())
}

fn description(
    url: &str,
    customer: &str,
    client: &str,
    secret_file: &Path,
    roots: Option<&Path>,
    readings: &[(&str, String)],
) -> String {
    // The judge looks for the file in the folder of the description.
    let secret_file = secret_file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let mut text = format!(
        "# Written by `proofhouse serve`; use it with `proofhouse check --target`.\n\
         url = {}\n\
         customer = {}\n\
         mode = \"full\"\n\
         \n\
         [configuration-client]\n\
         id = {}\n\
         secret-file = {}\n",
        quoted(url),
        quoted(customer),
        quoted(client),
        quoted(&secret_file),
    );
    if let Some(roots) = roots {
        let _ = write!(
            text,
            "\n[tls]\n# What the server shows; name its authority instead, unless it has signed itself.\nroots = {}\n",
            quoted(&roots.to_string_lossy())
        );
    }
    if !readings.is_empty() {
        text.push_str("\n[readings]\n");
        for (id, answer) in readings {
            let _ = writeln!(text, "{id} = {}", quoted(answer));
        }
    }
    text
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
            "http://127.0.0.1:9400",
            &demo,
            Some(Path::new("roots.pem")),
            &readings,
        )
        .expect("a writable folder");

        let description =
            conformance::description::Description::read(&file).expect("what the judge reads");
        assert_eq!(description.url.as_deref(), Some("http://127.0.0.1:9400"));
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
        assert!(!text.contains("demo-configuration-secret"), "{text}");
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
