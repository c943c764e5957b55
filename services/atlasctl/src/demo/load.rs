use std::{collections::HashMap, sync::Arc, time::Instant};

use atlas_proto::{
    directory::v1::{ImportReferenceRequest, Partner},
    projects::v1::{CountDemoRequest, ImportRecordRequest, demo_service_client::DemoServiceClient},
};
use serde::Serialize;

use super::{Invented, partnerships, people, places::PartnerPlace, projects};
use crate::{
    Exit,
    arguments::Service,
    connection::Connection,
    failure::Failure,
    import::{
        batches::{self, Batch},
        message::{Message, Told},
        progress::Progress,
        stream,
    },
    output::Output,
    reference::{Entry, FileFault, Place},
};

/// More refusals than that are not printed as text; JSON has them all.
const SHOWN: usize = 20;

/// What became of the records of one kind.
#[derive(Debug, Default, Serialize)]
struct Counts {
    records: usize,
    created: u64,
    updated: u64,
    unchanged: u64,
    kept: u64,
}

/// What became of the demonstration.
#[derive(Debug, Default, Serialize)]
struct Outcome {
    /// Collectivités that lead or take part in something.
    engaged: usize,
    countries: usize,
    partners: Counts,
    partnerships: Counts,
    /// Of the partnerships, those without a convention.
    other_actions: usize,
    projects: Counts,
    contacts: Counts,
    memberships: Counts,
    refused: Vec<FileFault>,
    seconds: f64,
}

/// What is on its way.
struct Sending<'a> {
    connection: &'a Connection,
    progress: Progress,
    refused: Vec<FileFault>,
}

/// Invents, and brings in what is not there yet.
pub async fn run(force: bool, connection: &Connection, output: &Output) -> Result<Exit, Failure> {
    let started = Instant::now();
    refuse_beside_real(force, connection).await?;
    let invented = Invented::new()?;
    let made = partnerships::all(&invented);
    let projects = projects::all(&invented, &made);
    let contacts = people::contacts(&invented.bodies);
    let ties = people::ties(&invented.bodies, &invented.networks);
    let many = invented.places.len() + made.len() + projects.len() + contacts.len() + ties.len();
    let mut sending = Sending { connection, progress: Progress::start(many, output.is_json()), refused: Vec::new() };
    let mut outcome = Outcome { engaged: invented.bodies.len(), countries: countries(&invented.places), ..Outcome::default() };
    outcome.other_actions = invented.links.iter().filter(|link| !link.convention).count();

    let ids = partners(&invented, &mut sending, &mut outcome.partners).await?;
    let named = invented.links.iter().zip(&made).filter_map(|(link, one)| Some(one.imported(ids.get(&link.place)?)));
    let named = entries(named, |one| &one.natural_key);
    outcome.partnerships = sending.all(named, |partnerships| ImportRecordRequest { partnerships, ..Default::default() }).await?;
    let projects = entries(projects, |one| &one.natural_key);
    outcome.projects = sending.all(projects, |projects| ImportRecordRequest { projects, ..Default::default() }).await?;
    let contacts = entries(contacts, |one| &one.natural_key);
    outcome.contacts = sending.all(contacts, |contacts| ImportReferenceRequest { contacts, ..Default::default() }).await?;
    let ties = entries(ties, |one| &one.collectivite_id);
    outcome.memberships = sending.all(ties, |network_relations| ImportReferenceRequest { network_relations, ..Default::default() }).await?;

    sending.progress.finish();
    outcome.refused = sending.refused;
    outcome.seconds = started.elapsed().as_secs_f64();
    output.say(&outcome, &outcome.text());
    Ok(if outcome.refused.is_empty() { Exit::Fine } else { Exit::Wrong })
}

/// A record that holds real partnerships is a real installation, unless somebody says that they know.
async fn refuse_beside_real(force: bool, connection: &Connection) -> Result<(), Failure> {
    let mut client = DemoServiceClient::new(connection.wire(Service::Projects)?);
    let counted = client.count_demo(CountDemoRequest {}).await.map_err(|status| connection.failed(Service::Projects, status))?;
    match counted.into_inner().other_partnerships {
        real if real > 0 && !force => Err(Failure::NotADemonstration(real)),
        _ => Ok(()),
    }
}

