mod abroad;

use std::sync::Arc;

use askama::Template;
use atlas_proto::directory::v1::{Collectivite, ContactKind, IdentityCard, NetworkRelation, PublicContact, Succession};

use self::abroad::Abroad;
use super::{Line, Reader, kind_key};
use crate::{
    model::{
        generation::{has_card, lives},
        key::Key,
    },
    page::{Page, Shell, Site},
};

/// `GET /collectivites/{id}`
#[derive(Debug, Template)]
#[template(path = "atlas/collectivite.html")]
pub struct Show {
    shell: Shell,
    ended: bool,
    demo: bool,
    kind: String,
    place: String,
    successors: Vec<Link>,
    predecessors: Vec<Link>,
    abroad: Abroad,
    facts: Vec<Fact>,
    card: Option<Card>,
    contacts: Vec<Person>,
    networks: Vec<(String, String)>,
    members: Vec<Line>,
}

/// One end of a succession.
#[derive(Debug)]
struct Link {
    name: String,
    /// Empty where the Atlas does not know it.
    href: String,
    when: String,
}

/// A label and what it says, with a link or none.
#[derive(Debug)]
struct Fact {
    label: String,
    value: String,
    href: String,
}

/// How to reach it.
#[derive(Debug)]
struct Card {
    service: String,
    website: Option<String>,
    website_shown: String,
    email: String,
    mail_href: String,
    telephone: String,
    dialled: String,
}

/// A person to turn to, as far as anybody may see.
#[derive(Debug)]
struct Person {
    name: String,
    title: String,
    kind: String,
    email: String,
    mail_href: String,
}

