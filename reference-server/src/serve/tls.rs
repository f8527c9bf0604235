//! TLS by rustls.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// A certificate chain with its private key.
#[derive(Debug, Clone)]
pub struct Tls(Arc<ServerConfig>);

/// Says why a certificate or key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file could not be read.
    #[error("cannot read `{}`: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// A file has nothing of the kind that is wanted.
    #[error("`{}` holds no {wanted}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What should be in it.
        wanted: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The two do not belong together, or are of a kind that rustls does not take.
    #[error("the certificate and the key cannot be used: {0}")]
    Pair(#[from] rustls::Error),
}

impl Tls {
    /// Reads a PEM file with a certificate chain, the server's own first, and one with its private key.
    ///
    /// # Errors
    ///
    /// Names the file that cannot be used, and why.
    pub fn from_files(certificates: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = self::certificates(certificates)?;
        let key_der = PrivateKeyDer::from_pem_slice(&read(key)?)
            .map_err(|error| content(key, "private key", &error))?;
        Self::new(chain, key_der)
    }

    /// Takes a certificate chain, the server's own first, and its private key.
    ///
    /// # Errors
    ///
    /// Refuses a pair that does not belong together.
    pub fn new(
        certificates: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        // The provider is named, so that one that another crate installs makes no difference.
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(certificates, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    pub(super) fn acceptor(self) -> TlsAcceptor {
        TlsAcceptor::from(self.0)
    }
}

/// Reads a PEM file with certificates: one at least.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_slice_iter(&read(path)?)
        .collect::<Result<Vec<_>, pem::Error>>()
        .map_err(|error| content(path, "certificate", &error))?;
    match found.is_empty() {
        true => Err(content(
            path,
            "certificate",
            &"there is no PEM section for one",
        )),
        false => Ok(found),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fixtures::file::bytes(path).map_err(|error| TlsError::File {
        path: path.to_owned(),
        error,
    })
}

fn content(path: &Path, wanted: &'static str, error: &dyn std::fmt::Display) -> TlsError {
    TlsError::Content {
        path: path.to_owned(),
        wanted,
        problem: error.to_string(),
    }
}
