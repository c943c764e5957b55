//! A gateway as a process of its own, with nothing around it but its snapshot.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// The assets as they are built for the gateway.
const ASSETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../services/gateway/web/dist");

/// A gateway that runs until this is dropped.
pub struct Gateway {
    child: Child,
    /// Where it serves pages.
    pub port: u16,
    /// From its start until it was ready.
    pub ready_after: Duration,
}

impl Gateway {
    /// Starts the binary that was built beside this one, on this folder's snapshot.
    pub fn start(snapshots: &Path) -> anyhow::Result<Self> {
        let binary = std::env::current_exe()?.with_file_name("gateway");
        anyhow::ensure!(binary.exists(), "build it first: cargo build -p gateway");
        anyhow::ensure!(Path::new(ASSETS).exists(), "build the assets first: npm --prefix services/gateway/web run build");
        let (port, health) = (free_port()?, free_port()?);
        let began = Instant::now();
        let child = Command::new(&binary).arg("serve").envs(environment(port, health, snapshots)?).stderr(Stdio::null()).spawn();
        let child = child.with_context(|| format!("cannot start {}", binary.display()))?;
        let mut gateway = Self { child, port, ready_after: Duration::ZERO };
        while !answers(health) {
            if began.elapsed() > Duration::from_secs(60) || gateway.child.try_wait()?.is_some() {
                bail!("the gateway does not become ready");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        gateway.ready_after = began.elapsed();
        Ok(gateway)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended already; either way it is gone after this.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn environment(port: u16, health: u16, snapshots: &Path) -> anyhow::Result<Vec<(&'static str, String)>> {
    let key = runtime::PrivateKey::generate().to_pem().context("a key")?;
    Ok(vec![
        ("ATLAS_LISTEN", format!("127.0.0.1:{port}")),
        ("ATLAS_HEALTH_LISTEN", format!("127.0.0.1:{health}")),
        ("ATLAS_PUBLIC_ORIGIN", format!("http://127.0.0.1:{port}")),
        ("ATLAS_ADDRESS_RATE", "10000000".to_owned()), // the limit is checked, and one machine asks for all
        ("ATLAS_ASSETS_DIR", ASSETS.to_owned()),
        ("ATLAS_SNAPSHOT_DIR", snapshots.display().to_string()),
        ("ATLAS_DIRECTORY", "127.0.0.1:9".to_owned()),
        ("ATLAS_IDENTITY", "127.0.0.1:9".to_owned()),
        ("ATLAS_NOTIFICATIONS", "127.0.0.1:9".to_owned()),
        ("ATLAS_NATS_URL", "nats://127.0.0.1:9".to_owned()),
        ("ATLAS_CLIENT_ID", "gateway".to_owned()),
        ("ATLAS_CLIENT_KEY", key.reveal().to_owned()),
        ("ATLAS_ISSUER", format!("http://127.0.0.1:{port}")),
        ("ATLAS_LOG", "warn".to_owned()),
    ])
}

/// A port that nobody listens on.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn answers(health: u16) -> bool {
    use std::io::{Read as _, Write as _};

    let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", health)) else { return false };
    let mut answer = [0; 12];
    stream.write_all(b"GET /health/ready HTTP/1.1\r\nhost: health\r\n\r\n").is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && answer.ends_with(b"200")
}

/// Processor seconds that a process has used.
pub fn seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}

/// Memory that a process holds, in bytes.
pub fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(PathBuf::from(format!("/proc/{pid}/status"))).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap_or_default() * 1024
}
