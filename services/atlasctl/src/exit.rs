use std::process::ExitCode;

/// How the program ends; the numbers above 2 are those of sysexits.h.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Everything was done.
    Fine = 0,
    /// Something was refused, or is not as it should be.
    Wrong = 1,
    /// The command line is wrong, or names a file that cannot be read.
    Usage = 2,
    /// A service cannot be reached, or cannot answer now.
    Unavailable = 69,
    /// A service does not let this client in, or not for this.
    NotAllowed = 77,
    /// The environment is wrong.
    Configuration = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
