use std::collections::{HashMap, hash_map::Entry};

use kernel::{Epoch, Version};

use crate::Heard;

/// Which state of each thing a read model has seen, also of those that are gone: what is older changes nothing.
#[derive(Debug, Clone, Default)]
pub struct Seen(HashMap<Box<str>, (Epoch, Version)>);

impl Seen {
    /// Takes note of a state, and says whether it is newer than all seen before of that thing. The key is `resource/id`.
    pub fn newer(&mut self, key: &str, epoch: Epoch, version: Version) -> bool {
        match self.0.entry(key.into()) {
            Entry::Vacant(entry) => {
                entry.insert((epoch, version));
                true
            }
            Entry::Occupied(mut entry) if *entry.get() < (epoch, version) => {
                entry.insert((epoch, version));
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    /// As [`Seen::newer`], of an event.
    pub fn hear(&mut self, heard: &Heard) -> bool {
        self.newer(&format!("{}/{}", heard.resource, heard.key), heard.epoch, heard.version)
    }

    /// The end of a resync: the keys that `epoch` did not name, which are to be forgotten. Older events do not bring them back.
    pub fn end_resync(&mut self, epoch: Epoch) -> Vec<Box<str>> {
        let unnamed = self.0.iter_mut().filter(|(_, (seen, _))| *seen < epoch);
        unnamed
            .map(|(key, state)| {
                *state = (epoch, Version(0));
                key.clone()
            })
            .collect()
    }

    /// All that was seen, to be saved with the state it belongs to.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Epoch, Version)> {
        self.0.iter().map(|(key, (epoch, version))| (key.as_ref(), *epoch, *version))
    }
}

impl<'a> FromIterator<(&'a str, Epoch, Version)> for Seen {
    fn from_iter<Saved: IntoIterator<Item = (&'a str, Epoch, Version)>>(saved: Saved) -> Self {
        Self(saved.into_iter().map(|(key, epoch, version)| (key.into(), (epoch, version))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Epoch = Epoch(1);
    const NEW: Epoch = Epoch(2);

    #[test]
    fn only_what_is_newer_counts_and_a_new_epoch_is_newer_than_any_version() {
        let mut seen = Seen::default();
        assert!(seen.newer("a/1", OLD, Version(2)));
        assert!(!seen.newer("a/1", OLD, Version(2)));
        assert!(!seen.newer("a/1", OLD, Version(1)));
        assert!(seen.newer("a/1", NEW, Version(1)));
    }

    #[test]
    fn what_a_resync_did_not_name_is_forgotten_and_stays_so() {
        let mut seen: Seen = [("a/1", OLD, Version(1)), ("a/2", OLD, Version(7))].into_iter().collect();
        seen.newer("a/1", NEW, Version(1));

        assert_eq!(seen.end_resync(NEW), ["a/2".into()]);
        assert!(!seen.newer("a/2", OLD, Version(8)), "an older event brought it back");
        assert!(seen.newer("a/2", NEW, Version(1)), "it was made again");
        assert!(seen.end_resync(NEW).is_empty());
    }
}
