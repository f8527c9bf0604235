//! TLS: whom to trust.

use std::sync::Arc;

use hyper_rustls::ConfigBuilderExt as _;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

use crate::target::Roots;

/// Returns a TLS configuration for HTTP/1.1 that trusts these roots.
///
/// # Errors
///
/// When the operating system offers no authorities, or a certificate is not one.
pub(crate) fn config(roots: &Roots) -> Result<ClientConfig, rustls::Error> {
    // The provider is named here, not taken from the process: a crate elsewhere may have installed another one.
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?;
    let builder = match roots {
        Roots::None => builder.with_root_certificates(RootCertStore::empty()),
        Roots::System => builder.try_with_platform_verifier()?,
        Roots::These(certificates) => {
            let mut store = RootCertStore::empty();
            for certificate in certificates {
                store.add(certificate.clone())?;
            }
            builder.with_root_certificates(store)
        }
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
