//! `serve --control`: a second address, of this machine only.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
};

use serde_json::Value;

use super::program::{command, proofhouse, status, stderr};

/// A server that was started as a shell does, with its control API.
struct Serving {
    child: Child,
    lines: [String; 2],
}

impl Serving {
    fn start(more: &[&str]) -> Self {
        let arguments = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--control",
            "127.0.0.1:0",
        ];
        let mut child = command(&[&arguments[..], more].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let lines = [(); 2].map(|()| {
            let mut line = String::new();
            output.read_line(&mut line).expect("it says something");
            line.trim_end().to_owned()
        });
        Self { child, lines }
    }

    /// Returns the address of the control API.
    fn control(&self) -> &str {
        let line = self.lines[1].strip_prefix("control on http://");
        line.unwrap_or_else(|| panic!("{:?}", self.lines))
    }

    fn ask(&self, method: &str, path: &str) -> (u16, Value) {
        let address = self.control();
        let mut stream = TcpStream::connect(address).expect("it listens");
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let body = serde_json::from_str(body).unwrap_or_default();
        (status.expect("a status"), body)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_is_announced_after_the_server_and_answers() {
    let serving = Serving::start(&[]);
    assert!(
        serving.lines[0].starts_with("listening on http://127.0.0.1:"),
        "{:?}",
        serving.lines
    );
    let (status, overview) = serving.ask("GET", "/_control");
    assert_eq!(status, 200);
    assert_eq!(overview["customers"][0], fixtures::seed::DEMO_CUSTOMER);
    assert_eq!(overview["clock"]["frozen"], false);
    assert_eq!(serving.ask("POST", "/_control/reset").0, 204);
    assert_eq!(serving.ask("GET", "/").0, 404, "it is no part of the API");
}

#[test]
fn a_target_file_says_how_clients_reach_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("target.toml").display().to_string();
    let serving = Serving::start(&["--write-target", &file]);
    let listens = serving.lines[0].split(' ').nth(2).unwrap_or_default();
    let url = |file: &str| {
        let text = std::fs::read_to_string(file).expect("written");
        let line = text.lines().find(|line| line.starts_with("url = "));
        line.unwrap_or_default().to_owned()
    };
    assert_eq!(url(&file), format!("url = \"{listens}\""));
    let public = "https://id.example.test";
    let _serving = Serving::start(&["--write-target", &file, "--public-url", public]);
    assert_eq!(url(&file), format!("url = \"{public}\""));
}

#[cfg(unix)]
#[test]
fn it_stops_along_with_the_server() {
    let mut serving = Serving::start(&[]);
    assert_eq!(serving.ask("GET", "/_control").0, 200);
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &serving.child.id().to_string()])
        .status();
    assert!(kill.is_ok_and(|kill| kill.success()));
    let ended = serving.child.wait().expect("it can be waited for");
    assert_eq!(ended.code(), Some(0));
    assert!(TcpStream::connect(serving.control()).is_err());
}

#[test]
fn it_is_refused_to_other_machines() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let output = proofhouse(&["serve", "--listen", "127.0.0.1:0", "--control", address]);
        assert_eq!(status(&output), 2);
        let told = stderr(&output);
        assert!(told.contains("--control: the control API is not"), "{told}");
        assert!(told.contains(address), "{told}");
    }
    let output = proofhouse(&["serve", "--listen", "127.0.0.1:0", "--control", "nowhere"]);
    assert_eq!(status(&output), 2);
    assert!(stderr(&output).contains("--control: cannot listen on `nowhere`"));
}
