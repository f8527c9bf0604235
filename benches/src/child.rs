//! What this program does as its own child: serve, or sign, and be told things by its standard input.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Router;
use axum::body::Body;
use axum::routing::post;
use bytes::Bytes;
use http::{Request, header};
use reference_server::settings::Settings;
use reference_server::{App, Clock, Door, Ids, router, serve};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use tokio::net::TcpListener;
use tower::Service as _;

use crate::crowd::{self, FORM, OPAQUE};
use crate::generator;

/// How long a server that stands still does so.
pub const STANDSTILL: Duration = Duration::from_millis(200);

/// How often it stands still.
pub const STANDSTILL_EVERY: Duration = Duration::from_secs(2);

/// The first argument of a child.
pub const FLAG: &str = "--child";

/// Runs as the child that the arguments name, until standard input ends.
///
/// * `bare`: an axum handler that reads the body and answers a constant of the size of ours.
/// * `ours CUSTOMERS CLIENTS`: the reference server; the first customer has that many clients more than the others.
///   `fill N` issues that many tokens; `pass N` moves the clock by that many seconds.
/// * `demo`: the reference server with the demo tenant.
/// * `standstill`: the same, but every two seconds it answers nobody for 200 ms.
/// * `generator NAME URL`: one of the [generators](crate::generator).
/// * `signer`: `sign N` signs for that many milliseconds, and says how often.
///
/// # Errors
///
/// Fails if the arguments name no child, and if the machine has no port to give.
pub fn run(arguments: &[String]) -> io::Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u32>().map_err(io::Error::other);
    match arguments[..] {
        ["signer"] => sign(),
        ["bare"] => runtime()?.block_on(bare()),
        ["standstill"] => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(async {
                tokio::spawn(stand_still());
                bare().await
            }),
        ["generator", name, url] => generator::run(name, url),
        ["demo"] => runtime()?.block_on(async {
            let app = app();
            add(&app, &fixtures::seed::demo())?;
            ours(app, 1).await
        }),
        ["ours", customers, clients] => runtime()?.block_on(async {
            let (customers, clients) = (number(customers)?, number(clients)?);
            let app = app();
            for customer in 0..customers {
                let more = if customer == 0 { clients } else { 0 };
                add(&app, &crowd::tenant(customer, more))?;
            }
            ours(app, customers).await
        }),
        _ => Err(io::Error::other(format!("no child is {arguments:?}"))),
    }
}

/// The runtime of `proofhouse serve`.
fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}

fn app() -> App {
    App::new(Settings::default(), Clock::running(), Ids::by_chance())
}

fn add(app: &App, tenant: &fixtures::seed::Tenant) -> io::Result<()> {
    app.add_tenant(tenant).map_err(io::Error::other)
}

async fn ours(app: App, customers: u32) -> io::Result<()> {
    let listener = listen().await?;
    let (door, clock) = (router(app.clone()), app.clock().clone());
    let handle = tokio::runtime::Handle::current();
    obey(move |words| match words.split_once(' ') {
        Some(("fill", count)) => {
            let count: u32 = count.parse().unwrap_or_default();
            handle.block_on(fill(door.clone(), customers, count));
            "filled".to_owned()
        }
        Some(("pass", seconds)) => {
            clock.advance(Duration::from_secs(seconds.parse().unwrap_or_default()));
            "passed".to_owned()
        }
        _ => "what?".to_owned(),
    });
    serve(listener, app, std::future::pending()).await;
    Ok(())
}

/// Issues tokens without a socket.
async fn fill(mut door: Door, customers: u32, count: u32) {
    let (authorization, form) = (crowd::basic(OPAQUE), Bytes::from_static(FORM.as_bytes()));
    for number in 0..count {
        let customer = crowd::customer(number % customers);
        let request = Request::post(format!("/{customer}/login/token"))
            .header(header::AUTHORIZATION, &authorization)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.clone()))
            .expect("a request with plain parts");
        let Ok(answer) = door.call(request).await;
        assert!(answer.status().is_success(), "no token");
    }
}

/// The limit: it reads the body, and answers a constant that is as long as the answer of ours.
async fn bare() -> io::Result<()> {
    let token = "t".repeat(64);
    let answer = format!(
        r#"{{"access_token":"{token}","expires_in":3600,"token_type":"Bearer","scope":"*:**"}}"#
    );
    let answer = Bytes::from(answer);
    let handler = move |body: Bytes| async move {
        assert!(!body.is_empty(), "the form is in the body");
        ([(header::CONTENT_TYPE, "application/json")], answer)
    };
    let routes = Router::new().route("/{customer}/login/token", post(handler));
    let listener = listen().await?;
    obey(|_| "what?".to_owned());
    axum::serve(listener, routes).await
}

/// Keeps the only thread busy again and again, to the microsecond.
async fn stand_still() {
    let mut due = tokio::time::interval(STANDSTILL_EVERY);
    loop {
        due.tick().await;
        let begun = Instant::now();
        while begun.elapsed() < STANDSTILL {
            std::hint::spin_loop();
        }
    }
}

async fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(listener)
}

/// Does what standard input says, on a thread of its own, and ends the process with it.
fn obey(mut act: impl FnMut(&str) -> String + Send + 'static) {
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            println!("{}", act(&line));
        }
        std::process::exit(0);
    });
}

/// Signs what a JWT of ours signs, with nothing around it.
fn sign() -> io::Result<()> {
    let pem = fixtures::keys::DEMO[1];
    let key = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(io::Error::other)?;
    let pair = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).map_err(io::Error::other)?;
    let (random, message) = (SystemRandom::new(), [b'x'; 560]);
    let mut signature = vec![0; pair.public_modulus_len()];
    let mut sign = || {
        pair.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature)
            .map_err(io::Error::other)
    };
    // The first one prepares the key.
    sign()?;
    println!("ready");
    for line in io::stdin().lines() {
        let line = line?;
        let millis = line
            .strip_prefix("sign ")
            .and_then(|text| text.parse().ok());
        let end = Instant::now() + Duration::from_millis(millis.unwrap_or_default());
        let mut count = 0;
        while Instant::now() < end {
            sign()?;
            count += 1;
        }
        println!("{count}");
        io::stdout().flush()?;
    }
    Ok(())
}
