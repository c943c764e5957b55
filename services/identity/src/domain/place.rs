use chrono::NaiveDate;
use kernel::CollectiviteId;

use super::scope::Scope;

/// What identity knows of a collectivité.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which one.
    pub id: CollectiviteId,
    /// As the register writes it.
    pub name: String,
    /// Its département; empty for none.
    pub department_code: String,
    /// Its région.
    pub region_code: String,
    /// The région in words; empty while directory has not told it.
    pub region_name: String,
    /// It is no more.
    pub ended: bool,
    /// The day from which it is no more.
    pub ended_on: Option<NaiveDate>,
    /// What took its place.
    pub successors: Vec<String>,
}

impl Known {
    /// The scope of rights over it.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::collectivite(&self.id)
    }

    /// The one that took its place, where it is one.
    #[must_use]
    pub fn successor(&self) -> &str {
        if let [only] = self.successors.as_slice() { only } else { "" }
    }
}
