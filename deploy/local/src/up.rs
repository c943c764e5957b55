use atlas_local::{Durability, Output, Platform, Ports, Settings, Stop};
use clap::Args;
use std::{path::PathBuf, process::ExitCode, thread, time::Duration};
use tokio::signal::unix::{SignalKind, signal};

const LOOK: Duration = Duration::from_millis(100);
/// What a shell says of a program that Ctrl-C ended.
const STOPPED: u8 = 130;

#[derive(Args)]
pub struct Options {
    /// Where everything is kept.
    #[arg(long, default_value = ".data")]
    data: PathBuf,
    /// Where the first gateway listens; everything else follows.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// How many of each service.
    #[arg(long, default_value_t = 1)]
    replicas: u16,
    /// Drops what the data folder holds, and begins anew.
    #[arg(long)]
    fresh: bool,
    /// Without reference data, invented record and invented people: an empty Atlas.
    #[arg(long)]
    no_demo: bool,
}

/// Runs the platform until somebody stops it or one of its processes ends.
pub fn run(options: Options) -> anyhow::Result<ExitCode> {
    let stop = Stop::default();
    listen(stop.clone())?;
    let settings = Settings {
        data: Some(options.data),
        fresh: options.fresh,
        ports: Ports::from(options.port)?,
        replicas: options.replicas,
        output: Output::Shown,
        durability: Durability::Safe,
        mail: true,
        collector: None,
        stop: stop.clone(),
    };
    let demo = !options.no_demo;
    let fill = |platform: &Platform| if demo { platform.import_reference().and_then(|()| platform.load_demo()) } else { Ok(()) };
    let mut platform = match Platform::start(settings, fill) {
        Err(_) if stop.asked() => {
            println!("stopped before it was ready");
            return Ok(ExitCode::from(STOPPED));
        }
        started => started?,
    };
    print!("{}", platform.table());
    if demo {
        print!("{}", platform.demo_accounts()?);
    }
    println!("ready {}", platform.origin());

    while !stop.asked() {
        if let Some(crash) = platform.crash() {
            eprintln!("\natlas: {crash}");
            platform.end()?;
            return Ok(ExitCode::FAILURE);
        }
        thread::sleep(LOOK);
    }
    println!("stopping");
    platform.end()?;
    Ok(ExitCode::SUCCESS)
}

/// The first signal asks for the end, the second forces it.
fn listen(stop: Stop) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut interrupt, mut terminate) = {
        let _inside = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    thread::spawn(move || {
        runtime.block_on(async move {
            for _ in 0..2 {
                tokio::select! { _ = interrupt.recv() => (), _ = terminate.recv() => () }
                if stop.asked() {
                    std::process::exit(STOPPED.into()); // the guard stops what runs
                }
                stop.ask();
            }
        });
    });
    Ok(())
}
