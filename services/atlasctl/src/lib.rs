#![doc = include_str!("../README.md")]

mod arguments;
mod check;
mod connection;
mod dead_letters;
mod demo;
mod events;
mod exit;
mod failure;
mod import;
mod messages;
mod output;
pub mod reference;
mod twinnings;

pub use arguments::Arguments;
use arguments::Command;
pub use exit::Exit;
use failure::Failure;
use output::Output;

/// Does what the command line asks for, and says how it ended.
pub async fn run(arguments: Arguments) -> Exit {
    let output = Output::new(arguments.json);
    match dispatch(arguments, &output).await {
        Ok(exit) => exit,
        Err(failure) => {
            output.failed(&failure);
            failure.exit()
        }
    }
}

async fn dispatch(arguments: Arguments, output: &Output) -> Result<Exit, Failure> {
    let connection = arguments.connection;
    match arguments.command {
        Command::Import(command) => import::run(command, &connection, output).await,
        Command::Demo(command) => demo::run(command, &connection, output).await,
        Command::Events(command) => events::run(command, &connection, output).await,
        Command::DeadLetters(command) => dead_letters::run(command, &connection, output).await,
        Command::Messages(command) => messages::run(command, &connection, output).await,
        Command::Check(command) => check::run(command, &connection, output).await,
    }
}
