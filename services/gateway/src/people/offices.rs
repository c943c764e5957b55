//! The pages of those who help and decide: SGAR, préfectures, ministry, operators; and where one is at work.

pub mod accounts;
mod acts;
pub mod codes;
mod colleagues;
pub mod journal;
pub mod messages;
pub mod requests;

use atlas_proto::identity::v1::ListMembershipRequestsRequest;
use kernel::{Right, RightKind, Role};

use super::{
    Answer, Block, Halt, Link, Sheet,
    door::go,
    pick::{self, Picked},
};
use crate::{
    error::PageError,
    forms::{Form, FormView, Typed},
    session::{SignedIn, Visitor},
};

/// Where somebody is at work: over what, and by which right of theirs.
#[derive(Debug)]
pub struct Office {
    /// The right that the services are asked with.
    pub right: Right,
    /// What the page is about: kind:key.
    pub scope: String,
    /// That in words.
    pub name: String,
    /// The address of its pages, without the language.
    pub base: String,
    /// The right goes far enough to change who acts for it.
    pub manages: bool,
    kind: RightKind,
    key: String,
}

impl Office {
    /// The office whose page is asked for, by a right of that office.
    ///
    /// # Errors
    /// Not found, for whom it is not: whether it exists is not said.
    pub fn own(person: &SignedIn, role: Role) -> Result<Self, Halt> {
        let (kind, key, base) = asked(person).ok_or(PageError::NotFound)?;
        let right = person.right(kind, &key, role).or_else(|| {
            // Operators see to the installation's accounts and journal on the ministry's pages.
            (kind == RightKind::National).then(|| person.right(RightKind::Operator, "*", role)).flatten()
        });
        let right = right.ok_or(PageError::NotFound)?;
        Ok(Self { name: name(person, &right), scope: format!("{kind}:{key}"), base, manages: right.role == Role::Admin, right, kind, key })
    }

    /// The team of the office whose page is asked for: by a right of the office, or of one above it.
    ///
    /// # Errors
    /// Not found, for whom it is not.
    pub fn team(person: &SignedIn) -> Result<Self, Halt> {
        let (kind, key, base) = asked(person).ok_or(PageError::NotFound)?;
        let national = || person.right(RightKind::National, "*", Role::Admin);
        let region = || {
            let of = person
                .desk
                .app
                .model
                .now()
                .department(&key)
                .and_then(|place| place.territory.as_ref().map(|(_, it)| it.region_code.clone()));
            of.filter(|_| kind == RightKind::Department).and_then(|region| person.right(RightKind::Region, &region, Role::Admin))
        };
        let operator = || (kind == RightKind::National).then(|| person.right(RightKind::Operator, "*", Role::Admin)).flatten();
        // A préfecture's own people see their team; who belongs to it others decide.
        let own = || person.right(kind, &key, Role::Admin);
        let (right, manages) = if kind == RightKind::Department {
            region().or_else(national).map(|right| (right, true)).or_else(|| own().map(|right| (right, false)))
        } else {
            own().or_else(national).or_else(operator).map(|right| (right, true))
        }
        .ok_or(PageError::NotFound)?;
        let (kind, key) = if right.kind == RightKind::Operator { (RightKind::Operator, "*".to_owned()) } else { (kind, key) };
        let about = Right { kind, key: key.clone(), role: Role::Reader };
        Ok(Self { name: name(person, &about), scope: format!("{kind}:{key}"), base, manages, right, kind, key })
    }

    /// A collectivité, by a right over it, or of an office over it.
    ///
    /// # Errors
    /// Not found, for whom it is not.
    pub fn of_collectivite(person: &SignedIn, id: &str, role: Role) -> Result<Self, Halt> {
        let own = person.right(RightKind::Collectivite, id, role);
        let right = own.or_else(|| over(person, id, role).filter(|right| right.kind != RightKind::Department));
        let right = right.ok_or(PageError::NotFound)?;
        let held = person.rights().find(|(right, _)| right.kind == RightKind::Collectivite && right.key == id);
        let name = person.desk.name_of(id).or_else(|| held.map(|(_, membership)| membership.name.clone())).unwrap_or_else(|| id.to_owned());
        Ok(Self {
            scope: format!("collectivite:{id}"),
            name,
            base: format!("/espace/{id}"),
            manages: right.role == Role::Admin,
            right,
            kind: RightKind::Collectivite,
            key: id.to_owned(),
        })
    }

