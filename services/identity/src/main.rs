//! The process `identity`.

fn main() -> std::process::ExitCode {
    runtime::main::<identity::Identity>()
}
