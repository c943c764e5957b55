//! What an operator's cluster manager does when the database server dies.

use super::{Platform, held};

impl Platform {
    /// Copies the database server as it is now: a standby that will miss all that comes later.
    pub fn copy_database(&self) -> anyhow::Result<()> {
        held(&self.stores).postgres.copy()
    }

    /// Kills the database server, and has its copy take over at the same address.
    pub fn fail_over(&self) -> anyhow::Result<()> {
        self.kill("postgresql")?;
        held(&self.stores).postgres.take_over()?;
        self.begin("postgresql")?;
        held(&self.stores).postgres.promote()
    }
}
