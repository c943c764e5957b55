//! The process `projects`.

fn main() -> std::process::ExitCode {
    runtime::main::<projects::Projects>()
}
