use crate::Fault;
use p256::elliptic_curve::rand_core::{OsRng, RngCore};
use std::{net::TcpListener, thread, time::Duration};

const REPLICAS_AT_MOST: u16 = 9;
const SPAN: u16 = 120;
/// What has ports for its replicas.
pub(crate) const SERVICES: [&str; 5] = ["gateway", "identity", "directory", "projects", "notifications"];
/// Below what the kernel gives to outgoing connections.
const FREE: std::ops::Range<u16> = 15_000..32_000;
/// How long a process takes, at most, from fork to exec.
const STARTING: Duration = Duration::from_millis(20);

/// Where everything listens: the first gateway on the base, all else at a fixed distance from it.
#[derive(Clone, Copy, Debug)]
pub struct Ports(u16);

impl Ports {
    /// Counts from a base.
    pub fn from(base: u16) -> Result<Self, Fault> {
        if !(1024..=u16::MAX - SPAN).contains(&base) {
            return Err(Fault::new(format!("port {base} cannot be the first of {SPAN}"), "choose --port between 1024 and 65000"));
        }
        Ok(Self(base))
    }

    /// Finds a base whose ports are all free just now.
    pub fn free() -> Result<Self, Fault> {
        for _ in 0..100 {
            let base = FREE.start + (OsRng.next_u32() % u32::from(FREE.end - FREE.start - SPAN)) as u16;
            if (base..base + SPAN).all(is_free) {
                return Ok(Self(base));
            }
        }
        Err(Fault::new("no free ports", format!("free {SPAN} ports in a row between {} and {}", FREE.start, FREE.end)))
    }

    /// The base.
    pub fn first(self) -> u16 {
        self.0
    }

    /// Refuses when one of the ports that `replicas` need is taken, and names it.
    pub fn check(self, replicas: u16) -> Result<(), Fault> {
        let per_service = (1..=replicas).flat_map(|replica| {
            SERVICES.into_iter().flat_map(move |name| {
                [(format!("{name}-{replica}"), self.service(name, replica)), (format!("{name}-{replica}"), self.health(name, replica))]
            })
        });
        let others = [
            ("the mail page", self.mail_page()),
            ("the mail catcher", self.smtp()),
            ("NATS", self.nats()),
            ("NATS", self.nats_monitor()),
            ("PostgreSQL", self.postgres()),
        ];
        for (what, port) in per_service.chain(others.map(|(what, port)| (what.to_owned(), port))) {
            if !is_free(port) {
                return Err(Fault::new(
                    format!("port {port} is taken; {what} needs it"),
                    format!("stop what listens there (ss -ltnp 'sport = :{port}'), or choose another base with --port"),
                ));
            }
        }
        Ok(())
    }

    /// Refuses more replicas than there are ports for.
    pub fn bound(replicas: u16) -> Result<(), Fault> {
        if (1..=REPLICAS_AT_MOST).contains(&replicas) {
            return Ok(());
        }
        Err(Fault::new(format!("{replicas} replicas"), format!("choose --replicas between 1 and {REPLICAS_AT_MOST}")))
    }

    /// Where a replica (from 1) of a service does its work.
    pub fn service(self, service: &str, replica: u16) -> u16 {
        self.0 + first(service) + replica - 1
    }

    /// Where a replica (from 1) of a service tells how it is.
    pub fn health(self, service: &str, replica: u16) -> u16 {
        self.service(service, replica) + 10
    }

    pub(crate) fn mail_page(self) -> u16 {
        self.0 + 60
    }

    pub(crate) fn smtp(self) -> u16 {
        self.0 + 61
    }

    pub(crate) fn nats(self) -> u16 {
        self.0 + 70
    }

    pub(crate) fn nats_monitor(self) -> u16 {
        self.0 + 71
    }

    pub(crate) fn postgres(self) -> u16 {
        self.0 + 72
    }
}

fn first(service: &str) -> u16 {
    match service {
        "gateway" => 0,
        "identity" => 20,
        "directory" => 40,
        "notifications" => 80,
        "projects" => 100,
        other => unreachable!("a service without ports: {other}"),
    }
}

/// Whether nobody listens there. What another thread starts holds what we looked at last, until it becomes a program of its own.
fn is_free(port: u16) -> bool {
    let look = || TcpListener::bind(("127.0.0.1", port)).is_ok();
    look() || {
        thread::sleep(STARTING);
        look()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_what_needs_it() {
        let ports = Ports::free().unwrap();
        let _taken = TcpListener::bind(("127.0.0.1", ports.service("directory", 2))).unwrap();

        assert!(ports.check(1).is_ok());
        assert!(ports.check(2).unwrap_err().to_string().contains("directory-2 needs it"));
    }

    #[test]
    fn no_two_things_share_a_port() {
        let ports = Ports::from(8080).unwrap();
        let mut all: Vec<u16> = SERVICES
            .into_iter()
            .flat_map(|name| (1..=REPLICAS_AT_MOST).flat_map(move |replica| [ports.service(name, replica), ports.health(name, replica)]))
            .chain([ports.mail_page(), ports.smtp(), ports.nats(), ports.nats_monitor(), ports.postgres()])
            .collect();
        let many = all.len();
        all.sort_unstable();
        all.dedup();

        assert_eq!(all.len(), many);
        assert!(all.iter().all(|port| (8080..8080 + SPAN).contains(port)));
    }
}
