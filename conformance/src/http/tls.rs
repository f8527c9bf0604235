//! Whom to trust: the certificates of a file, or those of the operating system.

use std::{path::Path, sync::Arc};

use hyper_rustls::ConfigBuilderExt as _;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};

/// Says whom to trust.
#[derive(Debug, Clone, Default)]
pub enum Roots {
    /// Nobody: enough for plain HTTP, and nothing is loaded.
    #[default]
    None,
    /// The authorities that the operating system trusts.
    System,
    /// Only these authorities.
    These(Vec<CertificateDer<'static>>),
}

/// Says why the roots cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// The file cannot be read.
    #[error("cannot read `{file}`: {reason}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// What the operating system said.
        reason: String,
    },
    /// The file is not PEM, or holds no certificate.
    #[error("`{file}` holds no certificate in PEM form")]
    NoCertificate {
        /// The file as the user named it.
        file: String,
    },
    /// TLS cannot be set up with them.
    #[error("TLS cannot be set up: {0}")]
    Unusable(String),
}

impl Roots {
    /// Reads the authorities of a PEM file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds no certificate.
    pub fn from_file(file: &Path) -> Result<Self, RootsError> {
        let name = file.display().to_string();
        let bytes = fixtures::file::bytes(file).map_err(|error| RootsError::Unreadable {
            file: name.clone(),
            reason: error.to_string(),
        })?;
        let certificates = CertificateDer::pem_slice_iter(&bytes)
            .collect::<Result<Vec<_>, _>>()
            .unwrap_or_default();
        if certificates.is_empty() {
            return Err(RootsError::NoCertificate { file: name });
        }
        Ok(Self::These(certificates))
    }

    /// Makes sure that TLS can be set up with these roots.
    ///
    /// # Errors
    ///
    /// When it cannot: the operating system offers no authorities, or a certificate is not one.
    pub fn check(&self) -> Result<(), RootsError> {
        self.config().map(|_| ())
    }

    /// Returns a TLS configuration that trusts these roots.
    ///
    /// # Errors
    ///
    /// When the operating system offers no authorities, or a certificate is not one.
    pub(super) fn config(&self) -> Result<ClientConfig, RootsError> {
        // The provider is named here, not taken from the process: a crate elsewhere may have installed another one.
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| RootsError::Unusable(error.to_string()))?;
        let builder = match self {
            Self::None => builder.with_root_certificates(RootCertStore::empty()),
            Self::System => builder
                .try_with_platform_verifier()
                .map_err(|error| RootsError::Unusable(error.to_string()))?,
            Self::These(certificates) => {
                let mut store = RootCertStore::empty();
                for certificate in certificates {
                    store
                        .add(certificate.clone())
                        .map_err(|error| RootsError::Unusable(error.to_string()))?;
                }
                builder.with_root_certificates(store)
            }
        };
        Ok(builder.with_no_client_auth())
    }
}
