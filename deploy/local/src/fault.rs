/// What stands in the way on this machine, and the way out of it.
#[derive(Debug, thiserror::Error)]
#[error("{what}\n       {way_out}")]
pub struct Fault {
    what: String,
    way_out: String,
}

impl Fault {
    /// Names a fault and the way out.
    pub fn new(what: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self { what: what.into(), way_out: way_out.into() }
    }
}
