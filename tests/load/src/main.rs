#![doc = include_str!("../README.md")]

mod mail;
mod national;
mod pages;
mod process;
mod search;
mod start;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measurements, each beside its reference; figures are printed, and goals that are missed end with a failing code.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Requests a second of a kept page, beside nginx with the same bytes and headers.
    Pages(pages::Arguments),
    /// Time from start to ready, and memory, with the whole register.
    Start(start::Arguments),
    /// Time of a search for each key that is pressed, in process, with the whole register.
    Search(search::Arguments),
    /// Mails a second, beside a bare SMTP client on the same server. Needs PostgreSQL and NATS: atlas-local stores.
    Mail(mail::Arguments),
    /// Writes the snapshot of a gateway that knows the whole register, for other tests.
    Snapshot {
        /// Where to.
        folder: PathBuf,
    },
}

fn main() -> std::process::ExitCode {
    let done = match Arguments::parse().what {
        What::Pages(arguments) => pages::measure(&arguments),
        What::Start(arguments) => start::measure(&arguments),
        What::Search(arguments) => search::measure(&arguments),
        What::Mail(arguments) => mail::measure(&arguments),
        What::Snapshot { folder } => national::save(&folder, 1),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
