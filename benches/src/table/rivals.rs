//! Servers that others wrote, where somebody has installed them.

use std::ffi::OsStr;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::crowd;
use crate::load::Target;
use crate::served::{Cores, Served};

/// A server that somebody else wrote, and that is installed.
#[derive(Debug)]
pub struct Rival {
    /// The name of its package.
    pub name: &'static str,
    known: &'static Known,
    folder: PathBuf,
}

/// What has to be known to start one.
#[derive(Debug)]
struct Known {
    name: &'static str,
    /// A file of the folder that is there if it is installed.
    sign: &'static str,
    /// The program, found in the folder if it is there, else on the path.
    program: &'static str,
    /// What makes the program read a script.
    flags: &'static [&'static str],
    script: &'static str,
    path: &'static str,
    form: &'static str,
}

const KNOWN: [Known; 2] = [
    Known {
        name: "npm oidc-provider",
        sign: "node_modules/oidc-provider/package.json",
        program: "node",
        flags: &["--input-type=module", "--eval"],
        script: include_str!("rivals/oidc-provider.mjs"),
        path: "/token",
        form: "grant_type=client_credentials",
    },
    Known {
        name: "npm oauth2-mock-server",
        sign: "node_modules/oauth2-mock-server/package.json",
        program: "node",
        flags: &["--input-type=module", "--eval"],
        script: include_str!("rivals/oauth2-mock-server.mjs"),
        path: "/token",
        form: "grant_type=client_credentials&scope=x",
    },
];

/// Returns what is installed below a folder, and the names of what is not.
pub fn installed(folder: &Path) -> (Vec<Rival>, Vec<&'static str>) {
    let (there, missing): (Vec<&Known>, Vec<&Known>) = KNOWN
        .iter()
        .partition(|known| folder.join(known.sign).exists());
    let rivals = there.into_iter().map(|known| Rival {
        name: known.name,
        known,
        folder: folder.to_owned(),
    });
    let missing = missing.into_iter().map(|known| known.name);
    (rivals.collect(), missing.collect())
}

/// Returns the names of all that are known.
pub fn names() -> Vec<&'static str> {
    KNOWN.iter().map(|known| known.name).collect()
}

impl Rival {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// Fails if it does not say where it listens.
    pub fn start(&self, cores: &Cores) -> io::Result<Served> {
        let own = self.folder.join(self.known.program);
        let program = if own.exists() {
            own.into_os_string()
        } else {
            self.known.program.into()
        };
        let mut arguments: Vec<&OsStr> = self.known.flags.iter().map(OsStr::new).collect();
        arguments.push(OsStr::new(self.known.script));
        Served::other(cores, &self.folder, &program, &arguments)
    }

    /// Returns the request for a token that it understands.
    pub fn target(&self, address: SocketAddr) -> Target {
        let Known { path, form, .. } = self.known;
        Target {
            address,
            requests: vec![crowd::post(path, &crowd::basic(crowd::OPAQUE), form)],
        }
    }
}
