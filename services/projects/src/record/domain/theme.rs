use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    str::FromStr,
};

use kernel::Version;

use super::{Line, edits::replace};

/// A theme of the list that collectivités choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its code, which never changes.
    pub code: ThemeCode,
    /// What it is called.
    pub name_fr: Line<200>,
    /// The same in English.
    pub name_en: Line<200>,
    /// The theme above.
    pub parent: Option<ThemeCode>,
    /// Sectors of the OECD's development assistance committee.
    pub dac_sectors: Vec<String>,
    /// Goals it contributes to by itself.
    pub sdgs: Vec<i32>,
    /// No longer offered.
    pub retired: bool,
    /// Among its siblings.
    pub rank: i32,
    /// Somebody changed it since it was imported.
    pub changed_here: bool,
    /// Counts its changes; its etag.
    pub version: Version,
}

/// The code of a theme: 2 to 40 capitals, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThemeCode(String);

/// Not a code of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 2 to 40 capitals, digits and underscores")]
pub struct InvalidThemeCode;

/// What is to be changed of a theme; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct ThemeEdit {
    /// What it is called.
    pub name_fr: Option<Line<200>>,
    /// The same in English.
    pub name_en: Option<Line<200>>,
    /// The theme above.
    pub parent: Option<Option<ThemeCode>>,
    /// Sectors of the development assistance committee.
    pub dac_sectors: Option<Vec<String>>,
    /// Goals.
    pub sdgs: Option<Vec<i32>>,
    /// No longer offered.
    pub retired: Option<bool>,
    /// Among its siblings.
    pub rank: Option<i32>,
}

impl ThemeCode {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From the database, where it was checked before.
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for ThemeCode {
    type Err = InvalidThemeCode;

    fn from_str(text: &str) -> Result<Self, InvalidThemeCode> {
        let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
        if (2..=40).contains(&text.len()) && text.bytes().all(allowed) { Ok(Self(text.to_owned())) } else { Err(InvalidThemeCode) }
    }
}

impl fmt::Display for ThemeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Theme {
    /// The theme with the edit made; the version grows only when it changed something.
    #[must_use]
    pub fn edited(self, edit: ThemeEdit) -> Self {
        let mut changed = Vec::new();
        let theme = Self {
            name_fr: replace("name_fr", self.name_fr, edit.name_fr, &mut changed),
            name_en: replace("name_en", self.name_en, edit.name_en, &mut changed),
            parent: replace("parent_code", self.parent, edit.parent, &mut changed),
            dac_sectors: replace("dac_sectors", self.dac_sectors, edit.dac_sectors, &mut changed),
            sdgs: replace("sdgs", self.sdgs, edit.sdgs, &mut changed),
            retired: replace("retired", self.retired, edit.retired, &mut changed),
            rank: replace("rank", self.rank, edit.rank, &mut changed),
            ..self
        };
        if changed.is_empty() { theme } else { Self { changed_here: true, version: theme.version.next(), ..theme } }
    }

    /// Whether both say the same.
    #[must_use]
    pub fn says_what(&self, other: &Self) -> bool {
        let comparable = |theme: &Self| Self { changed_here: false, version: Version(0), ..theme.clone() };
        comparable(self) == comparable(other)
    }
}

/// Whether a theme would be above itself, if each had the parent that is given.
#[must_use]
pub fn is_above_itself(code: &ThemeCode, parents: &HashMap<ThemeCode, Option<ThemeCode>>) -> bool {
    let mut above = parents.get(code).cloned().flatten();
    for _ in 0..=parents.len() {
        match above {
            None => return false,
            Some(parent) if parent == *code => return true,
            Some(parent) => above = parents.get(&parent).cloned().flatten(),
        }
    }
    true
}

/// Puts themes in order: each before those below it, siblings by rank.
#[must_use]
pub fn in_order(themes: Vec<Theme>) -> Vec<Theme> {
    let mut below: BTreeMap<Option<ThemeCode>, Vec<Theme>> = BTreeMap::new();
    for theme in themes {
        below.entry(theme.parent.clone()).or_default().push(theme);
    }
    let mut ordered = Vec::new();
    let mut left = sorted(below.remove(&None).unwrap_or_default());
    while let Some(theme) = left.pop() {
        left.extend(sorted(below.remove(&Some(theme.code.clone())).unwrap_or_default()));
        ordered.push(theme);
    }
    ordered
}

/// The last first.
fn sorted(mut siblings: Vec<Theme>) -> Vec<Theme> {
    siblings.sort_by(|one, other| (other.rank, &other.code).cmp(&(one.rank, &one.code)));
    siblings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> ThemeCode {
        text.parse().unwrap()
    }

    fn theme(text: &str, parent: Option<&str>, rank: i32) -> Theme {
        Theme {
            code: code(text),
            name_fr: text.parse().unwrap(),
            name_en: Line::default(),
            parent: parent.map(code),
            dac_sectors: Vec::new(),
            sdgs: Vec::new(),
            retired: false,
            rank,
            changed_here: false,
            version: Version(1),
        }
    }

    #[test]
    fn themes_stand_under_their_parents_by_rank() {
        let themes = vec![theme("BB", None, 2), theme("A2", Some("AA"), 2), theme("AA", None, 1), theme("A1", Some("AA"), 1)];
        let codes: Vec<String> = in_order(themes).iter().map(|theme| theme.code.to_string()).collect();
        assert_eq!(codes, ["AA", "A1", "A2", "BB"]);
    }

    #[test]
    fn no_theme_is_above_itself() {
        let parents = HashMap::from([
            (code("AA"), Some(code("BB"))),
            (code("BB"), Some(code("AA"))),
            (code("CC"), None),
            (code("DD"), Some(code("CC"))),
        ]);
        assert!(is_above_itself(&code("AA"), &parents) && is_above_itself(&code("BB"), &parents));
        assert!(!is_above_itself(&code("CC"), &parents) && !is_above_itself(&code("DD"), &parents));
    }
}
