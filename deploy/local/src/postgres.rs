mod standby;

use crate::{
    Durability, Fault, Output,
    process::{Process, Spec, run},
    secrets,
    settings::installed,
};
use anyhow::Context;
use rustix::process::Signal;
use std::{
    ffi::OsString,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

const AT_LEAST: u32 = 15;
/// What the roles of a service may do in its database.
const ROLES: &str = include_str!("../../../services/shared/database/roles.sql");

/// Where a service finds its database.
pub(crate) struct Database {
    /// To serve.
    pub url: String,
    /// To migrate.
    pub owner_url: String,
}

/// A cluster of our own in the data folder.
pub(crate) struct Postgres {
    programs: PathBuf,
    cluster: PathBuf,
    user: Option<(u32, u32)>,
    data: PathBuf,
    port: u16,
    password: String,
}

impl Postgres {
    /// Finds PostgreSQL on this machine and makes the cluster where there is none yet.
    pub fn prepare(data: &Path, port: u16) -> anyhow::Result<Self> {
        let user = unprivileged()?;
        let cluster = place(data, user)?;
        let programs = programs(made_by(&cluster))?;
        let password = secrets::password(&data.join("secrets"), "postgres")?;
        let postgres = Self { programs, cluster, user, data: data.to_owned(), port, password };
        if made_by(&postgres.cluster).is_none() {
            postgres.make().with_context(|| format!("cannot make {}", postgres.cluster.display()))?;
        }
        Ok(postgres)
    }

    /// Makes the cluster under another name, so that it is there whole or not at all.
    fn make(&self) -> anyhow::Result<()> {
        let new = self.cluster.with_extension("new");
        if new.exists() {
            fs::remove_dir_all(&new)?; // somebody pulled the plug
        }
        self.make_folder(&new)?;
        let mut spec = self.spec("initdb", Output::Kept);
        spec.arguments =
            ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-sync"]
                .map(OsString::from)
                .into();
        let words = self.cluster.with_extension("password");
        secrets::write(&words, &self.password)?;
        if let Some((user, group)) = self.user {
            chown(&words, Some(user), Some(group))?;
        }
        spec.arguments.extend(["--pwfile".into(), words.clone().into(), "--pgdata".into(), new.clone().into()]);
        let made = run(&spec, "");
        fs::remove_file(&words)?;
        made?;
        Ok(fs::rename(new, &self.cluster)?)
    }

    /// Makes the folder of a cluster: it is its owner's alone.
    fn make_folder(&self, folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        if let Some((user, group)) = self.user {
            chown(folder, Some(user), Some(group))?;
        }
        Ok(())
    }

    /// The server, not started yet.
    pub fn process(&self, durability: Durability, output: Output) -> Process {
        let mut spec = self.spec("postgres", output);
        spec.name = "postgresql".into();
        spec.arguments = vec!["-D".into(), self.cluster.clone().into()];
        let mut settings = vec![
            format!("port={}", self.port),
            "listen_addresses=127.0.0.1".into(),
            "unix_socket_directories=".into(),
            "max_connections=300".into(),
        ];
        if durability == Durability::Fast {
            let fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "max_wal_size=256MB"];
            settings.extend(fast.map(String::from));
        }
        spec.arguments.extend(settings.into_iter().flat_map(|setting| ["-c".into(), setting.into()]));
        spec.stop = Signal::INT; // "fast": ends sessions, keeps what was committed
        Process::new(spec)
    }

    /// Says whether it takes connections.
    pub fn is_ready(&self) -> bool {
        self.ask("select 1").is_ok()
    }

    /// Makes the roles and the database of a service where there are none yet; says where it finds them.
    pub fn database(&self, service: &str) -> anyhow::Result<Database> {
        let owner = format!("{service}_owner");
        let secrets = self.data.join("secrets");
        let password = |role: &str| secrets::password(&secrets, &format!("database-{role}"));
        let (serving, owning) = (password(service)?, password(&owner)?);
        self.ask(&format!(
            "select 'create role {service} login password ''{serving}''' where not exists (select from pg_roles where rolname = '{service}') \\gexec
             select 'create role {owner} login password ''{owning}''' where not exists (select from pg_roles where rolname = '{owner}') \\gexec
             select 'create database {service} owner {owner}' where not exists (select from pg_database where datname = '{service}') \\gexec"
        ))?;
        self.hand_over(service, &owner)?;
        let variables = format!("\\set database {service}\n\\set service {service}\n\\set owner {owner}\n");
        self.ask_in(service, &(variables + ROLES))?;
        let url = |role: &str, password: &str| format!("postgres://{role}:{password}@127.0.0.1:{}/{service}", self.port);
        Ok(Database { url: url(service, &serving), owner_url: url(&owner, &owning) })
    }

    /// In a data folder from when the service owned its tables itself, gives them to the owner.
    fn hand_over(&self, service: &str, owner: &str) -> anyhow::Result<()> {
        let holder = self.ask(&format!("select datdba::regrole from pg_database where datname = '{service}'"))?;
        if holder.trim() != service {
            return Ok(());
        }
        let sql = format!(
            "reassign owned by {service} to {owner};
             grant select, insert, update, delete on all tables in schema public to {service};
             grant usage, select on all sequences in schema public to {service};"
        );
        self.ask_in(service, &sql).map(drop)
    }

    /// Where who may do everything connects.
    pub fn url(&self) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}", self.password, self.port)
    }

    fn ask(&self, sql: &str) -> anyhow::Result<String> {
        self.ask_in("postgres", sql)
    }

    fn ask_in(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        let mut spec = self.spec("psql", Output::Kept);
        spec.arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database].map(OsString::from).into();
        spec.environment =
            [("PGHOST", "127.0.0.1"), ("PGUSER", "postgres"), ("PGPASSWORD", self.password.as_str()), ("PGCONNECT_TIMEOUT", "2")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
        spec.environment.push(("PGPORT".into(), self.port.to_string()));
        run(&spec, sql)
    }

    fn spec(&self, program: &str, output: Output) -> Spec {
        Spec {
            name: program.into(),
            program: self.programs.join(program),
            arguments: Vec::new(),
            environment: Vec::new(),
            user: self.user,
            stop: Signal::TERM,
            folder: self.data.clone(),
            output,
        }
    }
}