impl Show {
    /// One collectivité's page, ended or not; none for an id that is unknown.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>, key: Key) -> Option<Self> {
        let it = reader.collectivite(key)?;
        let words = reader.words();
        let link = |of: &Succession, when| link(reader, of, when);
        Some(Self {
            shell: shell(reader, site, key, it),
            ended: !lives(it),
            demo: it.origin == "demo",
            kind: words.say(kind_key(it.r#type())),
            place: reader.place_of(it),
            successors: it.successors.iter().map(|of| link(of, "collectivite-since")).collect(),
            predecessors: it.predecessors.iter().map(|of| link(of, "collectivite-until")).collect(),
            abroad: Abroad::new(reader, key),
            facts: facts(reader, it),
            card: it.identity_card.as_ref().filter(|_| has_card(it)).map(Card::from),
            contacts: contacts(reader, key),
            networks: it.networks.iter().map(|relation| network(reader, relation)).collect(),
            members: members(reader, key),
        })
    }
}

impl Page for Show {
    fn address(&self) -> &str {
        &self.shell.address
    }
}

fn shell(reader: &Reader<'_>, site: &Arc<Site>, key: Key, it: &Collectivite) -> Shell {
    let mut shell = Shell::new(reader, site, format!("/collectivites/{key}"), &it.name);
    let named = |place: Option<&crate::model::generation::Place>| Some(place?.territory.as_ref()?.1.name.clone());
    if let Some(name) = named(reader.region(&it.region_code)) {
        shell = shell.step(name, reader.path(&format!("/regions/{}", it.region_code)));
    }
    if let Some(name) = named(reader.department(&it.department_code)) {
        shell = shell.step(name, reader.path(&format!("/departements/{}", it.department_code)));
    }
    shell
}

fn link(reader: &Reader<'_>, of: &Succession, when: &str) -> Link {
    let known = of.collectivite_id.parse::<Key>().ok().and_then(|key| Some((key, reader.collectivite(key)?)));
    let words = reader.words();
    Link {
        name: known.map_or_else(|| of.name.clone(), |(_, it)| it.name.clone()),
        href: known.map(|(key, _)| reader.path(&format!("/collectivites/{key}"))).unwrap_or_default(),
        when: if of.effective_on.is_empty() { String::new() } else { words.name(when, words.day(&of.effective_on)) },
    }
}

fn facts(reader: &Reader<'_>, it: &Collectivite) -> Vec<Fact> {
    let words = reader.words();
    let plain = |key: &str, value: String| Fact { label: words.say(key), value, href: String::new() };
    let territory = |key: &str, place: Option<&crate::model::generation::Place>, under: &str| {
        let (_, territory) = place?.territory.as_ref()?;
        let href = reader.path(&format!("{under}/{}", territory.code));
        Some(Fact { label: words.say(key), value: territory.name.clone(), href })
    };
    let grouping = Some(&it.epci_id)
        .filter(|id| **id != it.collectivite_id)
        .and_then(|id| id.parse::<Key>().ok())
        .and_then(|key| Some((key, reader.collectivite(key)?)));
    let population = it.population.and_then(|people| usize::try_from(people).ok());
    let postal_codes =
        Fact { label: words.count("fact-postal-codes", it.postal_codes.len()), value: it.postal_codes.join(", "), href: String::new() };
    let all = [
        Some(plain("fact-kind", words.say(kind_key(it.r#type())))),
        territory("fact-department", reader.department(&it.department_code), "/departements"),
        territory("fact-region", reader.region(&it.region_code), "/regions"),
        grouping.map(|(key, it)| Fact {
            label: words.say("fact-epci"),
            value: it.name.clone(),
            href: reader.path(&format!("/collectivites/{key}")),
        }),
        population.map(|people| plain("fact-population", words.count("fact-population-value", people))),
        Some(postal_codes),
        Some(plain("fact-insee", it.insee_code.clone())),
        Some(plain("fact-siren", it.siren.clone())),
    ];
    all.into_iter().flatten().filter(|fact| !fact.value.is_empty()).collect()
}

impl From<&IdentityCard> for Card {
    fn from(card: &IdentityCard) -> Self {
        // Only what is an address of the web becomes a link, whatever the field holds.
        let website = url::Url::parse(&card.website).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        Self {
            service: card.service.clone(),
            website: website.map(String::from),
            website_shown: card.website.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_owned(),
            email: card.email.clone(),
            mail_href: mail_href(&card.email),
            telephone: card.telephone.clone(),
            dialled: card.telephone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
        }
    }
}

/// A link that opens a message; what an address does not need is encoded, so that nothing else gets into it.
fn mail_href(email: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"@._+-".contains(&b);
    let encoded = email.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") });
    format!("mailto:{}", encoded.collect::<String>())
}

/// Those who hold a mandate first, then by name.
fn contacts(reader: &Reader<'_>, key: Key) -> Vec<Person> {
    let words = reader.words();
    let Some(of) = reader.contacts(key) else { return Vec::new() };
    let mut all: Vec<_> = of.list.values().filter_map(|PublicContact { contact, .. }| contact.as_ref()).collect();
    all.sort_by_key(|it| (it.kind() != ContactKind::Elected, crate::model::fold(&it.last_name), it.contact_id.clone()));
    let person = |it: &&atlas_proto::directory::v1::Contact| Person {
        name: format!("{} {}", it.first_name, it.last_name).trim().to_owned(),
        title: it.title.clone(),
        kind: words.say(if it.kind() == ContactKind::Elected { "contacts-elected" } else { "contacts-officer" }),
        email: it.email.clone(),
        mail_href: mail_href(&it.email),
    };
    all.iter().map(person).collect()
}

fn network(reader: &Reader<'_>, relation: &NetworkRelation) -> (String, String) {
    let name = reader.network(&relation.network_id).map_or_else(
        || relation.name.clone(),
        |network| match network.acronym.as_str() {
            "" => network.name.clone(),
            acronym => format!("{} ({acronym})", network.name),
        },
    );
    let how = match (relation.member, relation.uses) {
        (true, true) => "network-member-uses",
        (true, false) => "network-member",
        _ => "network-uses",
    };
    (name, reader.words().say(how))
}

fn members(reader: &Reader<'_>, key: Key) -> Vec<Line> {
    let all = reader.grouping(key).into_iter().flat_map(|place| &place.members);
    all.filter_map(|member| Some(reader.line(member.key, reader.listed(member.key)?, String::new()))).collect()
}
