use std::fmt;

use super::{id::Id, key::Key};

/// Something that search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A French authority or grouping.
    Collectivite(Key),
    /// A foreign one.
    Partner(Id),
    /// Something done with one.
    Project(Id),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Collectivite(key) => key.fmt(f),
            Self::Partner(id) | Self::Project(id) => id.fmt(f),
        }
    }
}
