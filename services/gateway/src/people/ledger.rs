use super::Link;
use crate::forms::FormView;

/// Tables of one kind of thing, whose rows can be ticked, and what is done with those that are.
#[derive(Debug)]
pub struct Ledger {
    /// Unique on the page; what a ticked row is sent as.
    pub id: &'static str,
    /// What is sent with the ticks, and the buttons; none where nothing can be done.
    pub form: Option<FormView>,
    /// What ticking does; may be empty.
    pub hint: String,
    /// What is wrong with what was ticked; empty when nothing is.
    pub problem: String,
    /// The tables.
    pub tables: Vec<LedgerTable>,
}

/// One of the tables.
#[derive(Debug)]
pub struct LedgerTable {
    /// What it shows.
    pub caption: String,
    /// What its columns are.
    pub head: Vec<String>,
    /// Its rows, by what they have in common.
    pub groups: Vec<LedgerGroup>,
}

/// Rows that have something in common.
#[derive(Debug)]
pub struct LedgerGroup {
    /// What they have in common; empty for nothing.
    pub name: String,
    /// The rows.
    pub rows: Vec<LedgerRow>,
}

/// One thing.
#[derive(Debug)]
pub struct LedgerRow {
    /// What is sent when it is ticked, and what the tick says; none where it cannot be.
    pub tick: Option<(String, String)>,
    /// It is ticked.
    pub ticked: bool,
    /// What it is, and its page.
    pub link: Link,
    /// What is said of it, in the order of the columns after the first.
    pub cells: Vec<String>,
}

impl Ledger {
    /// What is wrong, with where it is.
    pub fn problems(&self) -> impl Iterator<Item = (String, String)> + '_ {
        (!self.problem.is_empty()).then(|| (format!("#{}", self.id), self.problem.clone())).into_iter()
    }

    /// Rows can be ticked.
    #[must_use]
    pub const fn is_ticked(&self) -> bool {
        self.form.is_some()
    }
}

impl LedgerTable {
    /// How wide a row is.
    #[must_use]
    pub fn width(&self, ledger: &Ledger) -> usize {
        self.head.len() + usize::from(ledger.is_ticked())
    }
}
