//! The built program, with an environment of its own.

use std::{
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use runtime::PrivateKey;

/// One way to call the program.
#[derive(Clone, Default)]
pub struct Program {
    variables: Vec<(&'static str, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Program {
    /// With nothing in its environment.
    pub fn new() -> Self {
        Self::default()
    }

    /// With everything it needs, its services at these addresses.
    pub fn connected(identity: &str, directory: &str) -> Self {
        Self::new()
            .with("ATLAS_IDENTITY", identity)
            .with("ATLAS_DIRECTORY", directory)
            .with("ATLAS_ISSUER", "http://atlas.test")
            .with("ATLAS_CLIENT_ID", "operator")
            .with("ATLAS_CLIENT_KEY", key())
    }

    /// With one variable more, or another value for it.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    /// The command, to be run or spawned.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atlasctl"));
        command.env_clear().envs(self.variables.iter().map(|(name, value)| (name, value))).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs it to its end, while the services in this process go on answering.
    pub async fn run_beside(&self, arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        tokio::task::spawn_blocking(move || command.output().unwrap().into()).await.unwrap()
    }
}

impl Run {
    /// What it printed, as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// The private key of the operator's client.
fn key() -> &'static str {
    static KEY: OnceLock<String> = OnceLock::new();
    KEY.get_or_init(|| PrivateKey::generate().to_pem().unwrap().reveal().to_owned())
}
