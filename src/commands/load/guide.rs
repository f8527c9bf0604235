//! The guide and the manifest of a load by more than one machine: their command lines are ones.

use clap::Parser as _;

use super::machines::Engine;
use crate::cli::Cli;

const MANIFEST: &str = include_str!("../../../loadtest/kubernetes.yaml");
const GUIDE: &str = include_str!("../../../loadtest/LOCUST.md");

/// The command line of a container, as far as it matters here.
#[derive(Debug, serde::Deserialize)]
struct Document {
    kind: String,
    metadata: Metadata,
    spec: serde_json::Value,
}

#[derive(Debug, serde::Deserialize)]
struct Metadata {
    name: String,
}

fn parsed(words: &[String]) -> Result<super::Args, String> {
    let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
    cli.into_load().ok_or_else(|| "it is not `load`".to_owned())
}

fn documents() -> Vec<Document> {
    serde_saphyr::from_multiple(MANIFEST).expect("the manifest is YAML")
}

fn command(document: &Document) -> Vec<String> {
    let container = &document.spec["template"]["spec"]["containers"][0];
    ["command", "args"]
        .iter()
        .flat_map(|part| container[part].as_array().expect("a container has words"))
        .map(|word| word.as_str().expect("words are text").to_owned())
        .collect()
}

#[test]
fn the_manifest_starts_a_master_and_as_many_workers_as_it_waits_for() {
    let documents = documents();
    let named = |kind: &str, name: &str| {
        let found = documents
            .iter()
            .find(|document| document.kind == kind && document.metadata.name == name);
        found.unwrap_or_else(|| panic!("there is a {kind} `{name}`"))
    };
    assert_eq!(documents.len(), 3);
    let service = named("Service", "load-master");
    let (master, worker) = (named("Job", "load-master"), named("Job", "load-worker"));
    let master_args = parsed(&command(master)).expect("the master's command line is one");
    assert_eq!(master_args.machines.engine, Engine::Locust);
    let (local, remote) = master_args.machines.workers();
    assert_eq!(local, 0);
    for count in ["parallelism", "completions"] {
        assert_eq!(worker.spec[count].as_u64(), Some(remote.into()), "{count}");
    }
    let worker_args = parsed(&command(worker)).expect("the worker's command line is one");
    let (bind, to) = (master_args.machines.bind, worker_args.machines.worker);
    let (bind, to) = (bind.expect("it listens"), to.expect("it has a master"));
    assert_eq!(to.host(), service.metadata.name);
    assert_eq!(bind.port(), to.port());
    assert_eq!(
        service.spec["ports"][0]["port"].as_u64(),
        Some(to.port().into())
    );
    let label = &service.spec["selector"]["app"];
    assert_eq!(&master.spec["template"]["metadata"]["labels"]["app"], label);
    assert_eq!(master_args.mix, worker_args.mix);
}

#[test]
fn the_guide_shows_command_lines_that_are_ones() {
    let text = GUIDE.replace("\\\n", " ");
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("proofhouse "))
        .collect();
    assert_eq!(lines.len(), 4);
    for line in lines {
        // Quoted words hold blanks; nothing else is quoted in a guide.
        let mut words = Vec::new();
        for (index, piece) in line.split('\'').enumerate() {
            if index % 2 == 1 {
                words.push(piece.to_owned());
            } else {
                words.extend(piece.split_whitespace().map(str::to_owned));
            }
        }
        if let Err(error) = parsed(&words) {
            panic!("{line}: {error}");
        }
    }
    assert!(GUIDE.contains(&loadtest::locust::version::install()));
    assert!(MANIFEST.contains(&loadtest::locust::version::install()["pip install ".len()..]));
}
