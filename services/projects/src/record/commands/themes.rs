use std::collections::HashMap;

use events::outbox;
use kernel::{Etag, Version};

use super::{Act, Command};
use crate::{
    error::Error,
    record::{
        domain::{Theme, ThemeCode, ThemeEdit, is_above_itself},
        facts,
        store::themes,
    },
};

/// A theme to be added.
pub struct Add(pub Theme);

/// A correction of a theme.
pub struct Update {
    /// Which.
    pub theme: ThemeCode,
    /// The theme the caller read.
    pub seen: Etag,
    /// What is to change.
    pub edit: ThemeEdit,
}

impl Command for Add {
    const METHOD: &'static str = "CreateTheme";
    type Done = Theme;

    async fn run(self, act: &mut Act<'_>) -> Result<Theme, Error> {
        act.require_editor()?;
        let all = themes::lock_all(act.tx).await?;
        let theme = Theme { changed_here: true, version: Version(1), ..self.0 };
        if all.iter().any(|one| one.code == theme.code) {
            return Err(Error::ThemeExists);
        }
        place(&all, &theme)?;
        themes::save(act.tx, &[&theme]).await?;
        outbox::append(act.tx, act.clock, &facts::theme(&theme, "added")).await?;
        Ok(theme)
    }
}

impl Command for Update {
    const METHOD: &'static str = "UpdateTheme";
    type Done = Theme;

    /// Corrects a theme. An edit that changes nothing leaves no trace.
    async fn run(self, act: &mut Act<'_>) -> Result<Theme, Error> {
        act.require_editor()?;
        let all = themes::lock_all(act.tx).await?;
        let before = all.iter().find(|one| one.code == self.theme).ok_or(Error::ThemeNotFound(self.theme))?;
        if before.version != self.seen.0 {
            return Err(Error::Stale);
        }
        let theme = before.clone().edited(self.edit);
        if theme == *before {
            return Ok(theme);
        }
        place(&all, &theme)?;
        themes::save(act.tx, &[&theme]).await?;
        outbox::append(act.tx, act.clock, &facts::theme(&theme, "updated")).await?;
        Ok(theme)
    }
}

/// Refuses a theme whose place in the list cannot be.
fn place(all: &[Theme], theme: &Theme) -> Result<(), Error> {
    let mut parents: HashMap<ThemeCode, Option<ThemeCode>> = all.iter().map(|one| (one.code.clone(), one.parent.clone())).collect();
    parents.insert(theme.code.clone(), theme.parent.clone());
    match &theme.parent {
        Some(parent) if !parents.contains_key(parent) => Err(Error::ThemeNotFound(parent.clone())),
        _ if is_above_itself(&theme.code, &parents) => Err(Error::ThemeCycle),
        _ => Ok(()),
    }
}