    /// What kind of thing the page is about.
    #[must_use]
    pub const fn right_of_scope(&self) -> RightKind {
        self.kind
    }

    /// The collectivité it is about; empty for an office.
    #[must_use]
    pub fn collectivite(&self) -> String {
        if self.kind == RightKind::Collectivite { self.key.clone() } else { String::new() }
    }

    /// A page of it, which says for whom it is and leads back.
    #[must_use]
    pub fn sheet(&self, person: &SignedIn, heading: String) -> Sheet {
        let sheet = Sheet::of(person, heading).step(person.words().say("space-title"), "/espace").step(&self.name, &self.base);
        if self.kind != RightKind::Collectivite {
            return sheet.office(&self.name);
        }
        let sheet = sheet.about(&self.key, &self.name);
        match self.right.kind {
            RightKind::Collectivite => sheet,
            _ => sheet.notice("info", person.words().name("office-for", name(person, &self.right))),
        }
    }
}

/// The office of the address that is asked for: kind, key, and the beginning of its addresses.
fn asked(visitor: &Visitor) -> Option<(RightKind, String, String)> {
    let mut parts = visitor.path.split('/').skip(1);
    let (kind, base) = match parts.next()? {
        "administration" => return Some((RightKind::National, "*".to_owned(), "/administration".to_owned())),
        "sgar" => (RightKind::Region, "/sgar"),
        "prefecture" => (RightKind::Department, "/prefecture"),
        _ => return None,
    };
    let key = parts.next()?;
    let plain = !key.is_empty() && key.len() <= 3 && key.bytes().all(|b| b.is_ascii_alphanumeric());
    plain.then(|| (kind, key.to_owned(), format!("{base}/{key}")))
}

/// What a right is over, in words.
#[must_use]
pub fn name(visitor: &Visitor, right: &Right) -> String {
    let words = visitor.words();
    match right.kind {
        RightKind::Collectivite => visitor.desk.name_of(&right.key).unwrap_or_else(|| right.key.clone()),
        RightKind::Region => words.name("office-region", visitor.desk.region(&right.key).unwrap_or_else(|| right.key.clone())),
        RightKind::Department => words.name("office-department", visitor.desk.department(&right.key).unwrap_or_else(|| right.key.clone())),
        RightKind::Country => words.name("office-country", &right.key),
        RightKind::National => words.say("office-national"),
        RightKind::Operator | RightKind::Service => words.say("office-operator"),
    }
}

/// Where the pages of a right begin.
#[must_use]
pub fn path(right: &Right) -> String {
    match right.kind {
        RightKind::Collectivite => format!("/espace/{}", right.key),
        RightKind::Region => format!("/sgar/{}", right.key),
        RightKind::Department => format!("/prefecture/{}", right.key),
        RightKind::National | RightKind::Operator => "/administration".to_owned(),
        RightKind::Country | RightKind::Service => "/espace".to_owned(),
    }
}

/// The person's right of an office over a collectivité: its région's, its département's, or the ministry's.
#[must_use]
pub fn over(person: &SignedIn, id: &str, role: Role) -> Option<Right> {
    let generation = person.desk.app.model.now();
    let it = generation.collectivite(id.parse().ok()?)?;
    let (region, department) = (&it.value.region_code, &it.value.department_code);
    person
        .right(RightKind::Region, region, role)
        .or_else(|| person.right(RightKind::National, "*", role))
        .or_else(|| person.right(RightKind::Department, department, role))
}

/// What makes a form be done once, however often it is sent.
#[must_use]
pub fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The way to the next page of a list.
pub fn more(person: &SignedIn, token: &str) -> Option<Block> {
    if token.is_empty() {
        return None;
    }
    let pairs = url::form_urlencoded::parse(person.query.as_bytes()).filter(|(name, _)| name != "page");
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).append_pair("page", token).finish();
    let href = format!("{}?{query}", person.at(&person.path));
    Some(Block::Links(vec![Link::new(person.words().say("page-next"), href)]))
}

