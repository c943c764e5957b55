//! Reference data: the files this program ships, or others of the same names, read and checked as a whole.

mod checks;
mod collectivites;
mod countries;
mod faults;
/// The files, shipped or of a folder.
pub mod files;
mod networks;
pub mod official;
/// Lines of a file as records.
pub mod table;
mod territories;
mod themes;

use std::{path::Path, sync::Arc};

use atlas_proto::{
    directory::v1::{Collectivite, CollectiviteType, Country, Network, Territory},
    projects::v1::Theme,
};

pub use faults::{Faults, FileFault};
pub use files::Unreadable;

/// The file of régions and départements as territories.
pub const TERRITORIES: &str = "territories.csv";
/// The file of countries.
pub const COUNTRIES: &str = "pays.csv";
/// The file of themes.
pub const THEMES: &str = "thematiques.csv";
/// The file of networks and associations.
pub const NETWORKS: &str = "reseaux.csv";
/// The file of collectivités.
pub const COLLECTIVITES: &str = "collectivites.csv";

/// A record, and the place in the files that it was read from.
#[derive(Debug, Clone)]
pub struct Entry<T> {
    /// What goes over the wire.
    pub record: T,
    /// Where it stands.
    pub place: Place,
}

/// A line of a file.
#[derive(Debug, Clone)]
pub struct Place {
    /// The name of the file.
    pub file: Arc<str>,
    /// The line on which the record begins, from 1.
    pub line: u64,
    /// The names of the columns.
    pub header: Arc<csv::StringRecord>,
    /// What the line says, in the order of the columns.
    pub cells: csv::StringRecord,
}

/// Everything that one import brings in.
#[derive(Debug, Default)]
pub struct Reference {
    /// Régions and départements.
    pub territories: Vec<Entry<Territory>>,
    /// The countries of the world.
    pub countries: Vec<Entry<Country>>,
    /// Networks and associations.
    pub networks: Vec<Entry<Network>>,
    /// Collectivités; groupings before communes, so that a commune names one that is there.
    pub collectivites: Vec<Entry<Collectivite>>,
    /// What projects are about; those above before those below.
    pub themes: Vec<Entry<Theme>>,
}

/// Why there is nothing to import.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The files are there and say something that cannot be.
    #[error("the reference files have {} faults", .0.count())]
    Faults(Faults),
    /// A file cannot be read at all.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl Reference {
    /// The data compiled into this program.
    ///
    /// # Errors
    /// Its faults; a test makes sure that there are none.
    pub fn shipped() -> Result<Self, Refused> {
        Self::parse(&files::shipped()?)
    }

    /// The data in a folder; a file that is not there brings nothing in.
    ///
    /// # Errors
    /// Everything that is wrong with the files, at once.
    pub fn read(folder: &Path) -> Result<Self, Refused> {
        Self::parse(&files::read(folder)?)
    }

    fn parse(files: &files::Files) -> Result<Self, Refused> {
        let mut faults = Faults::default();
        let mut reference = Self {
            territories: table::read(TERRITORIES, files.get(TERRITORIES), &mut faults, territories::LAYOUT),
            countries: table::read(COUNTRIES, files.get(COUNTRIES), &mut faults, countries::LAYOUT),
            networks: table::read(NETWORKS, files.get(NETWORKS), &mut faults, networks::LAYOUT),
            collectivites: table::read(COLLECTIVITES, files.get(COLLECTIVITES), &mut faults, collectivites::LAYOUT),
            themes: table::read(THEMES, files.get(THEMES), &mut faults, themes::LAYOUT),
        };
        checks::check(&reference, &mut faults);
        if !faults.is_empty() {
            return Err(Refused::Faults(faults));
        }
        reference.collectivites.sort_by_key(|entry| entry.record.r#type() == CollectiviteType::Commune);
        Ok(reference)
    }

    /// How many records there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.territories.len() + self.countries.len() + self.networks.len() + self.collectivites.len() + self.themes.len()
    }
}
