//! The program, started as a shell does.

use std::process::{Child, Command, Output};

/// Runs the program to its end.
pub(crate) fn proofhouse(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the program starts")
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofhouse"));
    command
        .args(arguments)
        .env("SECRET", "demo-configuration-secret")
        .env_remove("PROOFHOUSE_CLIENT_ID")
        .env_remove("PROOFHOUSE_CLIENT_SECRET");
    command
}

pub(crate) fn status(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) async fn ended(child: Child) -> Output {
    tokio::task::spawn_blocking(move || child.wait_with_output())
        .await
        .expect("it does not panic")
        .expect("it can be waited for")
}

pub(crate) async fn run(arguments: Vec<String>) -> Output {
    tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        proofhouse(&arguments)
    })
    .await
    .expect("it does not panic")
}