/// PostgreSQL refuses to run as root: then it runs as the user its package made.
fn unprivileged() -> anyhow::Result<Option<(u32, u32)>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").context("cannot read who there is on this machine")?;
    let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields.first() == Some(&"postgres"));
    let ids = fields.and_then(|fields| Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?)));
    ids.map(Some).ok_or_else(|| {
        Fault::new("PostgreSQL refuses to run as root, and there is no user postgres", "install Debian's package, or run as another user")
            .into()
    })
}

/// The cluster's folder: in the data folder, unless the user it runs as cannot get there.
fn place(data: &Path, user: Option<(u32, u32)>) -> anyhow::Result<PathBuf> {
    let inside = data.join("postgresql");
    let closed = |folder: &Path| fs::metadata(folder).is_ok_and(|found| found.mode() & 0o001 == 0);
    let Some((_, _)) = user.filter(|_| data.ancestors().any(closed)) else { return Ok(inside) };
    let outside = Path::new("/var/lib/atlas-local").join(data.to_string_lossy().trim_matches('/').replace('/', "-"));
    fs::create_dir_all(&outside).with_context(|| format!("cannot make {}", outside.display()))?;
    fs::write(data.join("postgresql.place"), outside.to_string_lossy().as_bytes())?;
    Ok(outside.join("postgresql"))
}

/// Which major version made the cluster.
fn made_by(cluster: &Path) -> Option<u32> {
    fs::read_to_string(cluster.join("PG_VERSION")).ok()?.trim().parse().ok()
}

/// The folder of the programs: of the version that made the cluster, or else of the newest there is.
fn programs(made_by: Option<u32>) -> anyhow::Result<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> =
        packaged.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))).collect();
    let other = installed("postgres").and_then(|program| fs::canonicalize(program).ok()); // not a lone link to it
    found.extend(other.and_then(|program| Some((version(&program)?, program.parent()?.to_owned()))));
    found.retain(|(_, folder)| ["postgres", "initdb", "psql"].iter().all(|program| folder.join(program).is_file()));
    found.sort();
    found.dedup_by_key(|(version, _)| *version);
    let here = found.iter().map(|(version, _)| version.to_string()).collect::<Vec<_>>().join(", ");
    let here = if here.is_empty() { "none".to_owned() } else { here };
    let fitting = found.into_iter().rev().find(|(version, _)| made_by.map_or(*version >= AT_LEAST, |made_by| *version == made_by));
    fitting.map(|(_, folder)| folder).ok_or_else(|| {
        let fault = match made_by {
            Some(version) => Fault::new(
                format!("the data folder was made by PostgreSQL {version}; here is: {here}"),
                format!("install postgresql-{version}, or begin anew with --fresh"),
            ),
            None => Fault::new(format!("PostgreSQL {AT_LEAST} or newer is needed; here is: {here}"), "apt install postgresql"),
        };
        fault.into()
    })
}

fn version(program: &Path) -> Option<u32> {
    let output = std::process::Command::new(program).arg("--version").output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    said.split_whitespace().nth(2)?.split('.').next()?.parse().ok()
}
