use chrono::{DateTime, Utc};
use kernel::Version;

use super::{Capacity, Day, Line, PartnershipId, ProjectId, Prose, Provenance, ThemeCode, WebAddress, edits::replace};

/// What is done under one or more partnerships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its number in the former Atlas.
    pub legacy_id: Option<i64>,
    /// What is said of it.
    pub work: Work,
    /// Where the row comes from.
    pub provenance: Provenance,
    /// Somebody changed it since it was imported.
    pub changed_here: bool,
    /// Counts its changes; its etag.
    pub version: Version,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is said of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What it is done under; the first leads.
    pub partnerships: Vec<PartnershipId>,
    /// What it is called.
    pub title: Line<300>,
    /// The first is the main one.
    pub themes: Vec<ThemeChoice>,
    /// Sustainable development goals, ordered.
    pub sdgs: Vec<i32>,
    /// How it stands; none where nobody said.
    pub status: Option<ProjectStatus>,
    /// When it begins.
    pub starts_on: Option<Day>,
    /// When it ends.
    pub ends_on: Option<Day>,
    /// What it answers to.
    pub context: Prose<20000>,
    /// How it came about.
    pub history: Prose<20000>,
    /// Who pays what, when.
    pub budget: Vec<BudgetLine>,
    /// Who carries it out: organisations.
    pub operators: Vec<Line<200>>,
    /// Pages elsewhere.
    pub links: Vec<Link>,
}

/// How a project stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ProjectStatus {
    /// It is to begin.
    Planned,
    /// It goes on.
    Ongoing,
    /// It is done.
    Completed,
    /// It stands still.
    Suspended,
    /// It will not be done.
    Abandoned,
}

/// A theme of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeChoice {
    /// Which.
    pub code: ThemeCode,
    /// 1 (most) to 3.
    pub priority: i32,
}

/// Money of one year and one source.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BudgetLine {
    /// The year.
    pub year: i32,
    /// Who pays.
    pub source: Line<200>,
    /// In cents.
    pub amount_cents: i64,
}

/// A page elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Link {
    /// What it is called.
    pub label: Line<200>,
    /// Where it is.
    pub url: WebAddress,
}

/// What is to be changed of a project; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct ProjectEdit {
    /// What it is done under.
    pub partnerships: Option<Vec<PartnershipId>>,
    /// What it is called.
    pub title: Option<Line<300>>,
    /// Its themes.
    pub themes: Option<Vec<ThemeChoice>>,
    /// Its goals.
    pub sdgs: Option<Vec<i32>>,
    /// How it stands.
    pub status: Option<Option<ProjectStatus>>,
    /// When it begins.
    pub starts_on: Option<Option<Day>>,
    /// When it ends.
    pub ends_on: Option<Option<Day>>,
    /// What it answers to.
    pub context: Option<Prose<20000>>,
    /// How it came about.
    pub history: Option<Prose<20000>>,
    /// Who pays what, when.
    pub budget: Option<Vec<BudgetLine>>,
    /// Who carries it out.
    pub operators: Option<Vec<Line<200>>>,
    /// Pages elsewhere.
    pub links: Option<Vec<Link>>,
}

impl Work {
    /// How many partnerships a project may be done under.
    pub const PARTNERSHIPS: usize = 20;
    /// How many themes it may have.
    pub const THEMES: usize = 10;
    /// How many lines its budget may have.
    pub const BUDGET: usize = 200;
    /// How many organisations may carry it out.
    pub const OPERATORS: usize = 50;
    /// How many pages it may link to.
    pub const LINKS: usize = 20;

    /// What is mandatory and missing: paths, in the order of a form.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let asked = [("title", self.title.is_empty()), ("themes", self.themes.is_empty()), ("status", self.status.is_none())];
        asked.into_iter().filter(|(_, missing)| *missing).map(|(path, _)| path).collect()
    }

    /// Whether it would end before it begins.
    #[must_use]
    pub fn ends_too_early(&self) -> bool {
        self.ends_on.as_ref().zip(self.starts_on.as_ref()).is_some_and(|(end, start)| end.is_before(start))
    }

    /// The work with the edit made, and the paths that changed.
    #[must_use]
    pub fn edited(self, edit: ProjectEdit) -> (Self, Vec<&'static str>) {
        let mut changed = Vec::new();
        let work = Self {
            partnerships: replace("partnership_ids", self.partnerships, edit.partnerships, &mut changed),
            title: replace("title", self.title, edit.title, &mut changed),
            themes: replace("themes", self.themes, edit.themes, &mut changed),
            sdgs: replace("sdgs", self.sdgs, edit.sdgs, &mut changed),
            status: replace("status", self.status, edit.status, &mut changed),
            starts_on: replace("starts_on", self.starts_on, edit.starts_on, &mut changed),
            ends_on: replace("ends_on", self.ends_on, edit.ends_on, &mut changed),
            context: replace("context", self.context, edit.context, &mut changed),
            history: replace("history", self.history, edit.history, &mut changed),
            budget: replace("budget", self.budget, edit.budget, &mut changed),
            operators: replace("operators", self.operators, edit.operators, &mut changed),
            links: replace("links", self.links, edit.links, &mut changed),
        };
        (work, changed)
    }
}

impl Project {
    /// A project as somebody first writes it down.
    #[must_use]
    pub fn added(work: Work, at: DateTime<Utc>, by: Capacity) -> Self {
        let (id, provenance) = (ProjectId::made(at), Provenance::typed(at, by));
        Self { id, legacy_id: None, work, provenance, changed_here: true, version: Version(1), updated_at: at }
    }

    /// The project after somebody changed it.
    #[must_use]
    pub fn changed(self, work: Work, at: DateTime<Utc>) -> Self {
        Self { work, changed_here: true, version: self.version.next(), updated_at: at, ..self }
    }
}
