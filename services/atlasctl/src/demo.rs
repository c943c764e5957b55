//! `atlasctl demo`: a national record that is invented, of real collectivités and real places, the same on every machine.

mod bodies;
mod dice;
mod drop;
mod french;
mod links;
mod load;
mod partnerships;
mod people;
mod places;
mod projects;
mod words;

use atlas_proto::{directory::v1::Network, projects::v1::Theme};

use crate::{
    Exit,
    arguments::{Demo, Options},
    connection::Connection,
    failure::Failure,
    output::Output,
    reference::{Reference, Refused},
};
use bodies::Body;
use links::Link;
use places::PartnerPlace;

/// How much is invented. The first five are those of the ministry's circular of 2015.
struct Sizes {
    /// Collectivités that take part in something.
    engaged: usize,
    /// Projects, all of them under a partnership with a convention.
    projects: usize,
    /// Partnerships without one.
    other_actions: usize,
    /// Partnerships in all.
    partnerships: usize,
    /// Of these, those that have ended.
    ended: usize,
    mali_partnerships: usize,
    mali_twinnings: usize,
    mali_projects: usize,
    german_partnerships: usize,
    paris_partnerships: usize,
    paris_projects: usize,
}

/// The record of the whole nation; partners and countries are those of the file of places.
const NATION: Sizes = Sizes {
    engaged: 4_788,
    projects: 12_756,
    other_actions: 753,
    partnerships: 10_974,
    ended: 1_100,
    mali_partnerships: 170,
    mali_twinnings: 150,
    mali_projects: 422,
    german_partnerships: 2_300,
    paris_partnerships: 62,
    paris_projects: 456,
};

/// Who does something, with whom.
struct Invented {
    sizes: Sizes,
    bodies: Vec<Body>,
    places: Vec<PartnerPlace>,
    links: Vec<Link>,
    themes: Vec<Theme>,
    networks: Vec<Network>,
}

impl Invented {
    /// Invents from the reference data that this program ships.
    fn new() -> Result<Self, Refused> {
        let Reference { collectivites, countries, themes, networks, .. } = Reference::shipped()?;
        let register: Vec<_> = collectivites.iter().map(|entry| &entry.record).collect();
        let bodies = bodies::engaged(&register, NATION.engaged);
        let places = places::shipped(&countries)?;
        let links = links::all(&bodies, &places, &NATION);
        let themes = themes.into_iter().map(|entry| entry.record).collect();
        let networks = networks.into_iter().map(|entry| entry.record).collect();
        Ok(Self { sizes: NATION, bodies, places, links, themes, networks })
    }
}

/// Loads the demonstration, or drops it.
pub async fn run(command: Demo, options: &Options, output: &Output) -> Result<Exit, Failure> {
    let connection = Connection::open(options)?;
    match command {
        Demo::Load { force } => load::run(force, &connection, output).await,
        Demo::Drop => drop::run(&connection, output).await,
    }
}