/// `GET /sgar/{region}`, `/prefecture/{department}`, `/administration`: what waits, and where to go.
pub async fn home(person: SignedIn) -> Answer {
    let office = Office::own(&person, Role::Reader)?;
    let form = Form::read(person.query.as_bytes()).ok_or(PageError::BadRequest)?;
    let picked = if form.get("collectivite").is_empty() { None } else { Some(pick::pick(&person, &form)?) };
    if let Some(Picked::One(key)) = picked {
        return Ok(go(&person, &format!("/espace/{key}")));
    }
    let (words, mut typed) = (person.words(), Typed::of(&form));
    if let Some(picked) = &picked {
        pick::settle(picked, &form, &mut typed, words);
    }
    let mut sheet = Sheet::of(&person, &office.name).office(&office.name).step(words.say("space-title"), "/espace");
    if office.manages && matches!(office.right.kind, RightKind::Region | RightKind::National) {
        let waiting = usize::try_from(waiting(&person, &office).await?).unwrap_or_default();
        sheet = sheet.text(words.count("office-waiting", waiting));
    }
    let find = pick::field(FormView::new(&person, &typed).searching(), &person, &typed, picked.as_ref());
    let find = find.button(words.say("office-see-button"), "");
    sheet.part(Block::Links(ways(&person, &office))).heading(words.say("office-see")).text(words.say("office-see-text")).form(find).answer()
}

async fn waiting(person: &SignedIn, office: &Office) -> Result<i32, Halt> {
    let request = ListMembershipRequestsRequest { page_size: 1, ..ListMembershipRequestsRequest::default() };
    Ok(person
        .teams(&office.right, request, |mut teams, request| async move { teams.list_membership_requests(request).await })
        .await?
        .open_count)
}

fn ways(person: &SignedIn, office: &Office) -> Vec<Link> {
    let words = person.words();
    let to = |key: &str, path: &str| Link::new(words.say(key), person.at(&format!("{}{path}", office.base)));
    let (kind, manages) = (office.right.kind, office.manages);
    let national = kind == RightKind::National;
    let (region, operator) = (kind == RightKind::Region, kind == RightKind::Operator);
    let all = [
        (manages && (region || national), to("requests-title", "/demandes")),
        (manages, to("team-title", "/equipe")),
        (manages && national, to("teams-title", "/equipes")),
        (manages && (region || national || operator), to("accounts-title", "/comptes")),
        (manages && (region || national), to("codes-title", "/codes")),
        (manages && national, to("missing-list-title", "/signalements")),
        (manages && (region || national || operator), to("journal-title", "/journal")),
        (manages && (national || operator), to("messages-title", "/courriels")),
    ];
    all.into_iter().filter(|(may, _)| *may).map(|(_, link)| link).collect()
}

/// `GET /administration/equipes`: the teams of all State offices.
pub async fn teams(person: SignedIn) -> Answer {
    let right = person.right(RightKind::National, "*", Role::Admin).ok_or(PageError::NotFound)?;
    let words = person.words();
    let generation = person.desk.app.model.now();
    let mut sheet = Sheet::of(&person, words.say("teams-title")).office(name(&person, &right));
    sheet = sheet.step(words.say("space-title"), "/espace").step(name(&person, &right), "/administration");
    sheet = sheet.part(Block::Links(vec![Link::new(words.say("office-national"), person.at("/administration/equipe"))]));
    let mut regions: Vec<(&str, String)> = generation.regions().map(|code| (code, person.desk.region(code).unwrap_or_default())).collect();
    regions.sort_by_key(|(_, name)| crate::model::fold(name));
    for (code, region) in regions {
        let own = Link::new(words.name("office-region", &region), person.at(&format!("/sgar/{code}/equipe")));
        let within = generation.departments_of(code).map(|code| {
            let name = person.desk.department(code).unwrap_or_default();
            Link::new(words.name("office-department", name), person.at(&format!("/prefecture/{code}/equipe")))
        });
        sheet = sheet.heading(region).part(Block::Links(std::iter::once(own).chain(within).collect()));
    }
    sheet.answer()
}
