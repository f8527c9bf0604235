//! Which tenants are served.

use std::path::PathBuf;

use fixtures::seed::{self, Tenant};

use super::problem::Problem;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Reads the tenants of the files, or takes the demo tenant if there is no file. There is at least one.
pub(super) fn read(files: &[PathBuf]) -> Result<Vec<Tenant>, Problem> {
    if files.is_empty() {
        return Ok(vec![seed::demo()]);
    }
    let mut tenants = Vec::new();
    for file in files {
        let text =
            fixtures::file::text_up_to(file, LARGEST).map_err(|error| Problem::TenantFile {
                file: file.clone(),
                error,
            })?;
        let read = Tenant::parse_all(&text).map_err(|error| Problem::TenantText {
            file: file.clone(),
            error,
        })?;
        tenants.extend(read);
    }
    Ok(tenants)
}

/// Returns whether a tenant has one of the secrets that the demo tenant makes public, also when it is a changed copy.
pub(super) fn has_public_secrets(tenant: &Tenant) -> bool {
    let demo = seed::demo();
    tenant
        .clients
        .iter()
        .filter_map(|client| client.secret.as_ref())
        .any(|secret| {
            demo.clients
                .iter()
                .any(|known| known.secret.as_ref() == Some(secret))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_the_demo_tenant_are_recognised() {
        let mut tenant = seed::demo();
        assert!(has_public_secrets(&tenant));
        tenant.customer = "5b1f0d3e-7a42-4c5d-8f16-2d9a6b3c4e70".to_owned();
        assert!(has_public_secrets(&tenant));
        for client in &mut tenant.clients {
            client.secret = client.secret.as_ref().map(|_| "of my own".into());
        }
        assert!(!has_public_secrets(&tenant));
    }

    #[test]
    fn errors_name_the_file() {
        let missing = read(&["nowhere.json".into()]).expect_err("there is no such file");
        assert_eq!(missing.to_string(), "--tenant: cannot read `nowhere.json`");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("broken.json");
        std::fs::write(&file, "{\n}").expect("a file");
        let broken = read(&[file]).expect_err("it has no customer").to_string();
        assert!(
            broken.contains("broken.json`: line 2, column 1"),
            "{broken}"
        );
        assert!(broken.ends_with("missing field `customer`"), "{broken}");
    }
}
