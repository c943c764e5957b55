//! Another server that takes over, with what it had when it was copied.

use super::Postgres;
use crate::{Output, process::run};
use anyhow::Context;
use std::{fs, path::PathBuf};

impl Postgres {
    /// Copies the running cluster as a standby of it, in a folder beside it.
    pub fn copy(&self) -> anyhow::Result<()> {
        let standby = self.standby();
        if standby.exists() {
            fs::remove_dir_all(&standby)?;
        }
        self.make_folder(&standby)?;
        let mut spec = self.spec("pg_basebackup", Output::Kept);
        let (folder, port) = (standby.display().to_string(), self.port.to_string());
        let arguments = ["-D", &folder, "-c", "fast", "-X", "stream", "-R", "--no-sync", "-h", "127.0.0.1", "-p", &port, "-U", "postgres"];
        spec.arguments = arguments.map(Into::into).into();
        spec.environment = vec![("PGPASSWORD".into(), self.password.clone())];
        run(&spec, "").map(drop)
    }

    /// Puts the standby in the place of the cluster, which must not run any more.
    pub fn take_over(&self) -> anyhow::Result<()> {
        let before = self.cluster.with_extension("before");
        if before.exists() {
            fs::remove_dir_all(&before)?;
        }
        fs::rename(&self.cluster, before)?;
        fs::rename(self.standby(), &self.cluster).context("there is no standby")
    }

    /// Ends the standby's waiting for what its primary still does: it begins a timeline of its own.
    pub fn promote(&self) -> anyhow::Result<()> {
        self.ask("select pg_promote()").map(drop)
    }

    fn standby(&self) -> PathBuf {
        self.cluster.with_extension("standby")
    }
}
