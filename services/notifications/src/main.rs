//! The process `notifications`.

fn main() -> std::process::ExitCode {
    runtime::main::<notifications::Notifications>()
}
