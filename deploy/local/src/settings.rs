use crate::{Fault, Output, Ports, Stop};
use anyhow::Context;
use std::path::{Path, PathBuf};

/// What PostgreSQL and NATS hold of what they acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// All, after a power cut too: as in production.
    Safe,
    /// All, after any of their processes is killed: for tests that kill them. They write as in production, to memory where there is
    /// room: a disk that is busy with something else keeps nobody waiting.
    Killed,
    /// For tests that only ask what a query does.
    Fast,
}

/// How a platform is to be.
#[derive(Clone)]
pub struct Settings {
    /// Where everything is kept; absent: a temporary folder, gone at the end.
    pub data: Option<PathBuf>,
    /// Drops what the folder holds, and begins anew.
    pub fresh: bool,
    /// Where everything listens.
    pub ports: Ports,
    /// Of each service.
    pub replicas: u16,
    /// What becomes of the words of the processes.
    pub output: Output,
    /// Of PostgreSQL and NATS.
    pub durability: Durability,
    /// With the mail catcher.
    pub mail: bool,
    /// Where the OpenTelemetry collector listens that every service tells; absent: nothing is exported.
    pub collector: Option<String>,
    /// Ends the start early.
    pub stop: Stop,
}

impl Settings {
    /// Free ports, a temporary folder, two replicas: what a test wants.
    pub fn temporary() -> anyhow::Result<Self> {
        Ok(Self {
            data: None,
            fresh: false,
            ports: Ports::free()?,
            replicas: 2,
            output: Output::Kept,
            durability: Durability::Killed,
            mail: false,
            collector: None,
            stop: Stop::default(),
        })
    }
}

/// The top of the repository that this was built from: the assets and the mail catcher are there.
pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// One of our programs: all are built beside the one that runs.
pub(crate) fn program(name: &str) -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe().context("cannot tell which program this is")?;
    let folders = this.ancestors().skip(1).take(2); // a test's own program lies one folder deeper
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    found.ok_or_else(|| Fault::new(format!("the program {name} is not built"), "cargo build --workspace --bins").into())
}

/// A program of the system, searched as the shell does, and where Debian hides those of administrators.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders.map(|folder| folder.join(name)).find(|path| path.is_file())
}
