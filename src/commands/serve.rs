//! `proofhouse serve`: runs the reference server until it is told to stop.

mod control;
mod problem;
mod target_file;
mod tenants;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use fixtures::seed::Tenant;
use reference_server::faults::{Fault, Injection, InjectionError};
use reference_server::settings::{ListenerRoots, PublicUrl, Readings, Settings};
use reference_server::{App, Clock, Ids, Listener, Tls, serve};
use tokio::net::{TcpListener, lookup_host};

use crate::console;
use crate::exit::{Exit, Failure, Outcome};
use problem::Problem;

/// Where to listen, what to serve, and how to answer.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse serve
  proofhouse serve --listen 127.0.0.1:0 --write-target target.toml
  proofhouse serve --control 127.0.0.1:9401
  proofhouse serve --reading rejected-token=403
  proofhouse serve --fault deny-is-forgotten
  proofhouse serve --tenant mine.json --listen 0.0.0.0:443 \\
      --tls-cert chain.pem --tls-key key.pem")]
pub(crate) struct Args {
    /// Address to listen on; port 0 picks a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9400")]
    listen: String,
    /// URL under which clients reach the server, if it is not the address that it listens on: behind a proxy.
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// Tenant to serve instead of the demo's; repeat it for more customers.
    #[arg(long, value_name = "FILE.json")]
    tenant: Vec<PathBuf>,
    /// Certificate chain in PEM; with it the server speaks HTTPS.
    #[arg(long, value_name = "FILE.pem", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate, in PEM.
    #[arg(long, value_name = "FILE.pem", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Answer to a point that the documentation leaves open; repeatable.
    #[arg(long = "reading", value_name = "ID=ANSWER")]
    readings: Vec<String>,
    /// Makes the server wrong in one way, which `proofhouse teeth --list` shows; repeatable.
    #[arg(long = "fault", value_name = "NAME", value_parser = fault)]
    faults: Vec<&'static Fault>,
    /// Makes ids, secrets, tokens and keys predictable: for tests only.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Address of the control API, for tests: clock, snapshots, users, keys, journal. Of this machine only; port 0 picks a
    /// free one.
    #[arg(long, value_name = "HOST:PORT")]
    control: Option<String>,
    /// Lets listeners of webhooks be on this machine, and be reached by plain HTTP: for tests only.
    #[arg(long)]
    allow_local_listeners: bool,
    /// Authorities that certificates of listeners may be of, in PEM, beside those that the machine trusts.
    #[arg(long, value_name = "FILE.pem")]
    listener_roots: Option<PathBuf>,
    /// File to write a description of this server to, for `check`; the secret goes to a file of its own beside it.
    #[arg(long, value_name = "FILE.toml")]
    write_target: Option<PathBuf>,
    /// Serves as long as the standard input is open: for a program that starts the server for itself.
    #[arg(long, hide = true)]
    until_stdin_ends: bool,
    /// Serves the demo tenant, whose secrets are public, to other machines.
    #[arg(long)]
    allow_demo_tenant: bool,
}

pub(crate) async fn run(args: Args) -> Outcome {
    serve_until_stopped(args).await.map_err(Failure::usage)?;
    Ok(Exit::AsExpected)
}

