use std::collections::HashMap;

use kernel::Version;

use super::{Given, Stop, Taking};
use crate::record::{
    domain::{Theme, ThemeCode, is_above_itself},
    facts,
    store::themes,
};

impl Taking<'_> {
    /// Takes themes; the natural key is the code.
    pub(super) async fn themes(&mut self, given: Vec<Given<Theme>>) -> Result<(), Stop> {
        if given.is_empty() {
            return Ok(());
        }
        let there: HashMap<ThemeCode, Theme> =
            themes::lock_all(self.tx).await?.into_iter().map(|theme| (theme.code.clone(), theme)).collect();
        let given = self.with_a_place(given, &there);
        let mut written = Vec::new();
        for Given { record, .. } in given {
            match there.get(&record.code) {
                None => {
                    self.outcome.created += 1;
                    written.push(Theme { version: Version(1), changed_here: false, ..record });
                }
                Some(before) if before.says_what(&record) => self.outcome.unchanged += 1,
                Some(before) if before.changed_here => self.outcome.kept += 1,
                Some(before) => {
                    self.outcome.updated += 1;
                    written.push(Theme { version: before.version.next(), changed_here: false, ..record });
                }
            }
        }
        themes::save(self.tx, &written.iter().collect::<Vec<_>>()).await?;
        self.events.extend(written.iter().map(|theme| facts::theme(theme, "registered")));
        Ok(())
    }

    /// Those whose place in the list can be; the others are refused.
    fn with_a_place(&mut self, given: Vec<Given<Theme>>, there: &HashMap<ThemeCode, Theme>) -> Vec<Given<Theme>> {
        let mut parents: HashMap<ThemeCode, Option<ThemeCode>> =
            there.values().map(|theme| (theme.code.clone(), theme.parent.clone())).collect();
        parents.extend(given.iter().map(|given| (given.record.code.clone(), given.record.parent.clone())));
        let mut left = given;
        loop {
            let fault = |given: &Given<Theme>| match &given.record.parent {
                Some(parent) if !parents.contains_key(parent) => Some("expected a theme that exists, or of this batch"),
                _ if is_above_itself(&given.record.code, &parents) => Some("the theme would be above itself"),
                _ => None,
            };
            let (bad, good): (Vec<_>, Vec<_>) = left.into_iter().partition(|given| fault(given).is_some());
            let faults: Vec<(usize, ThemeCode, &str)> =
                bad.iter().filter_map(|given| Some((given.index, given.record.code.clone(), fault(given)?))).collect();
            left = good;
            if faults.is_empty() {
                return left;
            }
            // without these, those below them have no place either
            for (index, code, reason) in faults {
                self.refuse(facts::THEME, index, "parent_code", reason);
                match there.get(&code) {
                    Some(before) => parents.insert(code, before.parent.clone()),
                    None => parents.remove(&code),
                };
            }
        }
    }
}
