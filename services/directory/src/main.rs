//! The process `directory`.

fn main() -> std::process::ExitCode {
    runtime::main::<directory::Directory>()
}
