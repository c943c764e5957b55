//! `atlas-local up`, `atlas-local stores` and `atlas-local platform`.

mod beside;
mod up;

use clap::Parser;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "atlas-local", about = "The whole Atlas on this machine")]
enum Command {
    /// Starts everything, and stops it again on Ctrl-C.
    Up(up::Options),
    /// Runs a command beside PostgreSQL and NATS in a temporary folder; it finds them in ATLAS_TEST_POSTGRES and
    /// ATLAS_TEST_NATS.
    Stores(beside::StoresOptions),
    /// Runs a command beside the whole platform in a temporary folder; it finds it at ATLAS_URL, every gateway in
    /// ATLAS_GATEWAYS, what mail is sent (to ATLAS_SMTP) at ATLAS_MAIL_PAGE, and invented people with the password
    /// ATLAS_DEMO_PASSWORD.
    Platform(beside::PlatformOptions),
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Up(options) => up::run(options),
        Command::Stores(options) => beside::beside_stores(&options),
        Command::Platform(options) => beside::beside_platform(&options),
    };
    done.unwrap_or_else(|fault| {
        eprintln!("\natlas: {fault:#}");
        ExitCode::FAILURE
    })
}
