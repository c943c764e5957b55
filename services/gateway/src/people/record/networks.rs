//! « Associations et réseaux » : of which a collectivité is a member, and which it uses.

use std::collections::BTreeSet;

use atlas_proto::directory::v1::{ListNetworksRequest, Network, NetworkRelation, SetNetworkRelationsRequest};
use axum::extract::Path;

use super::{
    Record,
    card::sections,
    conflict::{Clash, is_stale},
    values::{self, Fields, Values, act, based, filled},
};
use crate::{
    forms::{Form, FormView, Kind, Typed},
    people::{Answer, Block, Halt, Rich, door::go, offices::request_id},
    session::SignedIn,
};

const FIELDS: Fields = &[("members", "field-members"), ("uses", "field-uses")];

/// What there is to tick, and what is ticked.
struct Ticked {
    all: Vec<Network>,
    known: Values,
    etag: String,
}

async fn ticked(person: &SignedIn, record: &Record) -> Result<Ticked, Halt> {
    let request = ListNetworksRequest { page_size: 1000, page_token: String::new() };
    let told = person.directory(&record.right, request, |mut directory, asked| async move { directory.list_networks(asked).await }).await?;
    let sections = sections(person, record).await?;
    let relations = sections.collectivite.unwrap_or_default().networks;
    let mut ids: Vec<(String, bool, bool)> = relations.into_iter().map(|it| (it.network_id, it.member, it.uses)).collect();
    // In the order in which a form sends them, so that what nobody touched is the same.
    ids.sort_by_key(|(id, ..)| told.networks.iter().position(|it| it.network_id == *id));
    let of =
        |member: bool| ids.iter().filter(|(_, is, uses)| if member { *is } else { *uses }).map(|(id, ..)| id.as_str()).collect::<Vec<_>>();
    let known = vec![("members", of(true).join(" ")), ("uses", of(false).join(" "))];
    Ok(Ticked { known, all: told.networks, etag: sections.networks_etag })
}

impl Ticked {
    fn name(&self, id: &str) -> String {
        let found = self.all.iter().find(|it| it.network_id == id);
        found.map_or_else(|| id.to_owned(), |it| if it.acronym.is_empty() { it.name.clone() } else { it.acronym.clone() })
    }

    fn read_as(&self, value: &str) -> String {
        value.split_whitespace().map(|id| self.name(id)).collect::<Vec<_>>().join(", ")
    }
}

/// `GET /espace/{id}/reseaux`
pub async fn show(person: SignedIn, Path(id): Path<String>) -> Answer {
    let (record, typed) = (Record::of(&person, &id)?, person.draft().await?);
    let ticked = ticked(&person, &record).await?;
    page(&person, &record, &ticked, &typed)
}

/// `POST /espace/{id}/reseaux`
pub async fn send(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    let record = Record::edited(&person, &id)?;
    let form = values::sent(form, FIELDS, &["etag", "request_id"])?;
    act(&form, &["save"])?;
    let set = |name: &str| form.get(name).split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let (members, uses) = (set("members"), set("uses"));
    let relation = |id: &String| NetworkRelation {
        network_id: id.clone(),
        member: members.contains(id),
        uses: uses.contains(id),
        ..NetworkRelation::default()
    };
    let request = SetNetworkRelationsRequest {
        collectivite_id: record.id.clone(),
        networks: members.union(&uses).map(relation).collect(),
        etag: form.get("etag").to_owned(),
        request_id: form.get("request_id").to_owned(),
    };
    let done = || {
        person.say_next("record-published");
        Ok(go(&person, &person.path))
    };
    match person.directory(&record.right, request, |mut directory, asked| async move { directory.set_network_relations(asked).await }).await
    {
        Ok(_) => done(),
        Err(halt) if is_stale(&halt) => {
            let now = ticked(&person, &record).await?;
            let (known, etag, read) = (now.known.clone(), now.etag.clone(), |_: &str, value: &str| now.read_as(value));
            let clash = Clash { fields: FIELDS, form: &form, now: known, etag, who: String::new(), carried: Vec::new(), read: &read };
            clash.page(&person, &record, person.words().say("own-networks-title")).unwrap_or_else(done)
        }
        Err(Halt::Service(status)) => {
            let typed = Typed::of(&form).refused_by_path(status, person.words(), |_| "members")?;
            page(&person, &record, &ticked(&person, &record).await?, &typed)
        }
        Err(halt) => Err(halt),
    }
}

fn page(person: &SignedIn, record: &Record, ticked: &Ticked, typed: &Typed) -> Answer {
    let words = person.words();
    let mut sheet = record.sheet(person, words.say("own-networks-title")).text(words.say("own-networks-intro"));
    if !record.edits {
        let facts = ticked.known.iter().zip(FIELDS).map(|((_, value), (_, label))| (words.say(label), Rich::from(ticked.read_as(value))));
        return sheet.part(Block::Facts(facts.collect())).answer();
    }
    if typed.drafted {
        sheet = sheet.notice("info", words.say("draft-filled"));
    }
    let mut form = FormView::new(person, &filled(typed, &ticked.known));
    for (name, _) in FIELDS {
        form = form.field(person, *name, Kind::Checks, |field| {
            field.choose(ticked.all.iter().map(|it| {
                let about = if it.acronym.is_empty() { String::new() } else { it.name.clone() };
                (it.network_id.clone(), ticked.name(&it.network_id), about)
            }));
            field.optional();
        });
    }
    let etag = if typed.has("etag") { typed.value("etag") } else { &ticked.etag };
    let form = based(form.hidden("etag", etag).hidden("request_id", request_id()), typed, &ticked.known);
    sheet.form(form.button(words.say("publish-button"), "save")).answer()
}
