use std::fmt;

/// More than that is one fault repeated: a wrong separator, a column swapped.
const SHOWN: usize = 100;

/// One thing that a file says and that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FileFault {
    /// The name of the file.
    pub file: String,
    /// From 1, the header being the first.
    pub line: u64,
    /// The name of the column; empty when the line as a whole is wrong.
    pub column: String,
    /// What is written there.
    pub value: String,
    /// What should be.
    pub expected: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file, self.line)?;
        if !self.column.is_empty() {
            write!(f, ", column {}: {:?}", self.column, self.value)?;
        }
        write!(f, ": expected {}", self.expected)
    }
}

/// What is wrong with the files: the first hundred faults, and how many there are.
#[derive(Debug, Default)]
pub struct Faults {
    shown: Vec<FileFault>,
    count: usize,
}

impl Faults {
    /// Notes one.
    pub fn note(&mut self, fault: FileFault) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(fault);
        }
    }

    /// The first hundred.
    #[must_use]
    pub fn shown(&self) -> &[FileFault] {
        &self.shown
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}