/// Sends the partners; the id of each, by its place in the list.
async fn partners(invented: &Invented, sending: &mut Sending<'_>, counts: &mut Counts) -> Result<HashMap<usize, String>, Failure> {
    let entries: Vec<Entry<Partner>> = invented.places.iter().map(|place| place.partner.clone()).collect();
    let (mut ids, mut before) = (HashMap::new(), 0);
    let hear = |batch: &Batch<ImportReferenceRequest>, told: &Told| {
        ids.extend(told.ids.iter().enumerate().filter(|(_, id)| !id.is_empty()).map(|(at, id)| (before + at, id.clone())));
        before += batch.count();
    };
    *counts = sending.heard(entries, |partners| ImportReferenceRequest { partners, ..Default::default() }, hear).await?;
    Ok(ids)
}

impl Sending<'_> {
    async fn all<T, M: Message>(&mut self, entries: Vec<Entry<T>>, request: fn(Vec<T>) -> M) -> Result<Counts, Failure> {
        self.heard(entries, request, |_, _| ()).await
    }

    /// Sends records of one kind; says what became of them.
    async fn heard<T, M: Message>(
        &mut self,
        entries: Vec<Entry<T>>,
        request: fn(Vec<T>) -> M,
        mut hear: impl FnMut(&Batch<M>, &Told),
    ) -> Result<Counts, Failure> {
        let mut counts = Counts { records: entries.len(), ..Counts::default() };
        let mut cut = Vec::new();
        batches::cut(&mut cut, entries, request);
        let Self { connection, progress, refused } = self;
        stream::send(connection, &Arc::from(cut), progress, &mut |batch, told| {
            counts.add(&told);
            hear(batch, &told);
            for remark in &told.refused {
                refused.push(batch.fault(remark).ok_or("an answer about a record that was never sent")?);
            }
            Ok(())
        })
        .await?;
        Ok(counts)
    }
}

/// Records with where they stand: nowhere but in what was invented.
fn entries<T>(records: impl IntoIterator<Item = T>, key: impl Fn(&T) -> &String) -> Vec<Entry<T>> {
    let (file, header) = (Arc::from("demonstration"), Arc::new(csv::StringRecord::from(vec!["natural_key"])));
    let entry = |(line, record): (u64, T)| {
        let cells = csv::StringRecord::from(vec![key(&record).as_str()]);
        Entry { record, place: Place { file: Arc::clone(&file), line, header: Arc::clone(&header), cells } }
    };
    (1..).zip(records).map(entry).collect()
}

fn countries(places: &[PartnerPlace]) -> usize {
    let mut codes: Vec<&str> = places.iter().map(PartnerPlace::country).collect();
    codes.dedup();
    codes.len()
}

impl Counts {
    fn add(&mut self, told: &Told) {
        self.created += u64::from(told.created);
        self.updated += u64::from(told.updated);
        self.unchanged += u64::from(told.unchanged);
        self.kept += u64::from(told.kept);
    }

    fn text(&self, what: &str) -> String {
        let Self { records, created, updated, unchanged, kept } = self;
        let kept = if *kept == 0 { String::new() } else { format!(", {kept} left as agents changed them") };
        format!("  {records} {what}: {created} created, {updated} updated, {unchanged} unchanged{kept}\n")
    }
}

impl Outcome {
    fn text(&self) -> String {
        let Self { engaged, countries, other_actions, seconds, refused, .. } = self;
        let mut text = format!("{engaged} collectivités, partners in {countries} countries, in {seconds:.1} s\n");
        text.push_str(&self.partners.text("partners"));
        text.push_str(&self.partnerships.text(&format!("partnerships, {other_actions} of them without a convention")));
        text.push_str(&self.projects.text("projects"));
        text.push_str(&self.contacts.text("contacts"));
        text.push_str(&self.memberships.text("memberships of networks"));
        for refusal in refused.iter().take(SHOWN) {
            text.push_str(&format!("  refused: {refusal}\n"));
        }
        if refused.len() > SHOWN {
            text.push_str(&format!("  … and {} more; --json lists them all\n", refused.len() - SHOWN));
        }
        text
    }
}
