//! Whom the judge trusts, and whom it does not.

use std::path::PathBuf;

use conformance::{
    description::{Kind, Problem},
    doctor,
};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use reference_server::{Listener, TestServer, Tls, serve};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

use super::subject;

/// A reference server behind TLS, with a certificate that it has signed itself.
pub(crate) struct Guarded {
    pub(crate) server: TestServer,
    folder: TempDir,
    port: u16,
    serving: JoinHandle<()>,
}

impl Guarded {
    /// Starts one whose certificate names `host` and is over at the beginning of the year `until`.
    pub(crate) async fn start(host: &str, until: i32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name);
        let pair = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([host.to_owned()]).expect("a name");
        params.not_after = date_time_ymd(until, 1, 1);
        let certificate = params.self_signed(&pair).expect("a certificate");
        std::fs::write(file("cert.pem"), certificate.pem()).expect("written");
        std::fs::write(file("key.pem"), pair.serialize_pem()).expect("written");
        let tls = Tls::from_files(&file("cert.pem"), &file("key.pem"));
        let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let listener = Listener::tls(tcp, tls.expect("they belong together"));
        let address = listener.local_addr().expect("a bound listener");
        // The server that listens in plain text lends its application to one that speaks TLS.
        let server = TestServer::start().await;
        let app = server.app().clone();
        let serving = tokio::spawn(serve(listener, app, std::future::pending()));
        Self {
            server,
            folder,
            port: address.port(),
            serving,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Returns the file with the certificate, which is its own authority.
    pub(crate) fn roots(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    async fn examined(&self, roots: Option<PathBuf>) -> Result<(), Vec<Problem>> {
        let url = format!("https://127.0.0.1:{}", self.port);
        let mut description = subject::description(&url);
        description.tls.roots = roots;
        let (_, secret) = self.server.configuration_client();
        let usable = subject::usable(description, secret);
        doctor::open(&usable).await.map(|_| ())
    }

    /// Returns the one problem that there is, and makes sure that nothing was asked before it was found.
    async fn refused(&self, roots: Option<PathBuf>) -> String {
        let _kept = self.server.journal();
        let problems = self.examined(roots).await.expect_err("not to be trusted");
        assert_eq!(self.server.journal().since(0), []);
        assert_eq!(problems.len(), 1);
        assert!(matches!(problems[0].kind, Kind::Tls(_)), "{problems:?}");
        problems[0].to_string()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

const FAR: i32 = 4096;

#[tokio::test]
async fn an_authority_of_ones_own_is_named_by_a_file() {
    let guarded = Guarded::start("127.0.0.1", FAR).await;
    let examined = guarded.examined(Some(guarded.roots())).await;
    examined.expect("its authority is named");
}

#[tokio::test]
async fn an_authority_that_nobody_named_is_none() {
    let guarded = Guarded::start("127.0.0.1", FAR).await;
    let other = Guarded::start("127.0.0.1", FAR).await;
    let told = guarded.refused(Some(other.roots())).await;
    assert!(
        told.contains("name your authority with `tls.roots`"),
        "{told}"
    );
    // Nor does the operating system know it.
    let told = guarded.refused(None).await;
    assert!(told.starts_with("url: TLS fails: "), "{told}");
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    let guarded = Guarded::start("id.example.test", FAR).await;
    let told = guarded.refused(Some(guarded.roots())).await;
    assert!(told.contains("not valid for name"), "{told}");
    assert!(!told.contains("tls.roots"), "that would not help: {told}");
}

#[tokio::test]
async fn a_certificate_that_is_over_is_refused() {
    let guarded = Guarded::start("127.0.0.1", 2020).await;
    let told = guarded.refused(Some(guarded.roots())).await;
    assert!(told.contains("expired"), "{told}");
    assert!(!told.contains("tls.roots"), "that would not help: {told}");
}
