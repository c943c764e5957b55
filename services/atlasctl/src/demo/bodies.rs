use std::collections::HashSet;

use atlas_proto::directory::v1::{Collectivite, CollectiviteType as Kind};

use super::{
    dice::{Dice, cumulated},
    french,
};

/// The capital, whose share is known: 456 projects.
pub const PARIS: &str = "217500016";
/// The village that the invented people of `up` act for.
const LA_CROIX_HELLEAN: &str = "215600503";

/// How many of each kind are engaged; communes are what is left.
const ENGAGED: [(&[Kind], usize); 7] = [
    (&[Kind::Region], 14),
    (&[Kind::CollectiviteUnique, Kind::CollectiviteEuropeenne], 5),
    (&[Kind::CollectiviteOutreMer], 5),
    (&[Kind::Departement], 85),
    (&[Kind::Metropole, Kind::MetropoleLyon, Kind::CommunauteUrbaine], 36),
    (&[Kind::CommunauteAgglomeration, Kind::Ept], 96),
    (&[Kind::CommunauteCommunes], 118),
];

/// A real collectivité that the demonstration has do something.
pub struct Body {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// As it is called in a sentence: « la commune de Dinan », « la Région Bretagne ».
    pub name: String,
    /// Its région, for networks that are of one.
    pub region: String,
    /// Its département, for neighbours; empty for régions.
    pub department: String,
    /// 0 where it is not known.
    pub population: u64,
}

impl Body {
    fn of(one: &Collectivite) -> Self {
        let name = match one.r#type() {
            Kind::Commune if one.collectivite_id == PARIS => "la Ville de Paris".to_owned(),
            Kind::Commune if population(one) >= 20_000 => format!("la ville {}", french::of(&one.name)),
            Kind::Commune => format!("la commune {}", french::of(&one.name)),
            Kind::Region => format!("la Région {}", one.name),
            Kind::Departement => format!("le Département {}", french::of_department(&one.name)),
            Kind::CollectiviteUnique | Kind::CollectiviteOutreMer => format!("la collectivité {}", french::of(&one.name)),
            Kind::CollectiviteEuropeenne => format!("la {}", one.name),
            Kind::CommunauteCommunes => full(&one.name, "CC ", "la communauté de communes "),
            Kind::CommunauteAgglomeration => full(&one.name, "CA ", "la communauté d'agglomération "),
            Kind::CommunauteUrbaine => full(&one.name, "CU ", "la communauté urbaine "),
            _ if one.name.starts_with("Métropole") => format!("la {}", one.name),
            _ => one.name.clone(),
        };
        Self {
            id: one.collectivite_id.clone(),
            kind: one.r#type(),
            name,
            region: one.region_code.clone(),
            department: one.department_code.clone(),
            population: population(one),
        }
    }

    /// How many partnerships it tends to have, beside its first.
    pub fn appetite(&self) -> u64 {
        match (self.kind, self.population) {
            _ if self.id == PARIS => 0, // its share is fixed
            (Kind::Region, _) => 260,
            (Kind::CollectiviteUnique | Kind::CollectiviteEuropeenne | Kind::CollectiviteOutreMer, _) => 80,
            (Kind::Departement, _) => 50,
            (Kind::Metropole | Kind::MetropoleLyon, _) => 90,
            (Kind::CommunauteUrbaine | Kind::CommunauteAgglomeration | Kind::Ept, _) => 20,
            (_, 200_000..) => 240,
            (_, 100_000..) => 150,
            (_, 50_000..) => 70,
            (_, 20_000..) => 35,
            (_, 5_000..) => 14,
            _ => 3,
        }
    }

    /// Small communes look to Europe, large bodies to the world: where it stands between both, from 0 to 100.
    pub fn reach(&self) -> usize {
        match (self.kind, self.population) {
            (Kind::Region | Kind::CollectiviteUnique | Kind::Departement, _) => 100,
            (Kind::Metropole | Kind::MetropoleLyon | Kind::CommunauteUrbaine, _) => 90,
            (Kind::Commune, 0..2_000) => 0,
            (Kind::Commune, 2_000..10_000) => 20,
            (Kind::Commune, 10_000..50_000) => 55,
            (Kind::CommunauteCommunes, _) => 45,
            _ => 80,
        }
    }

    /// Régions and their like work with régions.
    pub const fn is_wide(&self) -> bool {
        matches!(self.kind, Kind::Region | Kind::CollectiviteUnique | Kind::CollectiviteEuropeenne | Kind::Departement)
    }
}

fn population(one: &Collectivite) -> u64 {
    one.population.unwrap_or_default().unsigned_abs()
}

/// With the kind in words in place of its acronym.
fn full(name: &str, acronym: &str, words: &str) -> String {
    name.strip_prefix(acronym).map_or_else(|| name.to_owned(), |rest| format!("{words}{rest}"))
}

/// Chooses so many collectivités: the largest of each kind, and communes by chance, large ones rather than small.
pub fn engaged(register: &[&Collectivite], many: usize) -> Vec<Body> {
    let mut chosen: Vec<&Collectivite> = Vec::with_capacity(many);
    for (kinds, share) in ENGAGED {
        let mut of_kind: Vec<&Collectivite> = register.iter().copied().filter(|one| kinds.contains(&one.r#type())).collect();
        of_kind.sort_by(|one, other| population(other).cmp(&population(one)).then_with(|| one.collectivite_id.cmp(&other.collectivite_id)));
        chosen.extend(of_kind.into_iter().take(share));
    }
    let communes: Vec<&Collectivite> = register.iter().copied().filter(|one| one.r#type() == Kind::Commune).collect();
    chosen.extend(by_chance(&communes, many.saturating_sub(chosen.len())));
    chosen.sort_by(|one, other| one.collectivite_id.cmp(&other.collectivite_id));
    chosen.into_iter().map(Body::of).collect()
}

fn by_chance<'a>(communes: &[&'a Collectivite], many: usize) -> Vec<&'a Collectivite> {
    let mut dice = Dice::of(1);
    let weights = cumulated(communes.iter().map(|one| (population(one) + 50).isqrt()));
    let fixed = |one: &&&Collectivite| [PARIS, LA_CROIX_HELLEAN].contains(&one.collectivite_id.as_str()) || population(one) >= 30_000;
    let mut chosen: Vec<&Collectivite> = communes.iter().filter(fixed).copied().take(many).collect();
    let mut seen: HashSet<&str> = chosen.iter().map(|one| one.collectivite_id.as_str()).collect();
    while chosen.len() < many.min(communes.len()) {
        let one = communes[dice.weighted(&weights)];
        if seen.insert(&one.collectivite_id) {
            chosen.push(one);
        }
    }
    chosen
}
