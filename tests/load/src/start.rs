use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::{national, process};

/// How to measure a start.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many times the register.
    #[arg(long, default_value_t = 1)]
    times: usize,
}

const PAGES_WITHIN: Duration = Duration::from_secs(1);
const SEARCH_WITHIN: Duration = Duration::from_secs(3);
const MOST_MEMORY: u64 = 150 << 20;

/// Starts a gateway on the snapshot of the register, and says how long it took and what it holds.
pub fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    national::save(folder.path(), arguments.times)?;
    let size = std::fs::metadata(gateway::model::snapshot::file(folder.path()))?.len();
    let began = Instant::now();
    let gateway = process::Gateway::start(folder.path())?;
    let client = reqwest::blocking::Client::builder().timeout(Duration::from_secs(5)).build()?;
    let search = format!("http://127.0.0.1:{}/recherche?q=rennes", gateway.port);
    while !client.get(&search).send()?.text()?.contains("id=\"results\"") {
        ensure!(began.elapsed() < Duration::from_secs(120), "search finds nothing");
        std::thread::sleep(Duration::from_millis(10));
    }
    let searched = began.elapsed();
    for path in ["/", "/regions/53", "/departements/35", "/plan-du-site"] {
        client.get(format!("http://127.0.0.1:{}{path}", gateway.port)).send()?.error_for_status()?;
    }
    let memory = process::resident(gateway.pid());
    println!("snapshot          {:>8.1} MB", size as f64 / 1e6);
    println!("pages ready after {:>8.0} ms (goal {} ms)", gateway.ready_after.as_secs_f64() * 1e3, PAGES_WITHIN.as_millis());
    println!("processor         {:>8.0} ms until search answers", process::seconds(gateway.pid()) * 1e3);
    println!("search after      {:>8.0} ms (goal {} ms)", searched.as_secs_f64() * 1e3, SEARCH_WITHIN.as_millis());
    println!("resident          {:>8.1} MB (goal {} MB)", memory as f64 / f64::from(1 << 20), MOST_MEMORY >> 20);
    if arguments.times == 1 {
        let kept = gateway.ready_after <= PAGES_WITHIN && searched <= SEARCH_WITHIN && memory <= MOST_MEMORY;
        ensure!(kept, "a goal is missed");
    }
    Ok(())
}
