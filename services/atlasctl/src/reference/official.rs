//! Where collectivités are officially reached: a file of the operator's, or invented addresses for who only tries.

use std::{collections::HashMap, path::Path};

use atlas_proto::directory::v1::{CollectiviteType, OfficialAddress};
use kernel::CollectiviteId;

use super::{
    Entry, Faults, Reference, Refused, files,
    table::{self, Layout, Row},
};

const LAYOUT: Layout<OfficialAddress> = Layout { columns: &["collectivite_id", "email"], record: address };

/// Reads a file; the same collectivité twice is a fault.
///
/// # Errors
/// Everything that is wrong with the file, at once, or that it cannot be read.
pub fn read(file: &Path) -> Result<Vec<Entry<OfficialAddress>>, Refused> {
    let text = files::read_file(file)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut faults = Faults::default();
    let entries = table::read(&name, Some(&text), &mut faults, LAYOUT);
    let mut seen = HashMap::new();
    for Entry { record, place } in &entries {
        if let Some(first) = seen.insert(record.collectivite_id.as_str(), place.line) {
            faults.note(place.fault("collectivite_id", &format!("each only once; line {first} has the same")));
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(Refused::Faults(faults)) }
}

/// An address of a reserved domain for every collectivité that this program ships: mail to it reaches nobody.
///
/// # Errors
/// The shipped files cannot be read; a test makes sure that they can.
pub fn invented() -> Result<Vec<Entry<OfficialAddress>>, Refused> {
    let shipped = Reference::shipped()?.collectivites.into_iter();
    let addresses = shipped.map(|Entry { record, place }| {
        let email = match record.r#type() {
            CollectiviteType::Commune => format!("mairie-{}@communes.example", record.insee_code.to_lowercase()),
            _ => format!("accueil-{}@groupements.example", record.collectivite_id),
        };
        Entry { record: OfficialAddress { collectivite_id: record.collectivite_id, email }, place }
    });
    Ok(addresses.collect())
}

/// What directory decides about domains is left to it: it knows what the installation is for.
fn address(row: &mut Row<'_>) -> Option<OfficialAddress> {
    let id: Option<CollectiviteId> = row.text("collectivite_id").parse().ok();
    row.check("collectivite_id", id.is_some(), "a SIREN (nine digits, the last a check digit) or insee-<code>");
    let email = row.text("email").to_owned();
    let halves = email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    row.check("email", halves && !email.contains(char::is_whitespace), "an address such as mairie@example.org");
    Some(OfficialAddress { collectivite_id: id?.into(), email })
}
