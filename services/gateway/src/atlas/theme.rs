//! Projects by theme and by goal.

use std::sync::Arc;

use askama::Template;
use atlas_proto::projects::v1::Theme;

use super::{Reader, action::Named, territory::Pages};
use crate::{
    i18n::Locale,
    model::{cooperation::Titled, id::Id},
    page::{Page, Shell, Site},
};

/// How many projects one page lists.
const PAGE: usize = 50;
/// Themes below themes below themes…: the list has no more floors.
const DEEPEST: usize = 8;

/// The sustainable development goals, by their number.
pub const GOALS: [&str; 17] = [
    "goal-1", "goal-2", "goal-3", "goal-4", "goal-5", "goal-6", "goal-7", "goal-8", "goal-9", "goal-10", "goal-11", "goal-12", "goal-13",
    "goal-14", "goal-15", "goal-16", "goal-17",
];

/// `GET /themes/{slug}?page={n}` and `GET /odd/{n}?page={n}`
#[derive(Debug, Template)]
#[template(path = "atlas/theme.html")]
pub struct Show {
    shell: Shell,
    retired: bool,
    /// Themes below it.
    below: Vec<Named>,
    count: String,
    projects: Vec<Named>,
    pages: Pages,
}

impl Show {
    /// The projects of a theme and of those below it; none for a name or a page that is none.
    #[must_use]
    pub fn theme(reader: &Reader<'_>, site: &Arc<Site>, slug: &str, page: usize) -> Option<Self> {
        let code = slug.to_uppercase().replace('-', "_");
        // One address for each: what does not come back as it was is another one.
        let theme = reader.theme(&code).filter(|_| path(&code) == format!("/themes/{slug}"))?;
        let themes = reader.themes();
        let mut all: Vec<&Titled> = within(&themes, &code).into_iter().flat_map(|code| reader.of_theme(code)).collect();
        all.sort();
        all.dedup();
        let below = themes.iter().filter(|below| below.parent_code == code).map(|below| reader.named_theme(below)).collect();
        let mut show = Self::new(reader, site, &path(&code), page, &all, reader.theme_name(theme).to_owned())?;
        if let Some(parent) = reader.theme(&theme.parent_code) {
            let Named { name, href, .. } = reader.named_theme(parent);
            show.shell = show.shell.step(name, href);
        }
        (show.retired, show.below) = (theme.retired, below);
        Some(show)
    }

    /// The projects of a goal; none for a number or a page that is none.
    #[must_use]
    pub fn goal(reader: &Reader<'_>, site: &Arc<Site>, goal: usize, page: usize) -> Option<Self> {
        let all: Vec<&Titled> = reader.of_goal(i32::try_from(goal).ok()?).iter().collect();
        Self::new(reader, site, &format!("/odd/{goal}"), page, &all, reader.goal_name(goal)?)
    }

    fn new(reader: &Reader<'_>, site: &Arc<Site>, path: &str, page: usize, all: &[&Titled], title: String) -> Option<Self> {
        let pages = Pages::new(reader, &format!("{path}?"), page, all.len(), PAGE)?;
        let address = if page == 1 { path.to_owned() } else { format!("{path}?page={page}") };
        let projects = all.iter().skip((page - 1) * PAGE).take(PAGE).filter_map(|titled| reader.located_project(titled.id));
        Some(Self {
            shell: Shell::new(reader, site, address, title),
            retired: false,
            below: Vec::new(),
            count: reader.words().count("count-projects", all.len()),
            projects: projects.collect(),
            pages,
        })
    }
}

impl Page for Show {
    fn address(&self) -> &str {
        &self.shell.address
    }
}

/// A theme and all below it.
fn within<'t>(themes: &[&'t Theme], code: &'t str) -> Vec<&'t str> {
    let mut all = vec![code];
    for _ in 0..DEEPEST {
        let below = themes.iter().filter(|theme| all.contains(&theme.parent_code.as_str()) && !all.contains(&theme.code.as_str()));
        let below: Vec<&str> = below.map(|theme| theme.code.as_str()).collect();
        if below.is_empty() {
            break;
        }
        all.extend(below);
    }
    all
}

/// The address of a theme's page, without the language.
#[must_use]
pub fn path(code: &str) -> String {
    format!("/themes/{}", code.to_lowercase().replace('_', "-"))
}

impl Reader<'_> {
    /// The name of a theme in the language of the page.
    #[must_use]
    pub fn theme_name<'t>(&self, it: &'t Theme) -> &'t str {
        match self.locale {
            Locale::En if !it.name_en.is_empty() => &it.name_en,
            _ => &it.name_fr,
        }
    }

    /// A theme.
    #[must_use]
    pub fn named_theme(&self, it: &Theme) -> Named {
        Named { name: self.theme_name(it).to_owned(), href: self.path(&path(&it.code)), about: String::new() }
    }

    /// A goal with its number; none for a number that is none.
    #[must_use]
    pub fn goal_name(&self, goal: usize) -> Option<String> {
        let name = self.words().say(GOALS.get(goal.checked_sub(1)?)?);
        Some(self.words().with("goal-title", &[("number", &goal.to_string()), ("name", &name)]))
    }

    /// A project with who does it, and with whom; none while those are unknown.
    #[must_use]
    pub fn located_project(&self, id: Id) -> Option<Named> {
        let it = self.project(id)?;
        let named = self.named_project(id, it);
        let lead = it.partnership_ids.iter().filter_map(|id| self.partnership(Id::read(id)?));
        let (who, (_, partner, country)) =
            lead.filter_map(|it| Some((self.participants(it).first()?.1, self.standing(&it.partner_id)?))).next()?;
        let parts = [who.name.clone(), format!("{} ({})", partner.name, self.country_name(country)), named.about];
        let about = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        Some(Named { about, ..named })
    }
}
