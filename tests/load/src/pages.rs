use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, ensure};

use crate::{national, process};

/// How to measure pages.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Rounds of each; they take turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of a round.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Connections, kept alive.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Pages to ask for.
    #[arg(long, default_values_t = ["/collectivites/213502388".to_owned(), "/departements/35".to_owned()])]
    page: Vec<String>,
}

const GOAL: f64 = 0.8;

/// Asks the gateway and nginx for the same page, in turns, and compares.
pub fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    national::save(folder.path(), 1)?;
    let gateway = process::Gateway::start(folder.path())?;
    let mut missed = Vec::new();
    for page in &arguments.page {
        let reference = Nginx::serve(&folder.path().join("nginx"), &format!("http://127.0.0.1:{}{page}", gateway.port), page)?;
        let sides = [("gateway", gateway.port, vec![gateway.pid()]), ("nginx", reference.port, reference.workers())];
        let mut rates = [Vec::new(), Vec::new()];
        let mut used = [[0.0, 0.0], [0.0, 0.0]];
        for _ in 0..arguments.rounds {
            for (side, (_, port, pids)) in sides.iter().enumerate() {
                let round = wrk(arguments, *port, page, pids)?;
                rates[side].push(round.rate);
                used[side][0] += round.generator;
                used[side][1] += round.server;
            }
        }
        let total = (arguments.rounds as u64 * arguments.seconds) as f64;
        println!(
            "{page} ({} bytes, brotli), {} connections, {} × {} s each, in turns",
            reference.bytes, arguments.connections, arguments.rounds, arguments.seconds
        );
        for (side, (name, ..)) in sides.iter().enumerate() {
            let all = rates[side].iter().map(|rate| format!("{rate:.0}")).collect::<Vec<_>>().join(" ");
            let [generator, server] = used[side].map(|seconds| seconds / total * 100.0);
            println!(
                "  {name:<8} {:>8.0} requests/s (median of {all}); CPU: server {server:.0} %, generator {generator:.0} %",
                median(&rates[side])
            );
        }
        let ratio = median(&rates[0]) / median(&rates[1]);
        println!("  ratio    {ratio:>8.2} (goal {GOAL})");
        if ratio < GOAL {
            missed.push(page.clone());
        }
    }
    ensure!(missed.is_empty(), "the goal is missed by {}", missed.join(", "));
    Ok(())
}

fn median(rates: &[f64]) -> f64 {
    let mut sorted = rates.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

struct Round {
    rate: f64,
    generator: f64,
    server: f64,
}

fn wrk(arguments: &Arguments, port: u16, page: &str, servers: &[u32]) -> anyhow::Result<Round> {
    let used = || servers.iter().map(|pid| process::seconds(*pid)).sum::<f64>();
    let before = used();
    let wrk = Command::new("wrk")
        .args(["-t1", &format!("-c{}", arguments.connections), &format!("-d{}s", arguments.seconds), "-H", "accept-encoding: br"])
        .arg(format!("http://127.0.0.1:{port}{page}"))
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start wrk (apt-get install wrk)")?;
    let pid = wrk.id();
    std::thread::sleep(Duration::from_secs(arguments.seconds).saturating_sub(Duration::from_millis(150)));
    let (generator, server) = (process::seconds(pid), used() - before);
    let printed = String::from_utf8(wrk.wait_with_output()?.stdout)?;
    ensure!(!printed.contains("Non-2xx") && !printed.contains("Socket errors"), "not every request was answered:\n{printed}");
    let rate = printed.lines().find_map(|line| line.strip_prefix("Requests/sec:")).context("wrk says no rate")?;
    Ok(Round { rate: rate.trim().parse()?, generator, server })
}

/// nginx with one page: the bytes and headers that the gateway answered.
struct Nginx {
    child: Child,
    port: u16,
    bytes: usize,
}

impl Nginx {
    fn serve(folder: &Path, url: &str, page: &str) -> anyhow::Result<Self> {
        let client = reqwest::blocking::Client::builder().timeout(Duration::from_secs(5)).build()?;
        let answer = client.get(url).header("accept-encoding", "br").send()?.error_for_status()?;
        let left_out = ["content-length", "date", "content-type"];
        let headers: Vec<String> = answer
            .headers()
            .iter()
            .filter(|(name, _)| !left_out.contains(&name.as_str()))
            .map(|(name, value)| format!("add_header {name} '{}';", value.to_str().unwrap_or_default().replace('\'', "\\'")))
            .collect();
        let body = answer.bytes()?;
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("page"), &body)?;
        let port = process::free_port()?;
        let at = folder.display();
        let config = format!(
            "daemon off; worker_processes auto; pid {at}/pid; error_log {at}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; server_tokens off; etag off; open_file_cache max=16;\n\
             client_body_temp_path {at}/b; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n\
             server {{ listen 127.0.0.1:{port}; location = {page} {{ default_type 'text/html; charset=utf-8'; alias {at}/page;\n{}\n}} }} }}\n",
            headers.join("\n")
        );
        std::fs::write(folder.join("nginx.conf"), config)?;
        let child = Command::new("nginx").arg("-c").arg(folder.join("nginx.conf")).spawn().context("cannot start nginx")?;
        let nginx = Self { child, port, bytes: body.len() };
        let same = format!("http://127.0.0.1:{port}{page}");
        for _ in 0..100 {
            if let Ok(answer) = client.get(&same).send() {
                ensure!(answer.bytes()? == body, "nginx sends other bytes");
                return Ok(nginx);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        anyhow::bail!("nginx does not answer")
    }

    fn workers(&self) -> Vec<u32> {
        let of = format!("/proc/{0}/task/{0}/children", self.child.id());
        std::fs::read_to_string(of).unwrap_or_default().split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Asked, the master ends its workers; killed, it would leave them.
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
