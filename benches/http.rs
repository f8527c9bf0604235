//! What a whole exchange costs over loopback, and what it takes to start.
//!
//! `http/issue/<kind>`: a token, over a connection that stays open, one request at a time. `http/start/demo`: a server with the
//! demo tenant, from nothing to its first answer.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use benches::crowd::{self, JWT, OPAQUE};
use criterion::{Criterion, criterion_group, criterion_main};
use reference_server::{Clock, TestServer};
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime for the whole process")
}

/// Starts a server, and connects to it.
fn start(runtime: &Runtime, tenant: Option<fixtures::seed::Tenant>) -> (TestServer, TcpStream) {
    let mut builder = TestServer::builder().clock(Clock::running());
    if let Some(tenant) = tenant {
        builder = builder.tenant(tenant);
    }
    let server = runtime.block_on(builder.start());
    let address: SocketAddr = server
        .url()
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_nodelay(true).expect("a socket");
    (server, stream)
}

/// Sends a request, and reads an answer that comes in one piece or, if it is long, two.
fn exchange(stream: &mut TcpStream, request: &[u8]) -> usize {
    let mut buffer = [0; 16 * 1024];
    stream.write_all(request).expect("it is open");
    let read = stream.read(&mut buffer).expect("it answers");
    assert!(buffer.starts_with(b"HTTP/1.1 200"), "refused");
    read
}

fn issue(criterion: &mut Criterion) {
    let runtime = runtime();
    for (kind, client) in [("opaque", OPAQUE), ("jwt", JWT)] {
        let (_server, mut stream) = start(&runtime, Some(crowd::tenant(0, 0)));
        let request = crowd::token_request(&crowd::customer(0), client);
        criterion.bench_function(&format!("http/issue/{kind}"), |bencher| {
            bencher.iter(|| exchange(&mut stream, &request));
        });
    }
}

fn first_answer(criterion: &mut Criterion) {
    let runtime = runtime();
    let discovery = format!(
        "/{}/login/.well-known/openid-configuration",
        fixtures::seed::DEMO_CUSTOMER
    );
    let discovery = crowd::get(&discovery, None);
    criterion.bench_function("http/start/demo", |bencher| {
        bencher.iter(|| {
            let (_server, mut stream) = start(&runtime, None);
            exchange(&mut stream, &discovery)
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = issue, first_answer
}
criterion_main!(benches);
