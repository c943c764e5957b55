use atlas_proto::directory::v1::{
    CollectiviteType as Kind, Contact, ContactKind, ContactVisibility, ImportedContact, ImportedNetworkRelation, Network,
};

use super::{bodies::Body, dice::Dice};

const WOMEN: [&str; 24] = [
    "Agnès",
    "Amina",
    "Anne",
    "Béatrice",
    "Camille",
    "Catherine",
    "Chantal",
    "Claire",
    "Élodie",
    "Fatou",
    "Florence",
    "Hélène",
    "Isabelle",
    "Jeanne",
    "Julie",
    "Karima",
    "Laurence",
    "Léa",
    "Marie",
    "Nadia",
    "Nathalie",
    "Sophie",
    "Sylvie",
    "Véronique",
];
const MEN: [&str; 24] = [
    "Alain",
    "Antoine",
    "Bernard",
    "Bruno",
    "Christophe",
    "Daniel",
    "David",
    "Éric",
    "François",
    "Gérard",
    "Guillaume",
    "Hervé",
    "Jacques",
    "Jean",
    "Karim",
    "Laurent",
    "Louis",
    "Mamadou",
    "Michel",
    "Nicolas",
    "Olivier",
    "Philippe",
    "Samir",
    "Thierry",
];
const SURNAMES: [&str; 40] = [
    "Aubert",
    "Barbier",
    "Benali",
    "Bertin",
    "Blanchard",
    "Bonnet",
    "Boucher",
    "Caron",
    "Chevalier",
    "Collet",
    "Dubreuil",
    "Dumas",
    "Fabre",
    "Fontaine",
    "Garnier",
    "Giraud",
    "Guérin",
    "Hamon",
    "Jacquet",
    "Lacroix",
    "Lambert",
    "Leclerc",
    "Lefort",
    "Lemaire",
    "Maréchal",
    "Mercier",
    "Morel",
    "Moulin",
    "Noël",
    "Perrin",
    "Picard",
    "Prévost",
    "Renaud",
    "Rivière",
    "Roche",
    "Roussel",
    "Schmitt",
    "Thomas",
    "Traoré",
    "Vidal",
];

/// Somebody elected for each collectivité, and an officer where it is not small. Nobody of them exists.
pub fn contacts(bodies: &[Body]) -> Vec<ImportedContact> {
    let mut dice = Dice::of(5);
    let mut contacts = Vec::with_capacity(bodies.len() * 2);
    for body in bodies {
        let officers = match (body.kind, body.population) {
            (Kind::Commune, 0..1_000) => 0,
            (Kind::Commune, 1_000..100_000) => 1,
            _ => 2,
        };
        contacts.push(contact(body, ContactKind::Elected, 1, &mut dice));
        contacts.extend((2..2 + officers).map(|nth| contact(body, ContactKind::Officer, nth, &mut dice)));
    }
    contacts
}

fn contact(body: &Body, kind: ContactKind, nth: usize, dice: &mut Dice) -> ImportedContact {
    let woman = dice.percent(50);
    let (first, last) = (*dice.pick(if woman { &WOMEN } else { &MEN }), *dice.pick(&SURNAMES));
    let contact = Contact {
        collectivite_id: body.id.clone(),
        kind: kind.into(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        title: title(body, kind, woman, nth).to_owned(),
        email: format!("{}.{}@{}.example.org", plain(first), plain(last), body.id),
        visibility: Some(ContactVisibility { public: true, first_name: true, email: dice.percent(15) }),
        origin: "demo".to_owned(),
        ..Contact::default()
    };
    ImportedContact { natural_key: format!("demo {} {nth}", body.id), contact: Some(contact) }
}

/// As addresses write it.
fn plain(name: &str) -> String {
    let letter = |letter| match letter {
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'ç' => 'c',
        other => other,
    };
    name.to_lowercase().chars().map(letter).collect()
}

fn title(body: &Body, kind: ContactKind, woman: bool, nth: usize) -> &'static str {
    let assembly = matches!(body.kind, Kind::Region | Kind::Departement | Kind::CollectiviteEuropeenne);
    match (kind, body.kind, woman) {
        (ContactKind::Elected, Kind::Commune, true) => "Adjointe au maire déléguée aux relations internationales",
        (ContactKind::Elected, Kind::Commune, false) => "Adjoint au maire délégué aux relations internationales",
        (ContactKind::Elected, _, true) if assembly => "Vice-présidente chargée de la coopération internationale",
        (ContactKind::Elected, _, true) => "Conseillère déléguée à l'action internationale",
        (ContactKind::Elected, _, false) if assembly => "Vice-président chargé de la coopération internationale",
        (ContactKind::Elected, ..) => "Conseiller délégué à l'action internationale",
        (_, Kind::Commune, true) if body.population < 10_000 => "Secrétaire générale de mairie",
        (_, Kind::Commune, false) if body.population < 10_000 => "Secrétaire général de mairie",
        (_, _, true) if nth == 2 => "Chargée de mission relations internationales",
        (_, _, false) if nth == 2 => "Chargé de mission relations internationales",
        (_, _, true) => "Directrice des relations internationales",
        (_, _, false) => "Directeur des relations internationales",
    }
}

/// Which networks collectivités are members of, or use.
pub fn ties(bodies: &[Body], networks: &[Network]) -> Vec<ImportedNetworkRelation> {
    let mut dice = Dice::of(6);
    let mut ties = Vec::new();
    for body in bodies {
        for network in networks {
            let chance = likely(body, network);
            if chance > 0 && dice.percent(chance) {
                let (member, uses) = (dice.percent(80), dice.percent(50));
                let network = network.name.clone();
                ties.push(ImportedNetworkRelation { collectivite_id: body.id.clone(), network, member, uses: uses || !member });
            }
        }
    }
    ties
}

/// In a hundred.
fn likely(body: &Body, network: &Network) -> usize {
    let large = body.population > 50_000;
    match (network.acronym.as_str(), body.kind) {
        ("AMF", Kind::Commune) => 60,
        ("ADF", Kind::Departement) | ("RDF", Kind::Region) => 95,
        ("FU", Kind::Metropole | Kind::MetropoleLyon | Kind::CommunauteUrbaine) => 90,
        ("AFCCRE", _) => {
            if large {
                55
            } else {
                22
            }
        }
        ("CUF" | "PS-EAU", _) => {
            if large {
                45
            } else {
                6
            }
        }
        ("ARRICOD" | "CGLU" | "AIMF" | "EUROCITIES" | "ENERGY-CITIES" | "PLATFORMA", _) if large => 12,
        ("APVF", Kind::Commune) if (2_500..25_000).contains(&body.population) => 25,
        ("CRPM", Kind::Region) => 60,
        (_, _) if network.scope == body.region && !body.region.is_empty() => {
            if large {
                60
            } else {
                14
            }
        }
        _ => 0,
    }
}
