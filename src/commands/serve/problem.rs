//! Why the server cannot be started.

use std::io;
use std::path::PathBuf;

use fixtures::seed::TenantError;
use reference_server::settings::{PublicUrlError, ReadingError};
use reference_server::{AddTenantError, TlsError};

/// Says why the server cannot be started.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub(crate) enum Problem {
    #[error("--reading: {0}")]
    Reading(ReadingError),
    #[error("--tenant: cannot read `{}`", file.display())]
    TenantFile {
        file: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("--tenant: `{}`: {error}", file.display())]
    #[diagnostic(help("the form of the file is described by fixtures/schemas/tenant.schema.json"))]
    TenantText { file: PathBuf, error: TenantError },
    #[error("--tenant: {0}")]
    Tenant(AddTenantError),
    #[error("--listen: cannot listen on `{address}`")]
    #[diagnostic(help("the form is HOST:PORT, and port 0 picks a free one"))]
    Listen {
        address: String,
        #[source]
        error: io::Error,
    },
    #[error("--control: cannot listen on `{address}`")]
    #[diagnostic(help("the form is HOST:PORT, and port 0 picks a free one"))]
    Control {
        address: String,
        #[source]
        error: io::Error,
    },
    #[error(
        "--control: the control API is not served on `{address}`, because whoever reaches it owns the server"
    )]
    #[diagnostic(help("name an address of this machine, such as 127.0.0.1:9401"))]
    PublicControl { address: String },
    #[error(
        "--listen: the demo tenant is not served on `{address}`, because its secrets are public"
    )]
    #[diagnostic(help("serve a tenant of your own with --tenant, or pass --allow-demo-tenant"))]
    PublicSecrets { address: String },
    #[error("--public-url: {0}")]
    #[diagnostic(help(
        "say how clients reach the server; the address that it listens on makes no URL"
    ))]
    PublicUrl(PublicUrlError),
    #[error("--tls-cert, --tls-key: {0}")]
    Tls(TlsError),
    #[error("--listener-roots: {0}")]
    ListenerRoots(TlsError),
    #[error("--write-target: cannot write `{}`", file.display())]
    TargetFile {
        file: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("--write-target: customer `{customer}` has no configuration client to judge with")]
    NoConfigurationClient { customer: String },
    #[error("the server cannot listen for signals")]
    Signals(#[source] io::Error),
}

impl Problem {
    pub(super) fn listen(address: &str, error: io::Error) -> Self {
        let address = address.to_owned();
        Self::Listen { address, error }
    }

    pub(super) fn control(address: &str, error: io::Error) -> Self {
        let address = address.to_owned();
        Self::Control { address, error }
    }
}
