use kernel::Version;

/// A région or a département as a territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// Which of the two.
    pub kind: TerritoryKind,
    /// INSEE code.
    pub code: String,
    /// As the national register writes it.
    pub name: String,
    /// The région it lies in; its own code for a région.
    pub region_code: String,
    /// Counts its changes.
    pub version: Version,
}

/// The two kinds of territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum TerritoryKind {
    /// A région.
    Region,
    /// A département.
    Department,
}

impl TerritoryKind {
    /// The word in keys and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Department => "department",
        }
    }
}
