use crate::{
    Durability, Fault, Output, Settings,
    guard::{Afterwards, Guard},
    nats,
    postgres::Postgres,
    process::Process,
};
use anyhow::Context;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

const START: Duration = Duration::from_secs(30);
const END: Duration = Duration::from_secs(20);
const FREE_AT_LEAST: u64 = 1 << 30;
/// Linux's file system in memory.
const MEMORY: &str = "/dev/shm";
/// What has to be free there to be used: stores of tests stay under half of it.
const ROOMY: u64 = 4 << 30;

/// PostgreSQL and NATS of our own in a data folder.
pub struct Stores {
    pub(crate) data: PathBuf,
    pub(crate) postgres: Postgres,
    pub(crate) database: Process,
    pub(crate) broker: Process,
    nats_port: u16,
    nats_monitor: u16,
    _guard: Guard,
    _temporary: Option<tempfile::TempDir>,
}

impl Stores {
    /// Starts both, and is back when both take work.
    pub fn start(settings: &Settings) -> anyhow::Result<Self> {
        let temporary = settings.data.is_none().then(|| temporary(settings.durability)).transpose()?;
        let data = match (&settings.data, &temporary) {
            (Some(data), _) => std::path::absolute(data)?,
            (None, folder) => folder.as_ref().map(|folder| folder.path().to_owned()).context("no folder")?,
        };
        make_folders(&data, &["run"])?;
        let guard = Guard::over(&data, if temporary.is_some() { Afterwards::Remove } else { Afterwards::Keep })?;
        settings.ports.check(settings.replicas)?;
        if settings.fresh {
            forget(&data).with_context(|| format!("cannot empty {}", data.display()))?;
        }
        enough_room(&data)?;
        make_folders(&data, &["logs", "secrets"])?;
        fs::set_permissions(data.join("secrets"), fs::Permissions::from_mode(0o700))?;

        let ports = settings.ports;
        let postgres = Postgres::prepare(&data, ports.postgres())?;
        let database = postgres.process(settings.durability, Output::Kept);
        let broker = nats::process(&data, ports.nats(), ports.nats_monitor(), settings.durability, Output::Kept)?;
        let (nats_port, nats_monitor) = (ports.nats(), ports.nats_monitor());
        let mut stores = Self { data, postgres, database, broker, nats_port, nats_monitor, _guard: guard, _temporary: temporary };
        stores.database.start()?;
        stores.broker.start()?;
        stores.database.wait(&settings.stop, START, || stores.postgres.is_ready())?;
        stores.broker.wait(&settings.stop, START, || nats::is_ready(nats_monitor))?;
        Ok(stores)
    }

    /// Where who may do everything in PostgreSQL connects.
    pub fn postgres_url(&self) -> String {
        self.postgres.url()
    }

    /// Where NATS listens.
    pub fn nats_url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.nats_port)
    }

    /// Stops both, in order.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        self.broker.stop(END).and(self.database.stop(END))
    }

    pub(crate) fn is_ready(&self, name: &str) -> bool {
        if name == "nats" { nats::is_ready(self.nats_monitor) } else { self.postgres.is_ready() }
    }

    /// Drops what NATS keeps; it must be stopped.
    pub(crate) fn lose_broker(&self) -> anyhow::Result<()> {
        fs::remove_dir_all(self.data.join("nats")).context("cannot drop the store of NATS")
    }
}

impl Drop for Stores {
    fn drop(&mut self) {
        let _ = self.stop(); // the guard kills what this leaves
    }
}

fn make_folders(data: &Path, names: &[&str]) -> anyhow::Result<()> {
    let make = |folder: PathBuf| fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()));
    names.iter().try_for_each(|name| make(data.join(name)))
}

/// Drops what a data folder holds, but for the unpacked nats-server.
fn forget(data: &Path) -> anyhow::Result<()> {
    let place = data.join("postgresql.place");
    if let Ok(outside) = fs::read_to_string(&place) {
        remove(Path::new(&outside))?;
        fs::remove_file(place)?;
    }
    ["postgresql", "nats", "secrets", "snapshots", "logs", "mail"].iter().try_for_each(|folder| remove(&data.join(folder)))
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => Err(fault).with_context(|| folder.display().to_string()),
        _ => Ok(()),
    }
}

/// A folder that another user may walk through: PostgreSQL's, when we are root. What need not outlive the machine is kept in
/// memory where there is room: a database of a test is some hundred files, and most of its life is making and removing them.
fn temporary(durability: Durability) -> anyhow::Result<tempfile::TempDir> {
    let memory = Path::new(MEMORY);
    let roomy = durability != Durability::Safe && free(memory).is_ok_and(|free| free >= ROOMY);
    let mut folder = tempfile::Builder::new();
    folder.prefix("atlas-").permissions(fs::Permissions::from_mode(0o755));
    let made = if roomy { folder.tempdir_in(memory) } else { folder.tempdir() };
    made.context("cannot make a temporary folder")
}

/// Bytes that are free where a folder lies.
fn free(folder: &Path) -> anyhow::Result<u64> {
    let found = rustix::fs::statvfs(folder).with_context(|| format!("cannot look at {}", folder.display()))?;
    Ok(found.f_bavail * found.f_frsize)
}

fn enough_room(data: &Path) -> anyhow::Result<()> {
    let free = free(data)?;
    if free < FREE_AT_LEAST {
        return Err(Fault::new(
            format!("only {} MB are free for {}", free >> 20, data.display()),
            "1024 MB are needed: make room, or choose another folder with --data",
        )
        .into());
    }
    Ok(())
}
