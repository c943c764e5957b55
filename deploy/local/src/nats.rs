use crate::{
    Durability, Fault, Output,
    process::{Process, Spec},
    services::answers,
    settings::installed,
};
use anyhow::Context;
use rustix::process::Signal;
use std::{fs, path::Path, process::Command};

const AT_LEAST: (u32, u32) = (2, 12);

/// Writes the settings of a server of our own, and gives it, not started yet.
pub(crate) fn process(data: &Path, port: u16, monitor: u16, durability: Durability, output: Output) -> anyhow::Result<Process> {
    let program = installed("nats-server").filter(|program| version(program).is_some_and(|version| version >= AT_LEAST));
    let program = program.ok_or_else(|| {
        Fault::new("nats-server 2.12 or newer is not in the PATH", "deploy/local/up and tests/run see to it; or put one there")
    })?;
    let sync = if durability == Durability::Fast { "2m" } else { "always" };
    let store = data.join("nats");
    let settings = data.join("run").join("nats.conf");
    fs::write(
        &settings,
        format!(
            "listen: \"127.0.0.1:{port}\"\nhttp: \"127.0.0.1:{monitor}\"\n\
             jetstream {{ store_dir: {store:?}, sync_interval: {sync}, max_mem: 64MB }}\n"
        ),
    )
    .context("cannot write the settings of NATS")?;
    Ok(Process::new(Spec {
        name: "nats".into(),
        program,
        arguments: vec!["--config".into(), settings.into()],
        environment: Vec::new(),
        user: None,
        stop: Signal::TERM,
        folder: data.to_owned(),
        output,
    }))
}

/// Says whether JetStream takes messages.
pub(crate) fn is_ready(monitor: u16) -> bool {
    answers(monitor, "/healthz")
}

fn version(program: &Path) -> Option<(u32, u32)> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let mut numbers = said.trim().rsplit('v').next()?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}
