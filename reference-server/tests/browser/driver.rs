//! A chromedriver on a port of its own.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// How long a driver may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A chromedriver that runs.
pub(crate) struct Driver {
    process: Child,
    /// Read no further, but kept: a driver that cannot print any more stops.
    _output: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl Driver {
    /// Starts a driver, or says why there is none.
    pub(crate) async fn start() -> Option<Self> {
        let started = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let mut process = match started {
            Ok(process) => process,
            Err(error) => {
                let required = std::env::var("PROOFHOUSE_BROWSER").is_ok_and(|it| it == "required");
                assert!(
                    !required,
                    "PROOFHOUSE_BROWSER=required, but chromedriver: {error}"
                );
                println!(
                    "skipped: chromedriver cannot be started ({error}); install chromium-driver"
                );
                return None;
            }
        };
        let output = process.stdout.take().expect("its output is piped");
        let mut output = BufReader::new(output).lines();
        let port = timeout(PATIENCE, port(&mut output))
            .await
            .expect("chromedriver listens in time");
        Some(Self {
            process,
            _output: output,
            port,
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) async fn stop(mut self) {
        self.process.kill().await.expect("it is our own process");
    }
}

/// Reads on which port the driver listens.
async fn port(output: &mut Lines<BufReader<ChildStdout>>) -> u16 {
    while let Some(line) = output.next_line().await.expect("chromedriver prints text") {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return port.trim_end_matches('.').parse().expect("a port");
        }
    }
    panic!("chromedriver ended without listening");
}
