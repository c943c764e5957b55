//! Many browsers at once, and what the machine does meanwhile.

use journeys::{Browser, Stage, password};
use sqlx::{Connection as _, PgConnection};
use std::{fs, net::Ipv4Addr, time::Duration};

/// A browser of its own network (127.x.y.0/24), at the one gateway or the other.
pub fn somebody(atlas: &Stage, number: u16) -> Browser {
    let [high, low] = number.to_be_bytes();
    Browser::new(atlas.gateway(1 + number % 2), Ipv4Addr::new(127, 100 + high, low, 1))
}

/// Signs in with the password of the invented people.
pub async fn sign_in(browser: &mut Browser, email: &str) -> u16 {
    browser.post("/connexion", &[("email", email), ("password", password()), ("next", "")]).await.unwrap().status
}

/// The database of a service, as the service itself sees it.
pub async fn database(atlas: &Stage, service: &str) -> PgConnection {
    PgConnection::connect(atlas.database_url(service).unwrap()).await.unwrap()
}

/// Kilobytes that a process has in memory.
pub fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Files and connections that a process has open.
pub fn open(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

/// The time within which 99 of 100 are.
pub fn p99(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() * 99 / 100]
}
