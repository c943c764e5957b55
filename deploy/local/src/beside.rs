use anyhow::Context;
use atlas_local::{Durability, Platform, Settings, Stores};
use clap::Args;
use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

#[derive(Args)]
pub struct StoresOptions {
    /// Sync every write to disk, as production does.
    #[arg(long)]
    durable: bool,
    /// The command to run, and its arguments.
    #[arg(trailing_var_arg = true, required = true)]
    command: Vec<OsString>,
}

#[derive(Args)]
pub struct PlatformOptions {
    /// How many of each service.
    #[arg(long, default_value_t = 2)]
    replicas: u16,
    /// The command to run, and its arguments.
    #[arg(trailing_var_arg = true, required = true)]
    command: Vec<OsString>,
}

/// Runs a command beside PostgreSQL and NATS; its exit code is ours.
pub fn beside_stores(options: &StoresOptions) -> anyhow::Result<ExitCode> {
    let durability = if options.durable { Durability::Safe } else { Durability::Fast };
    let stores = Stores::start(&Settings { durability, ..Settings::temporary()? })?;
    run(&options.command, &[("ATLAS_TEST_POSTGRES", stores.postgres_url()), ("ATLAS_TEST_NATS", stores.nats_url())])
}

/// Runs a command beside the whole platform; its exit code is ours.
pub fn beside_platform(options: &PlatformOptions) -> anyhow::Result<ExitCode> {
    let settings = Settings { replicas: options.replicas, durability: Durability::Fast, mail: true, ..Settings::temporary()? };
    let platform = Platform::start(settings, Platform::import_reference)?;
    platform.demo_accounts()?;
    let gateways: Vec<String> = (1..=options.replicas).map(|replica| platform.address("gateway", replica)).collect();
    let environment = [
        ("ATLAS_URL", platform.origin()),
        ("ATLAS_GATEWAYS", gateways.join(",")),
        ("ATLAS_MAIL_PAGE", platform.mail_page()),
        ("ATLAS_SMTP", platform.smtp()),
        ("ATLAS_DEMO_PASSWORD", platform.demo_password()?),
    ];
    run(&options.command, &environment)
}

fn run(command: &[OsString], environment: &[(&str, String)]) -> anyhow::Result<ExitCode> {
    let (program, arguments) = command.split_first().context("no command")?;
    let status = Command::new(program).args(arguments).envs(environment.iter().cloned()).status();
    let status = status.with_context(|| format!("cannot start {}", program.to_string_lossy()))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