async fn serve_until_stopped(args: Args) -> Result<(), Problem> {
    let mut settings = Settings::default();
    for assignment in &args.readings {
        settings
            .readings
            .set(assignment)
            .map_err(Problem::Reading)?;
    }
    settings.webhooks.allow_local_listeners = args.allow_local_listeners;
    if let Some(file) = &args.listener_roots {
        settings.listener_roots = ListenerRoots::from_file(file).map_err(Problem::ListenerRoots)?;
    }
    let tenants = tenants::read(&args.tenant)?;
    let addresses = resolve(&args.listen, Problem::listen).await?;
    let has_public_secrets = tenants.iter().any(tenants::has_public_secrets);
    if has_public_secrets && !args.allow_demo_tenant && !are_of_this_machine(&addresses) {
        return Err(Problem::PublicSecrets {
            address: args.listen,
        });
    }
    // Signals are caught before anybody is told that the server listens.
    let stopped = stop_signal().map_err(Problem::Signals)?;
    let (listener, url) = listen(&args, &addresses).await?;
    let control = match &args.control {
        Some(address) => Some(control::listen(address).await?),
        None => None,
    };
    settings.public_url = match &args.public_url {
        Some(url) => url.clone(),
        None => url.parse().map_err(Problem::PublicUrl)?,
    };
    let ids = args.seed.map_or_else(Ids::by_chance, Ids::seeded);
    let app = App::new(settings, Clock::running(), ids);
    for tenant in &tenants {
        app.add_tenant(tenant).map_err(Problem::Tenant)?;
    }
    for fault in &args.faults {
        app.faults().add(Injection::of(fault));
    }
    if let Some(file) = &args.write_target {
        let pinned: Vec<_> = pinned(&args.readings, &app.settings().readings).collect();
        let addresses = target_file::Addresses {
            // Tokens name it as their issuer, and clients reach the server under it.
            url: app.settings().public_url.as_str(),
            control: control.as_ref().map(control::Bound::url),
        };
        target_file::write(
            file,
            addresses,
            &tenants[0],
            args.tls_cert.as_deref(),
            &pinned,
        )?;
    }

    if has_public_secrets {
        console::tell("warning: the demo tenant's secrets are public; it is for trying things out");
    }
    for fault in &args.faults {
        console::tell(format_args!(
            "warning: the server is wrong on purpose, by `{}`: {}",
            fault.name, fault.title
        ));
    }
    if args.seed.is_some() {
        console::tell(
            "warning: with --seed, whoever knows the seed knows every token, secret and key",
        );
    }
    if args.public_url.is_none()
        && addresses
            .iter()
            .any(|address| address.ip().is_unspecified())
    {
        console::tell(format!(
            "warning: tokens name {url} as their issuer; say with --public-url how clients reach the server"
        ));
    }
    let control = control.map(|control| control.open(&app));
    announce(&url, &tenants, control.as_ref());
    if args.until_stdin_ends {
        serve(listener, app.clone(), first(stopped, stdin_ends())).await;
    } else {
        serve(listener, app.clone(), stopped).await;
    }
    let undelivered = app.undelivered();
    if undelivered > 0 {
        console::tell(format_args!(
            "warning: {undelivered} notifications to listeners were not delivered, and are lost"
        ));
    }
    if let Some(control) = control {
        control.close().await;
    }
    Ok(())
}

/// Finds a fault by its name.
fn fault(name: &str) -> Result<&'static Fault, InjectionError> {
    Ok(Injection::named(name)?.fault())
}

async fn resolve(
    address: &str,
    unusable: impl FnOnce(&str, std::io::Error) -> Problem,
) -> Result<Vec<SocketAddr>, Problem> {
    let addresses = lookup_host(address).await;
    Ok(addresses
        .map_err(|error| unusable(address, error))?
        .collect())
}

fn are_of_this_machine(addresses: &[SocketAddr]) -> bool {
    addresses.iter().all(|address| address.ip().is_loopback())
}

/// Binds, and returns the listener with its base URL.
async fn listen(args: &Args, addresses: &[SocketAddr]) -> Result<(Listener, String), Problem> {
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificates), Some(key)) => {
            Some(Tls::from_files(certificates, key).map_err(Problem::Tls)?)
        }
        _ => None,
    };
    let unusable = |error| Problem::listen(&args.listen, error);
    let tcp = TcpListener::bind(addresses).await.map_err(unusable)?;
    let address = tcp.local_addr().map_err(unusable)?;
    Ok(match tls {
        Some(tls) => (Listener::tls(tcp, tls), format!("https://{address}")),
        None => (Listener::from(tcp), format!("http://{address}")),
    })
}

/// The line on standard output that scripts wait for, and one for the control API if it is on.
fn announce(url: &str, tenants: &[Tenant], control: Option<&control::Served>) {
    let customers: Vec<&str> = tenants
        .iter()
        .map(|tenant| tenant.customer.as_str())
        .collect();
    let mut output = std::io::stdout().lock();
    // Whoever closed the pipe does not want the line; the server runs all the same.
    let _ = writeln!(
        output,
        "listening on {url} customer {}",
        customers.join(" ")
    )
    .and_then(|()| match control {
        Some(control) => writeln!(output, "control on {}", control.url()),
        None => Ok(()),
    })
    .and_then(|()| output.flush());
}

/// Returns the readings that the command line sets, with their answers.
fn pinned<'a>(
    assignments: &'a [String],
    readings: &Readings,
) -> impl Iterator<Item = (&'static str, String)> + use<'a> {
    let is_set = move |id: &str| {
        assignments
            .iter()
            .any(|assignment| assignment.split_once('=').is_some_and(|(set, _)| set == id))
    };
    readings
        .pairs()
        .into_iter()
        .filter(move |(id, _)| is_set(id))
}

/// Completes when one of the two does.
async fn first(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    tokio::select! {
        () = one => {}
        () = other => {}
    }
}

/// Returns a future that completes when whoever holds our standard input is gone, however they ended.
fn stdin_ends() -> impl Future<Output = ()> {
    let (tell, told) = tokio::sync::oneshot::channel();
    // A thread of its own: a runtime waits for its own before it ends.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = tell.send(());
    });
    async {
        let _ = told.await;
    }
}

/// Returns a future that completes when the process is asked to stop.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns a future that completes when the process is asked to stop.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
