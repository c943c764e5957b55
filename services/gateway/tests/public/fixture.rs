//! A small France: enough of it to meet every page.

use std::sync::Arc;

use atlas_proto::directory::v1::{
    Collectivite, CollectiviteEvent, CollectiviteState, CollectiviteType, Contact, ContactKind, ContactVisibility, ExportBatch,
    ExportHeader, IdentityCard, Network, NetworkEvent, NetworkRelation, PublicContact, Succession, Territory, TerritoryEvent,
    TerritoryKind,
};
use axum::body::Body;
use gateway::{
    app::App,
    config::Public,
    front::Front,
    model::{Model, draft::Draft, snapshot::Position},
    routes,
};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use runtime::Readiness;

use crate::abroad;

pub const RENNES: &str = "213502388";
pub const HELLEAN: &str = "215600503";
pub const ENDED: &str = "215600008";
pub const HOSTILE: &str = "215600107";
pub const HOSTILE_NAME: &str = "<script>alert(1)</script> \"L'Œil\" & \u{202e}Nom\u{200b}";
pub const CONTACT: &str = "0192f0c1-0000-7000-8000-000000000001";

/// A site in process, with the model it shows.
pub struct Visit {
    pub front: Front,
    app: Arc<App>,
    pub model: Arc<Model>,
    _assets: tempfile::TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Visit {
    pub fn new() -> Self {
        Self::of(model(france()))
    }

    pub fn of(model: Arc<Model>) -> Self {
        Self::with(model, |_| {})
    }

    pub fn with(model: Arc<Model>, change: impl FnOnce(&mut Public)) -> Self {
        Self::routed(model, change, routes::router)
    }

    /// With these addresses.
    pub fn routed(model: Arc<Model>, change: impl FnOnce(&mut Public), router: impl FnOnce(&Arc<App>) -> axum::Router) -> Self {
        let assets = tempfile::tempdir().unwrap();
        let names = r#"{"app.css":"app.1.css","state.css":"state.1.css","icon.svg":"icon.1.svg","people.js":"people.1.js"}"#;
        let files =
            [("app.1.css", "a{}"), ("state.1.css", "b{}"), ("icon.1.svg", "<svg/>"), ("people.1.js", ";"), ("manifest.json", names)];
        for (name, text) in files {
            std::fs::write(assets.path().join(name), text).unwrap();
        }
        let mut public = Public {
            origin: "https://atlas.test".to_owned(),
            hosts: vec!["www.atlas.test".to_owned()],
            trusted_proxies: Vec::new(),
            address_rate: 1_000_000,
            assets_dir: assets.path().to_owned(),
            brand: Vec::new(),
            state_brand: false,
            help: gateway::page::Help::default(),
            development: false,
        };
        change(&mut public);
        let readiness = Readiness::default();
        readiness.condition("model").set(model.is_loaded());
        let app = Arc::new(App::new(&public, Arc::clone(&model), readiness).unwrap());
        let front = Front::new(Arc::clone(&app), router(&app));
        Self { front, app, model, _assets: assets }
    }

    /// The same with other addresses.
    pub fn over(self, front: impl FnOnce(Arc<App>) -> Front) -> Self {
        Self { front: front(Arc::clone(&self.app)), ..self }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path)).await
    }

    pub async fn ask(&self, request: http::request::Builder) -> Answer {
        let named = request.headers_ref().is_some_and(|headers| headers.contains_key("host"));
        let request = if named { request } else { request.header("host", "atlas.test") };
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.front.answer([192, 0, 2, 1].into(), request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// A model that shows this batch and what the small France does abroad, search included.
pub fn model(batch: ExportBatch) -> Arc<Model> {
    let model = Model::start().unwrap();
    let mut draft = Draft::begin(&ExportHeader { epoch: 1, ..ExportHeader::default() }, 0);
    draft.take(batch);
    draft.begin_record(&atlas_proto::projects::v1::ExportHeader { epoch: 1, ..Default::default() });
    draft.take_record(abroad::record());
    model.replace(draft, Position::default());
    model.publish();
    model.read().unwrap();
    Arc::new(model)
}

pub fn france() -> ExportBatch {
    let regions = [("53", "Bretagne"), ("11", "Île-de-France"), ("04", "La Réunion"), ("32", "Hauts-de-France")];
    let departments = [
        ("35", "Ille-et-Vilaine", "53"),
        ("56", "Morbihan", "53"),
        ("93", "Seine-Saint-Denis", "11"),
        ("94", "Val-de-Marne", "11"),
        ("974", "La Réunion", "04"),
        ("62", "Pas-de-Calais", "32"),
    ];
    let regions = regions.map(|(code, name)| territory(TerritoryKind::Region, code, name, ""));
    let departments = departments.map(|(code, name, region)| territory(TerritoryKind::Department, code, name, region));
    let network = Network { network_id: "n1".into(), acronym: "CUF".into(), name: "Cités Unies France".into(), ..Network::default() };
    abroad::world(ExportBatch {
        territories: regions.into_iter().chain(departments).collect(),
        networks: vec![NetworkEvent { epoch: 1, version: 1, network: Some(network) }],
        collectivites: all().into_iter().map(event).collect(),
        contacts: vec![contact(1, |_| {})],
        ..ExportBatch::default()
    })
}

pub fn event(it: Collectivite) -> CollectiviteEvent {
    CollectiviteEvent { epoch: 1, version: it.version, collectivite: Some(it) }
}

/// An elected person of Rennes whose address is not public.
pub fn contact(version: u64, change: impl FnOnce(&mut Contact)) -> PublicContact {
    let mut contact = Contact {
        contact_id: CONTACT.into(),
        collectivite_id: RENNES.into(),
        kind: ContactKind::Elected.into(),
        first_name: "Anne".into(),
        last_name: "Martin".into(),
        title: "adjointe à la maire, relations internationales".into(),
        visibility: Some(ContactVisibility { public: true, first_name: true, email: false }),
        version,
        ..Contact::default()
    };
    change(&mut contact);
    PublicContact { epoch: 1, version, contact: Some(contact) }
}

fn all() -> Vec<Collectivite> {
    let metropole = commune("243500139", "Rennes Métropole", "35", "53", 466_000);
    let metropole =
        Collectivite { r#type: CollectiviteType::Metropole.into(), insee_code: String::new(), postal_codes: Vec::new(), ..metropole };
    let region = commune("233500016", "Bretagne", "", "53", 3_400_000);
    let region = Collectivite { r#type: CollectiviteType::Region.into(), insee_code: "53".into(), postal_codes: Vec::new(), ..region };
    let link = |id: &str, name: &str| Succession { collectivite_id: id.into(), name: name.into(), effective_on: "2025-01-01".into() };
    let ended = Collectivite {
        state: CollectiviteState::Ended.into(),
        successors: vec![link(HELLEAN, "La Croix-Helléan")],
        ..commune(ENDED, "Vieux-Bourg", "56", "53", 0)
    };
    let hellean = Collectivite { predecessors: vec![link(ENDED, "Vieux-Bourg")], ..commune(HELLEAN, "La Croix-Helléan", "56", "53", 900) };
    let mut all = vec![
        rennes(),
        metropole,
        region,
        ended,
        hellean,
        commune(HOSTILE, HOSTILE_NAME, "56", "53", 12),
        commune("219300662", "Saint-Denis", "93", "11", 150_000),
        commune("219740115", "Saint-Denis", "974", "04", 153_000),
        commune("213502883", "Saint-Malo", "35", "53", 47_000),
        commune("219400389", "L'Haÿ-les-Roses", "94", "11", 31_000),
        commune("216204982", "Œuilly", "62", "32", 600),
    ];
    all.extend((0..130).map(|n| commune(&siren(21_620_100 + n), &format!("Saint-Village-{n:03}"), "62", "32", 100 + i64::from(n))));
    all
}

fn rennes() -> Collectivite {
    Collectivite {
        epci_id: "243500139".into(),
        postal_codes: vec!["35000".into(), "35200".into(), "35700".into()],
        identity_card: Some(IdentityCard {
            website: "https://metropole.rennes.fr/".into(),
            email: "international@rennes.test".into(),
            telephone: "02 23 62 10 10".into(),
            service: "Mission relations internationales".into(),
            ..IdentityCard::default()
        }),
        networks: vec![NetworkRelation {
            network_id: "n1".into(),
            name: "CUF".into(),
            member: true,
            uses: true,
            origin: "officiel".into(),
        }],
        ..commune(RENNES, "Rennes", "35", "53", 225_000)
    }
}

pub fn commune(id: &str, name: &str, department: &str, region: &str, population: i64) -> Collectivite {
    Collectivite {
        collectivite_id: id.into(),
        r#type: CollectiviteType::Commune.into(),
        name: name.into(),
        siren: id.into(),
        insee_code: id[1..6].into(),
        postal_codes: vec![format!("{}000", &department.get(..2).unwrap_or("99"))],
        department_code: department.into(),
        region_code: region.into(),
        population: Some(population),
        state: CollectiviteState::Active.into(),
        origin: "officiel".into(),
        version: 1,
        ..Collectivite::default()
    }
}

/// The SIREN that begins with these eight digits.
pub fn siren(stem: u32) -> String {
    (0..10).map(|digit| format!("{stem:08}{digit}")).find(|id| id.parse::<kernel::CollectiviteId>().is_ok()).unwrap()
}

fn territory(kind: TerritoryKind, code: &str, name: &str, region: &str) -> TerritoryEvent {
    let territory = Territory { kind: kind.into(), code: code.into(), name: name.into(), region_code: region.into(), version: 1 };
    TerritoryEvent { epoch: 1, version: 1, territory: Some(territory) }
}
