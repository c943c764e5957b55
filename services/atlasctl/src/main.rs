//! `atlasctl`, the operator's command line.

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    atlasctl::run(atlasctl::Arguments::parse()).await.into()
}
