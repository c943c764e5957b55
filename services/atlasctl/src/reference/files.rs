use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{COLLECTIVITES, COUNTRIES, NETWORKS, TERRITORIES, THEMES};

const SHIPPED_TERRITORIES: &[u8] = include_bytes!("../../reference/territories.csv.zst");
const SHIPPED_NETWORKS: &[u8] = include_bytes!("../../reference/reseaux.csv");
const SHIPPED_COUNTRIES: &[u8] = include_bytes!("../../reference/pays.csv");
const SHIPPED_THEMES: &[u8] = include_bytes!("../../reference/thematiques.csv");
/// The file of places that the demonstration takes for partners.
pub const PLACES: &str = "lieux_partenaires_demo.csv";
const SHIPPED_PLACES: &[u8] = include_bytes!("../../reference/lieux_partenaires_demo.csv.zst");
const SHIPPED_COLLECTIVITES: &[u8] = include_bytes!("../../reference/collectivites.csv.zst");

/// The reference files as text, by name.
pub type Files = HashMap<&'static str, Vec<u8>>;

/// The shipped files are about 3 MB; far beyond that is another file, or a bomb.
const LARGEST: u64 = 64 << 20;

/// A file that cannot be read at all, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The folder holds none of the files.
    #[error(
        "{0} holds none of territories.csv, pays.csv, reseaux.csv, collectivites.csv, thematiques.csv (nor their .zst): name the folder that holds them"
    )]
    Nothing(PathBuf),
    /// The system refuses.
    #[error("cannot read {0}: {1}")]
    Io(PathBuf, #[source] io::Error),
    /// Too large to be what it claims.
    #[error("{0} holds more than 64 MB: this is not reference data")]
    TooLarge(PathBuf),
}

/// The files compiled into this program.
pub fn shipped() -> Result<Files, Unreadable> {
    Ok(HashMap::from([
        (TERRITORIES, unpacked(Path::new("territories.csv.zst"), SHIPPED_TERRITORIES)?),
        (COUNTRIES, SHIPPED_COUNTRIES.to_vec()),
        (NETWORKS, SHIPPED_NETWORKS.to_vec()),
        (THEMES, SHIPPED_THEMES.to_vec()),
        (COLLECTIVITES, unpacked(Path::new("collectivites.csv.zst"), SHIPPED_COLLECTIVITES)?),
    ]))
}

/// The places of the demonstration, compiled into this program.
pub fn shipped_places() -> Result<Vec<u8>, Unreadable> {
    unpacked(Path::new("lieux_partenaires_demo.csv.zst"), SHIPPED_PLACES)
}

/// Those of the files that a folder holds, each as it is or compressed.
pub fn read(folder: &Path) -> Result<Files, Unreadable> {
    let mut files = Files::new();
    for name in [TERRITORIES, COUNTRIES, NETWORKS, COLLECTIVITES, THEMES] {
        if let Some(text) = read_one(folder, name)? {
            files.insert(name, text);
        }
    }
    if files.is_empty() { Err(Unreadable::Nothing(folder.to_owned())) } else { Ok(files) }
}

/// One file, as it is or compressed (.zst).
pub fn read_file(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let file = fs::File::open(path).map_err(|error| Unreadable::Io(path.to_owned(), error))?;
    if path.extension().is_some_and(|end| end == "zst") { unpacked(path, file) } else { bounded(path, file) }
}

fn read_one(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Unreadable> {
    let plain = folder.join(name);
    if let Some(file) = open(&plain)? {
        return bounded(&plain, file).map(Some);
    }
    let packed = folder.join(format!("{name}.zst"));
    open(&packed)?.map(|file| unpacked(&packed, file)).transpose()
}

fn open(path: &Path) -> Result<Option<fs::File>, Unreadable> {
    match fs::File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Unreadable::Io(path.to_owned(), error)),
    }
}

fn unpacked(path: &Path, packed: impl io::Read) -> Result<Vec<u8>, Unreadable> {
    let text = zstd::Decoder::new(packed).map_err(|error| Unreadable::Io(path.to_owned(), error))?;
    bounded(path, text)
}

fn bounded(path: &Path, text: impl io::Read) -> Result<Vec<u8>, Unreadable> {
    let mut read = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(text, LARGEST + 1), &mut read).map_err(|error| Unreadable::Io(path.to_owned(), error))?;
    if read.len() as u64 > LARGEST { Err(Unreadable::TooLarge(path.to_owned())) } else { Ok(read) }
}
