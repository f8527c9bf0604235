//! Runs one case under an instrument: `.ci/instructions` counts what it takes.

use std::process::ExitCode;

use benches::counted::{NAMES, TIMES, run};

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => {
            println!("{TIMES} {}", NAMES.join(" "));
            ExitCode::SUCCESS
        }
        Some(name) => match run(name) {
            Some(()) => ExitCode::SUCCESS,
            None => {
                eprintln!("error: no case is `{name}`; there are {}", NAMES.join(", "));
                ExitCode::from(2)
            }
        },
    }
}
