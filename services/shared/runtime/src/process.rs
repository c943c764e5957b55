use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use kernel::SystemClock;
use tokio::net::TcpListener;

use crate::{
    Configuration, Environment, Lifecycle, Misconfigured,
    lifecycle::Patience,
    telemetry::{self, Telemetry},
};

/// The exit code of a process whose configuration is wrong (`EX_CONFIG` of sysexits.h).
const EX_CONFIG: u8 = 78;
/// The exit code of a command line that is wrong (`EX_USAGE`).
const EX_USAGE: u8 = 64;

/// A service, as its binary starts it: `<service> serve | migrate | check-config`, and words of its own.
pub trait Service {
    /// The name of the service, the same everywhere.
    const NAME: &'static str;
    /// What it reads from the environment to serve.
    type Config: Configuration;

    /// Serves until the process stops.
    fn serve(config: Self::Config, sockets: Sockets, lifecycle: &Lifecycle) -> impl Future<Output = anyhow::Result<()>>;

    /// Brings the schema up to this version; nothing to do for a process without a database.
    fn migrate(_environment: Environment) -> impl Future<Output = anyhow::Result<()>> {
        async { Ok(()) }
    }

    /// Does what other words ask for.
    fn command(words: Vec<String>, _environment: Environment) -> impl Future<Output = anyhow::Result<()>> {
        async move { Err(Usage(format!("{} serve | migrate | check-config\nnot: {}", Self::NAME, words.join(" "))).into()) }
    }
}

/// The command line is wrong: how it should look. The process ends with 64.
#[derive(Debug, thiserror::Error)]
#[error("usage: {0}")]
pub struct Usage(pub String);

/// The sockets a service listens on; bound before it starts, so that a test can choose port 0.
#[derive(Debug)]
pub struct Sockets {
    /// For the work itself: gRPC, or HTTP for the gateway.
    pub grpc: TcpListener,
    /// For `/health/live`, `/health/ready` and `/metrics`.
    pub health: TcpListener,
}

impl Sockets {
    /// Binds both.
    ///
    /// # Errors
    /// The address is taken, or not ours.
    pub async fn bind(grpc: SocketAddr, health: SocketAddr) -> anyhow::Result<Self> {
        let bind = async |address: SocketAddr| TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"));
        Ok(Self { grpc: bind(grpc).await?, health: bind(health).await? })
    }

    /// Binds two free ports of the loopback interface.
    ///
    /// # Errors
    /// There is none.
    pub async fn loopback() -> anyhow::Result<Self> {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::bind(any, any).await
    }
}

/// What every process reads for itself.
struct Process {
    listen: SocketAddr,
    health: SocketAddr,
    patience: Patience,
}

impl Configuration for Process {
    fn read(environment: &mut Environment) -> Option<Self> {
        let listen = environment.required("ATLAS_LISTEN");
        let health = environment.required("ATLAS_HEALTH_LISTEN");
        let grace = environment.optional("ATLAS_GRACE_SECONDS", 25);
        let linger = environment.optional("ATLAS_LINGER_SECONDS", 0);
        let patience = Patience { linger: Duration::from_secs(linger?), grace: Duration::from_secs(grace?) };
        Some(Self { listen: listen?, health: health?, patience })
    }
}

/// Starts a service as its command line says, and gives the code to exit with.
pub fn main<S: Service>() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    run(S::NAME, Environment::of_process(), async |environment| match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => serve::<S>(environment).await,
        ["migrate"] => S::migrate(environment).await,
        ["check-config"] => check::<S>(environment),
        _ => S::command(words, environment).await,
    })
}

/// Runs `work` with telemetry, which is flushed on every way out, and gives the code to exit with.
pub fn run(name: &'static str, mut environment: Environment, work: impl AsyncFnOnce(Environment) -> anyhow::Result<()>) -> ExitCode {
    let settings = telemetry::Settings::read(&mut environment);
    let settings = match environment.finish(settings) {
        Ok(settings) => settings,
        Err(wrong) => return failed(&wrong.into()),
    };
    let ended = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime").and_then(|threads| {
        let ended = threads.block_on(async {
            let telemetry = Telemetry::start(name, &settings)?;
            let ended = work(environment).await;
            if let Err(error) = &ended {
                tracing::debug!(error = format!("{error:#}"), "the process ends with an error");
            }
            // Exporters need the runtime to send what is left, and must not hold up its last thread.
            let _ = tokio::task::spawn_blocking(move || telemetry.flush()).await;
            ended
        });
        threads.shutdown_timeout(Duration::from_secs(1));
        ended
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

async fn serve<S: Service>(mut environment: Environment) -> anyhow::Result<()> {
    let (process, config) = read::<S>(&mut environment)?;
    let sockets = Sockets::bind(process.listen, process.health).await?;
    tracing::info!(listen = %process.listen, health = %process.health, "{} starts", S::NAME);
    let lifecycle = Lifecycle::new(Arc::new(SystemClock), process.patience);
    lifecycle.run(S::serve(config, sockets, &lifecycle)).await
}

fn check<S: Service>(mut environment: Environment) -> anyhow::Result<()> {
    read::<S>(&mut environment)?;
    print!("{}", environment.masked());
    Ok(())
}

fn read<S: Service>(environment: &mut Environment) -> Result<(Process, S::Config), Misconfigured> {
    let process = Process::read(environment);
    let config = S::Config::read(environment);
    environment.finish(process.zip(config))
}

/// Says what went wrong, for a person, and how to exit.
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("{error:#}");
    match error {
        error if error.is::<Misconfigured>() => ExitCode::from(EX_CONFIG),
        error if error.is::<Usage>() => ExitCode::from(EX_USAGE),
        _ => ExitCode::FAILURE,
    }
}
