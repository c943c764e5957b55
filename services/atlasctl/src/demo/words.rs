//! What is said of partnerships and projects, composed from themes, places and countries: invented, in French that reads well.

mod links;
mod services;
mod territory;

use super::french::{at, capital, of};

/// What can be said of a theme.
pub struct Words {
    /// Its code in the list of themes.
    pub code: &'static str,
    /// What a convention about it is for.
    pub object: &'static str,
    /// What its projects are called.
    pub titles: &'static [&'static str],
    /// What is lacking.
    pub needs: &'static [&'static str],
    /// What is done about it.
    pub actions: &'static [&'static str],
}

/// Who does something where: what stands in the place of `{place}`, `{à}`, `{de}`, `{pays}`, `{lead}` and `{du}`.
pub struct Names<'a> {
    /// The foreign place.
    pub place: &'a str,
    /// In its country: « au Mali ».
    pub within: &'a str,
    /// The collectivité, as the subject of a sentence.
    pub lead: &'a str,
}

/// Ways to end a text about a project.
pub const ENDINGS: [&str; 5] = [
    "{Lead} apporte son expertise et une subvention ; le suivi est confié à un comité commun.",
    "Le projet est suivi par un comité qui réunit chaque année les élus des deux côtés.",
    "Une évaluation est prévue à mi-parcours, et ses résultats seront présentés aux habitants.",
    "Les associations des deux territoires prennent part à la préparation comme au suivi.",
    "{Lead} finance les études et les missions ; les travaux sont confiés à des entreprises locales.",
];

/// Ways to tell how it came about; `{année}` is the year in which the two began.
pub const HISTORIES: [&str; 5] = [
    "Les premiers échanges {du} avec {place} datent de {année}. Le projet prolonge les actions déjà menées ensemble.",
    "Depuis {année}, les délégations se succèdent. Ce projet répond à une demande exprimée par les élus {de}.",
    "Né d'une visite en {année}, le lien s'est élargi aux écoles, puis aux services techniques.",
    "La relation a commencé en {année} à l'initiative d'associations, avant que les élus ne la reprennent.",
    "Un premier diagnostic a été mené {à} avec une association partenaire, puis discuté avec les habitants.",
];

/// Ways to describe a partnership.
pub const DESCRIPTIONS: [&str; 4] = [
    "{Lead} et {place} se connaissent depuis {année} et travaillent ensemble sur {objet}.",
    "La coopération porte sur {objet}. Les deux collectivités se réunissent chaque année.",
    "Le partenariat a pour priorité {objet}, avec les écoles et les associations des deux territoires.",
    "Les échanges {pays} portent surtout sur {objet}.",
];

/// What is said of a theme; the twinning's words where a list of themes has a new one.
pub fn of_theme(code: &str) -> &'static Words {
    let mut all = services::THEMES.iter().chain(&territory::THEMES).chain(&links::THEMES);
    all.find(|words| words.code == code).unwrap_or(&links::THEMES[6])
}

/// Fills a sentence with names.
pub fn fill(sentence: &str, names: &Names<'_>) -> String {
    let filled = sentence
        .replace("{place}", names.place)
        .replace("{à}", &at(names.place))
        .replace("{de}", &of(names.place))
        .replace("{pays}", names.within)
        .replace("{Lead}", &capital(names.lead))
        .replace("{lead}", names.lead)
        .replace("{du}", &of(names.lead));
    capital(&filled)
}
