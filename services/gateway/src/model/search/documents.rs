//! What the index knows of each thing.

use atlas_proto::directory::v1::{Collectivite, Partner};
use tantivy::TantivyDocument;

use super::shelf::{LONGEST_BEGINNING, Shelf, numbers};
use crate::model::{
    fold::fold,
    generation::{Generation, Place, Rank, lives},
    id::Id,
    key::Key,
    subject::Subject,
    world::stands,
};

/// More than this many people order nothing further.
const MOST_PEOPLE: u64 = (1 << 25) - 1;

/// A collectivité; none that is gone.
pub fn collectivite(shelf: &Shelf, generation: &Generation, key: Key) -> Option<TantivyDocument> {
    let it = &generation.collectivite(key)?.value;
    let name = fold(&it.name);
    let short: Vec<String> =
        std::iter::once(&it.insee_code).chain(&it.postal_codes).filter(|code| !code.is_empty()).map(|code| code.to_lowercase()).collect();
    let mut document = begin(shelf, Subject::Collectivite(key), order(key, it));
    named(&mut document, shelf, &name);
    // Nobody knows the beginning of a SIREN.
    document.add_text(shelf.fields.beginning, short.iter().map(|code| beginnings(code)).chain([it.siren.clone()]).collect::<String>());
    document.add_text(shelf.fields.code, format!("{} {}", it.siren, short.join(" ")));
    document.add_text(shelf.fields.place, place_words(generation, it));
    Some(document)
}

/// A partner, by all its names; none that is gone or was found to be another.
pub fn partner(shelf: &Shelf, generation: &Generation, id: Id) -> Option<TantivyDocument> {
    let it = &generation.partner(id)?.value;
    if !stands(it) {
        return None;
    }
    let mut document = begin(shelf, Subject::Partner(id), partner_order(generation, id, it));
    for name in std::iter::once(&it.name).chain(it.other_names.iter().map(|other| &other.name)) {
        named(&mut document, shelf, &fold(name));
    }
    let country = generation.country(&it.country_iso2).map(|record| format!("{} {}", record.value.name_fr, record.value.name_en));
    document.add_text(shelf.fields.place, fold(&format!("{} {} {}", it.division, it.place, country.unwrap_or_default())));
    Some(document)
}

/// A project, by its title; none that is gone.
pub fn project(shelf: &Shelf, generation: &Generation, id: Id) -> Option<TantivyDocument> {
    let it = &generation.project(id)?.value;
    let mut document = begin(shelf, Subject::Project(id), numbers(Subject::Project(id)).1 >> 32);
    named(&mut document, shelf, &fold(&it.title));
    Some(document)
}

fn begin(shelf: &Shelf, subject: Subject, order: u64) -> TantivyDocument {
    let (high, low) = numbers(subject);
    let mut document = TantivyDocument::new();
    document.add_u64(shelf.fields.low, low);
    document.add_u64(shelf.fields.high, high);
    document.add_u64(shelf.fields.order, order);
    document
}

/// Puts a folded name into the fields by which names are found.
fn named(document: &mut TantivyDocument, shelf: &Shelf, name: &str) {
    shelf.words.learn(name);
    document.add_text(shelf.fields.word, name);
    document.add_text(shelf.fields.beginning, name.split(' ').map(beginnings).collect::<String>());
    document.add_text(shelf.fields.first, name.split(' ').next().map(beginnings).unwrap_or_default());
    document.add_text(shelf.fields.whole, name);
}

/// The living before the ended, then by how many people live there; the last bits are the key's, so that every replica has
/// one order. One number, because it is read for everything that matches.
fn order(key: Key, it: &Collectivite) -> u64 {
    let council = u64::from(Rank::of(it.r#type()) == Rank::Council);
    u64::from(lives(it)) << 58 | people(it.population) << 33 | council << 32 | (key.number() & 0xffff_ffff)
}

/// Those that somebody works with before the others, then as above.
fn partner_order(generation: &Generation, id: Id, it: &Partner) -> u64 {
    let met = u64::from(generation.with_partner(id).next().is_some());
    met << 58 | people(it.population) << 33 | (numbers(Subject::Partner(id)).1 & 0xffff_ffff)
}

fn people(population: Option<i64>) -> u64 {
    population.and_then(|people| u64::try_from(people).ok()).unwrap_or_default().min(MOST_PEOPLE)
}

/// The beginnings of a word.
fn beginnings(word: &str) -> String {
    let mut all = String::new();
    for (end, c) in word.char_indices().take(LONGEST_BEGINNING) {
        all.push_str(&word[..end + c.len_utf8()]);
        all.push(' ');
    }
    all
}

fn place_words(generation: &Generation, it: &Collectivite) -> String {
    let name = |place: Option<&Place>| {
        place.and_then(|place| place.territory.as_ref()).map(|(_, territory)| fold(&territory.name)).unwrap_or_default()
    };
    let (department, region) = (name(generation.department(&it.department_code)), name(generation.region(&it.region_code)));
    format!("{} {department} {region}", it.department_code.to_lowercase())
}
