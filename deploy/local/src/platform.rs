mod standby;

use crate::{
    Client, ClientKey, Crash, GRACE_SECONDS, Ports, Settings, Stop, Stores, mail,
    ports::SERVICES,
    postgres::Database,
    process::{Process, run_unless},
    secrets,
    services::{Place, ROOTS, WITH_DATABASE, answers},
    settings::program,
};
use anyhow::{Context, bail};
use rustix::process::Signal;
use std::{
    fs,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

const START: Duration = Duration::from_secs(60);
const END: Duration = Duration::from_secs(GRACE_SECONDS + 2);

/// The whole Atlas on this machine, each process with a name: `gateway-1`, `identity-2`, `nats`, `postgresql`.
///
/// Everything is a process of its own, seen from outside. Methods block: nothing here belongs to an async runtime.
pub struct Platform {
    stores: Mutex<Stores>,
    processes: Vec<Mutex<Process>>,
    databases: Vec<(&'static str, Database)>,
    settings: Settings,
    data: PathBuf,
    nats_url: String,
}

impl Platform {
    /// Starts everything, and is back when every replica takes work. `fill` is asked, between services and gateways,
    /// to bring in what the database is to hold.
    pub fn start(settings: Settings, fill: impl FnOnce(&Self) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        Ports::bound(settings.replicas)?;
        for name in WITH_DATABASE.into_iter().chain(["gateway", "atlasctl"]) {
            program(name)?; // before anything is started
        }
        let stores = Stores::start(&settings)?;
        let databases = WITH_DATABASE.map(|service| Ok((service, stores.postgres.database(service)?)));
        let databases = databases.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        let (data, nats_url) = (stores.data.clone(), stores.nats_url());
        let mut platform = Self { stores: Mutex::new(stores), processes: Vec::new(), databases, settings, data, nats_url };
        platform.migrate()?;
        for client in ROOTS {
            platform.register(client)?;
        }
        platform.add_mail()?;
        platform.add(&WITH_DATABASE)?;
        fill(&platform)?;
        platform.add(&["gateway"])?;
        platform.wait_for_mail()?;
        Ok(platform)
    }

    /// Brings every schema up to date, all at once.
    fn migrate(&self) -> anyhow::Result<()> {
        thread::scope(|scope| {
            let running: Vec<_> = WITH_DATABASE.map(|service| scope.spawn(move || self.migrate_one(service))).into();
            running.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| bail!("a migration panicked")))
        })
    }

    /// The schema is its owner's to change, and not the service's.
    fn migrate_one(&self, service: &str) -> anyhow::Result<()> {
        let owner = self.databases.iter().find(|(name, _)| *name == service).map(|(_, database)| database.owner_url.as_str());
        run_unless(&self.settings.stop, &self.place().command(service, &["migrate"], owner)?, "").map(drop)
    }

    fn add_mail(&mut self) -> anyhow::Result<()> {
        if self.settings.mail {
            let mut process = mail::process(&self.data, self.settings.ports)?;
            process.start()?;
            self.processes.push(Mutex::new(process));
        }
        Ok(())
    }

    /// Last, because nothing else waits for it.
    fn wait_for_mail(&self) -> anyhow::Result<()> {
        let ports = self.settings.ports;
        if self.settings.mail { self.process("mail")?.wait(&self.settings.stop, START, || mail::is_ready(ports)) } else { Ok(()) }
    }

    /// Starts the replicas of services together, then waits for each.
    fn add(&mut self, services: &[&str]) -> anyhow::Result<()> {
        let before = self.processes.len();
        for service in services {
            for replica in 1..=self.settings.replicas {
                let spec = self.place().replica(service, replica, self.database_url(service))?;
                let mut process = Process::new(spec);
                process.start()?;
                self.processes.push(Mutex::new(process));
            }
        }
        self.processes[before..].iter().try_for_each(|process| self.wait(&mut held(process)))
    }

    fn wait(&self, process: &mut Process) -> anyhow::Result<()> {
        let name = process.name().to_owned();
        let port = self.health_port(&name)?;
        process.wait(&self.settings.stop, START, || answers(port, "/health/ready"))
    }

    /// Registers a client with a key of its own, or brings it up to what is said, and gives the key.
    pub fn register(&self, client: &Client) -> anyhow::Result<ClientKey> {
        let secrets = self.data.join("secrets");
        let key = ClientKey::kept(&secrets, client.id)?;
        let done = secrets.join(format!("{}.registered", client.id));
        let said = format!("{} for {}", client.rights.join(" "), client.audiences.join(" "));
        if fs::read_to_string(&done).ok().as_deref() != Some(&said) {
            let public = key.public.to_string_lossy();
            let mut arguments = vec!["create-client", "--id", client.id, "--public-key-file", &public, "--description", "local platform"];
            arguments.extend(client.rights.iter().flat_map(|right| ["--right", right]));
            arguments.extend(client.audiences.iter().flat_map(|audience| ["--audience", audience]));
            self.command("identity", &arguments)?;
            fs::write(done, said)?;
        }
        Ok(key)
    }

    /// Runs a command of one of our programs to its end, with the environment it has here; gives what it printed.
    pub fn command(&self, program: &str, arguments: &[&str]) -> anyhow::Result<String> {
        run_unless(&self.settings.stop, &self.place().command(program, arguments, self.database_url(program))?, "")
    }

    /// Brings the reference data in, and an invented official address for each collectivité, once for this data folder.
    pub fn import_reference(&self) -> anyhow::Result<()> {
        for (what, arguments) in [("reference", &[][..]), ("official-addresses", &["--invented"][..])] {
            let done = self.data.join("secrets").join(format!("{what}.imported"));
            if !done.exists() {
                self.command("atlasctl", &[&["import", what], arguments].concat())?;
                fs::write(done, "")?;
            }
        }
        Ok(())
    }

    /// Brings the invented record in, once for this data folder: partnerships, projects, partners and people, marked as demonstration.
    pub fn load_demo(&self) -> anyhow::Result<()> {
        let done = self.data.join("secrets").join("demo.loaded");
        if !done.exists() {
            print!("{}", self.command("atlasctl", &["demo", "load"])?);
            fs::write(done, "")?;
        }
        Ok(())
    }

    /// Makes invented people who can sign in, and says who they are, with which password and what they may do.
    pub fn demo_accounts(&self) -> anyhow::Result<String> {
        let password = self.demo_password()?;
        let mut spec = self.place().command("identity", &["demo-accounts"], self.database_url("identity"))?;
        spec.environment.push(("ATLAS_DEMO_PASSWORD".into(), password.clone()));
        let people = run_unless(&self.settings.stop, &spec, "")?;
        let lines: String = people.lines().map(|line| format!("  {:<12} {line}\n", "")).collect();
        Ok(format!("  {:<12} each with the password {password}\n{lines}", "sign in as"))
    }

    /// The password of all invented people of this data folder.
    pub fn demo_password(&self) -> anyhow::Result<String> {
        let password = secrets::password(&self.data.join("secrets"), "demo-accounts")?;
        Ok(password.chars().take(20).collect())
    }

    /// Starts a process that was stopped or killed, and waits until it takes work.
    pub fn begin(&self, name: &str) -> anyhow::Result<()> {
        if name == "nats" || name == "postgresql" {
            return self.begin_store(name);
        }
        let mut process = self.process(name)?;
        process.start()?;
        self.wait(&mut process)
    }

    fn begin_store(&self, name: &str) -> anyhow::Result<()> {
        self.with(name, Process::start)?;
        crate::until(&format!("{name} ready"), START, || Ok(held(&self.stores).is_ready(name)))
    }

    /// Asks a process to end, and waits for it.
    pub fn stop(&self, name: &str) -> anyhow::Result<()> {
        self.with(name, |process| process.stop(END))
    }

    /// Ends a process without a word (SIGKILL).
    pub fn kill(&self, name: &str) -> anyhow::Result<()> {
        self.with(name, Process::kill)
    }

    /// Holds a process still (SIGSTOP): it neither answers nor refuses.
    pub fn pause(&self, name: &str) -> anyhow::Result<()> {
        self.with(name, |process| process.signal(Signal::STOP))
    }

    /// Lets a held process go on.
    pub fn resume(&self, name: &str) -> anyhow::Result<()> {
        self.with(name, |process| process.signal(Signal::CONT))
    }

    /// Kills NATS, drops all that it kept, and starts it again.
    pub fn lose_nats(&self) -> anyhow::Result<()> {
        self.kill("nats")?;
        held(&self.stores).lose_broker()?;
        self.begin("nats")
    }

    /// Starts what does not run, and lets go on what is held.
    pub fn mend(&self) -> anyhow::Result<()> {
        for name in ["postgresql".to_owned(), "nats".to_owned()].into_iter().chain(self.names()) {
            if self.with(&name, |process| Ok(process.crash().is_some() || process.pid().is_none()))? {
                self.begin(&name)?;
            }
            self.resume(&name)?;
        }
        Ok(())
    }

    /// The first process found to have ended by itself.
    pub fn crash(&self) -> Option<Crash> {
        let mut stores = held(&self.stores);
        let stores = stores.database.crash().or_else(|| stores.broker.crash());
        stores.or_else(|| self.processes.iter().find_map(|process| held(process).crash()))
    }

    /// Stops everything: who is called after who calls, the stores last.
    pub fn end(&mut self) -> anyhow::Result<()> {
        let layers = ["gateway", "notifications", "projects", "directory", "identity", "mail"];
        let stopped = layers.map(|layer| {
            let ends = |process: &Mutex<Process>| {
                let mut process = held(process);
                if process.name().starts_with(layer) { process.stop(END) } else { Ok(()) }
            };
            thread::scope(|scope| {
                let all: Vec<_> = self.processes.iter().map(|process| scope.spawn(move || ends(process))).collect();
                all.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| bail!("a stop panicked")))
            })
        });
        stopped.into_iter().collect::<anyhow::Result<()>>().and(held(&self.stores).stop())
    }

    /// The names of all processes that serve.
    pub fn names(&self) -> Vec<String> {
        let names = self.processes.iter().map(|process| held(process).name().to_owned());
        names.filter(|name| name != "mail").collect()
    }

    /// The public origin: what tokens name as their issuer.
    pub fn origin(&self) -> String {
        self.place().origin()
    }

    /// The HTTP address of a gateway, or the gRPC address of a service; replicas count from 1.
    pub fn address(&self, service: &str, replica: u16) -> String {
        format!("http://127.0.0.1:{}", self.settings.ports.service(service, replica))
    }

    /// All replicas of a service, as a client is told of them.
    pub fn targets(&self, service: &str) -> String {
        self.place().targets(service)
    }

    /// A program and the environment that one of its replicas has here, to run it once more elsewhere.
    pub fn environment(&self, service: &str, replica: u16) -> anyhow::Result<(PathBuf, Vec<(String, String)>)> {
        let spec = self.place().replica(service, replica, self.database_url(service))?;
        Ok((spec.program, spec.environment))
    }

    /// Where a replica tells how it is.
    pub fn health(&self, service: &str, replica: u16) -> String {
        format!("http://127.0.0.1:{}", self.settings.ports.health(service, replica))
    }

    /// Where a gateway keeps its saved snapshot.
    pub fn snapshots(&self, replica: u16) -> PathBuf {
        self.place().snapshots(replica)
    }

    /// How many replicas of each service run.
    pub fn replicas(&self) -> u16 {
        self.settings.replicas
    }

    /// The folder that holds everything.
    pub fn data(&self) -> &std::path::Path {
        &self.data
    }

    /// Where a person reads the mails that were caught, and a program under `/email`.
    pub fn mail_page(&self) -> String {
        format!("http://127.0.0.1:{}", self.settings.ports.mail_page())
    }

    /// Where mails are to be sent, host:port.
    pub fn smtp(&self) -> String {
        format!("127.0.0.1:{}", self.settings.ports.smtp())
    }

    /// Where NATS listens.
    pub fn nats_url(&self) -> &str {
        &self.nats_url
    }

    /// Where a service finds its database; `None` for one that has none.
    pub fn database_url(&self, service: &str) -> Option<&str> {
        self.databases.iter().find(|(name, _)| *name == service).map(|(_, database)| database.url.as_str())
    }

    /// Says whether somebody wants everything to end.
    pub fn stop_asked(&self) -> &Stop {
        &self.settings.stop
    }

    /// What listens where, for people to read.
    pub fn table(&self) -> String {
        let ports = self.settings.ports;
        let mut rows = vec![("the Atlas".to_owned(), self.origin())];
        for service in SERVICES {
            for replica in 1..=self.settings.replicas {
                let (work, health) = (self.address(service, replica), self.health(service, replica));
                rows.push((format!("{service}-{replica}"), format!("{work}   health {health}/health/ready")));
            }
        }
        if self.settings.mail {
            rows.push(("mail".into(), format!("{}   smtp {}", self.mail_page(), self.smtp())));
        }
        rows.push(("NATS".into(), self.nats_url.clone()));
        rows.push(("PostgreSQL".into(), format!("127.0.0.1:{}   passwords in {}", ports.postgres(), self.data.join("secrets").display())));
        rows.into_iter().map(|(name, address)| format!("  {name:<12} {address}\n")).collect()
    }

    fn place(&self) -> Place<'_> {
        Place {
            data: &self.data,
            ports: self.settings.ports,
            replicas: self.settings.replicas,
            nats_url: &self.nats_url,
            output: self.settings.output,
            collector: self.settings.collector.as_deref(),
        }
    }

    fn with<T>(&self, name: &str, act: impl FnOnce(&mut Process) -> anyhow::Result<T>) -> anyhow::Result<T> {
        match name {
            "nats" => act(&mut held(&self.stores).broker),
            "postgresql" => act(&mut held(&self.stores).database),
            name => act(&mut *self.process(name)?),
        }
    }

    fn process(&self, name: &str) -> anyhow::Result<MutexGuard<'_, Process>> {
        let found = self.processes.iter().map(held).find(|process| process.name() == name);
        found.with_context(|| format!("no process is named {name}: there are {:?}", self.names()))
    }

    fn health_port(&self, name: &str) -> anyhow::Result<u16> {
        let (service, replica) = name.rsplit_once('-').context("a process without replica")?;
        Ok(self.settings.ports.health(service, replica.parse()?))
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.end(); // the guard kills what this leaves
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
