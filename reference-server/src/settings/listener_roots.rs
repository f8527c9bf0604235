//! Whom the certificates of listeners may be of.

use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;

use crate::serve::{TlsError, certificates};

/// Authorities that certificates of listeners may be of, beside those that the machine trusts; none by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerRoots(Arc<[CertificateDer<'static>]>);

impl ListenerRoots {
    /// Reads a PEM file with the certificates of authorities.
    ///
    /// # Errors
    ///
    /// Names the file, when it cannot be read, holds none, or one that cannot be an authority.
    pub fn from_file(path: &Path) -> Result<Self, TlsError> {
        let roots = certificates(path)?;
        Self::new(roots).map_err(|error| TlsError::Content {
            path: path.to_owned(),
            wanted: "authority",
            problem: error.to_string(),
        })
    }

    /// Takes the certificates of authorities.
    ///
    /// # Errors
    ///
    /// When one cannot be an authority.
    pub fn new(roots: Vec<CertificateDer<'static>>) -> Result<Self, rustls::Error> {
        let mut store = RootCertStore::empty();
        for root in &roots {
            store.add(root.clone())?;
        }
        Ok(Self(roots.into()))
    }

    pub(crate) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

impl Default for ListenerRoots {
    fn default() -> Self {
        Self(Arc::new([]))
    }
}
