//! The gateway's process.

fn main() -> std::process::ExitCode {
    runtime::main::<gateway::Gateway>()
}
