//! A load over TLS.

use std::time::Duration;

use loadtest::target::{Roots, Target};
use reference_server::{Listener, Tls, serve};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::TcpListener;

use crate::loaded::{self, load, mix};

/// Starts a server, and returns its description, which trusts nobody, and its certificate.
async fn server() -> (Target, CertificateDer<'static>) {
    let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a pair");
    let certificate = pair.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.signing_key.serialize_der()));
    let tls = Tls::new(vec![certificate.clone()], key).expect("a pair");
    let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = tcp.local_addr().expect("it is bound").port();
    // The server that listens in plain text lends its application to one that speaks TLS.
    let plain = loaded::server().await;
    let app = plain.app().clone();
    tokio::spawn(serve(Listener::tls(tcp, tls), app, std::future::pending()));
    let target = Target {
        url: format!("https://localhost:{port}"),
        ..loaded::target(&plain)
    };
    (target, certificate)
}

#[tokio::test(flavor = "multi_thread")]
async fn users_and_arrivals_come_over_tls_to_whom_they_trust() {
    let (target, certificate) = server().await;
    let journeys = ["token", "config-read", "config-write"];
    for arrivals in [None, Some(100.0)] {
        let target = Target {
            roots: Roots::These(vec![certificate.clone()]),
            ..target.clone()
        };
        let mix = mix(&journeys, Duration::from_millis(500), arrivals);
        let ran = load(target, mix).await.expect("the server is right");
        assert_eq!(ran.findings, []);
        assert_eq!(ran.violations, []);
        assert!(ran.figures.whole().good > 10, "{arrivals:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_nobody_vouches_for_gets_no_request() {
    let (target, _) = server().await;
    let (_, another) = server().await;
    for roots in [Roots::None, Roots::These(vec![another])] {
        let target = Target {
            roots,
            ..target.clone()
        };
        let mix = mix(&["token"], Duration::from_millis(500), None);
        let refused = load(target, mix).await.expect_err("nobody vouches for it");
        assert!(
            refused.to_string().contains("is its certificate trusted?"),
            "{refused}"
        );
    }
}
