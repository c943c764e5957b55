//! What is known of partnerships and projects, and what each change means. Pure: no clock, no SQL, no wire.

mod day;
mod edits;
mod partnership;
mod project;
mod provenance;
mod text;
mod theme;

pub use day::{Day, InvalidDay, Year};
pub use partnership::{Convention, Framework, Partnership, PartnershipEdit, Standing, Start, Status, Terms};
pub use project::{BudgetLine, Link, Project, ProjectEdit, ProjectStatus, ThemeChoice, Work};
pub use provenance::{Capacity, Origin, Provenance};
pub use text::{InvalidText, Line, Prose, WebAddress};
pub use theme::{Theme, ThemeCode, ThemeEdit, in_order, is_above_itself};

kernel::id! {
    /// A partnership.
    PartnershipId
}
kernel::id! {
    /// A project.
    ProjectId
}
kernel::id! {
    /// A partner of directory.
    PartnerId
}

/// The most that an amount may be, in cents: a hundred billion euros.
pub const MOST_CENTS: i64 = 10_000_000_000_000;

/// The sustainable development goals of the United Nations.
pub const GOALS: std::ops::RangeInclusive<i32> = 1..=17;
