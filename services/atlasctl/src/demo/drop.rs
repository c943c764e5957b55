use std::time::{Duration, Instant};

use atlas_proto::{directory::v1 as dir, projects::v1 as pro};
use serde::Serialize;

use crate::{Exit, arguments::Service, connection::Connection, failure::Failure, output::Output};

/// A call removes some thousands of records.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of the demonstration.
#[derive(Debug, Default, Serialize)]
struct Outcome {
    projects: u64,
    partnerships: u64,
    contacts: u64,
    memberships: u64,
    partners: u64,
    /// Stay, because projects that are real are done under them.
    kept_partnerships: u64,
    /// Stay, because partnerships that are real name them.
    kept_partners: u64,
    seconds: f64,
}

/// Removes what is of demonstration, a part at a time; killed, it is started again and goes on.
pub async fn run(connection: &Connection, output: &Output) -> Result<Exit, Failure> {
    let started = Instant::now();
    let mut outcome = Outcome::default();
    let in_use = from_projects(connection, &mut outcome).await?;
    from_directory(connection, in_use, &mut outcome).await?;
    outcome.seconds = started.elapsed().as_secs_f64();
    output.say(&outcome, &outcome.text());
    Ok(if outcome.kept_partnerships + outcome.kept_partners == 0 { Exit::Fine } else { Exit::Wrong })
}

/// The record first: partners are named there. Gives those that are named still.
async fn from_projects(connection: &Connection, outcome: &mut Outcome) -> Result<Vec<String>, Failure> {
    let wire = connection.wire(Service::Projects)?.within(PATIENCE);
    let mut client = pro::demo_service_client::DemoServiceClient::new(wire);
    loop {
        let answer = client.drop_demo(pro::DropDemoRequest {}).await;
        let dropped = answer.map_err(|status| connection.failed(Service::Projects, status))?.into_inner();
        outcome.projects += u64::from(dropped.removed_projects);
        outcome.partnerships += u64::from(dropped.removed_partnerships);
        if !dropped.more {
            outcome.kept_partnerships = dropped.kept_partnerships;
            return Ok(dropped.partner_ids_in_use);
        }
    }
}

async fn from_directory(connection: &Connection, kept: Vec<String>, outcome: &mut Outcome) -> Result<(), Failure> {
    let wire = connection.wire(Service::Directory)?.within(PATIENCE);
    let mut client = dir::demo_service_client::DemoServiceClient::new(wire);
    loop {
        let answer = client.drop_demo(dir::DropDemoRequest { kept_partner_ids: kept.clone() }).await;
        let dropped = answer.map_err(|status| connection.failed(Service::Directory, status))?.into_inner();
        outcome.contacts += u64::from(dropped.removed_contacts);
        outcome.memberships += u64::from(dropped.removed_network_relations);
        outcome.partners += u64::from(dropped.removed_partners);
        if !dropped.more {
            outcome.kept_partners = dropped.kept_partners;
            return Ok(());
        }
    }
}

impl Outcome {
    fn text(&self) -> String {
        let Self { projects, partnerships, contacts, memberships, partners, kept_partnerships, kept_partners, seconds } = self;
        let mut text = format!("removed in {seconds:.1} s: {partnerships} partnerships, {projects} projects, {partners} partners, ");
        text.push_str(&format!("{contacts} contacts, {memberships} memberships of networks\n"));
        if kept_partnerships + kept_partners > 0 {
            text.push_str(&format!("  {kept_partnerships} partnerships and {kept_partners} partners of demonstration stay: "));
            text.push_str("what is real names them. Give it another partnership or partner, or remove it, and drop again\n");
        }
        text
    }
}
