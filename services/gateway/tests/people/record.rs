//! What directory and projects answer about a collectivité's own pages when all goes well.

use atlas_proto::{
    directory::v1::{
        BatchGetPartnersRequest, BatchGetPartnersResponse, Collectivite, Contact, ContactKind, ContactVisibility, GetPartnerRequest,
        GetPartnerResponse, GetSectionsRequest, GetSectionsResponse, IdentityCard, ListNetworksRequest, ListNetworksResponse, Network,
        NetworkRelation, Partner, SearchPartnersRequest, SearchPartnersResponse,
    },
    projects::v1::{
        Convention, Framework, GetPartnershipRequest, GetPartnershipResponse, GetProjectRequest, GetProjectResponse, HistoryEntry,
        ListHistoryRequest, ListHistoryResponse, ListPartnershipsRequest, ListPartnershipsResponse, ListProjectsRequest,
        ListProjectsResponse, Partnership, PartnershipStatus, Project, Provenance, history_entry::Before,
    },
};
use tonic::Code;

use crate::{
    abroad::{ERLANGEN, JINAN, OF_HELLEAN, SEGOU, partner, partnership, water},
    fake::{Fake, refusal},
    fixture::{CONTACT, HELLEAN},
    samples::at,
};

/// With a convention, and complete.
pub const SIGNED: &str = "0192f0c3-0000-7000-8000-00000000000a";
/// Over.
pub const OVER: &str = "0192f0c3-0000-7000-8000-00000000000b";

/// With Ségou, of which little is known.
pub fn doubtful() -> Partnership {
    Partnership {
        framework: Framework::None.into(),
        twinning: true,
        missing: vec!["start_year".into()],
        etag: "1.1".into(),
        ..partnership(OF_HELLEAN, HELLEAN, SEGOU)
    }
}

/// With Erlangen, under a convention.
pub fn signed() -> Partnership {
    let convention = Convention {
        object: "Échanges de lycéens".into(),
        forecast_cents: Some(1_200_050),
        signed_on: "2019-06-30".into(),
        ..Convention::default()
    };
    let older = Convention { signed_on: "1999".into(), object: "Premier texte".into(), ..Convention::default() };
    Partnership {
        framework: Framework::Convention.into(),
        start_year: Some(1999),
        conventions: vec![convention, older],
        description: "Depuis vingt ans.".into(),
        provenance: Some(Provenance { verified_at: at(-1440), verified_as: "agent".into(), ..Provenance::default() }),
        etag: "1.5".into(),
        ..partnership(SIGNED, HELLEAN, ERLANGEN)
    }
}

pub fn over() -> Partnership {
    Partnership {
        status: PartnershipStatus::Ended.into(),
        status_since: "2015-06-30".into(),
        start_year_unknown: true,
        missing: vec!["framework".into()],
        etag: "1.2".into(),
        ..partnership(OVER, HELLEAN, JINAN)
    }
}

fn partners() -> Vec<Partner> {
    vec![partner(ERLANGEN, "DE", "Erlangen", "Bavière"), partner(SEGOU, "ML", "Région de Ségou", ""), partner(JINAN, "CN", "Jinan", "")]
}

pub fn all_well(fake: &Fake) {
    fake.on("ListPartnerships", |_: ListPartnershipsRequest| {
        Ok(ListPartnershipsResponse { partnerships: vec![doubtful(), signed(), over()], next_page_token: String::new() })
    });
    fake.on("BatchGetPartners", |asked: BatchGetPartnersRequest| {
        let known = partners().into_iter().filter(|it| asked.partner_ids.contains(&it.partner_id));
        Ok(BatchGetPartnersResponse { partners: known.collect() })
    });
    fake.on("ListProjects", |_: ListProjectsRequest| Ok(ListProjectsResponse { projects: vec![water()], next_page_token: String::new() }));
    fake.on("GetPartnership", |asked: GetPartnershipRequest| {
        let found = [doubtful(), signed(), over()].into_iter().find(|it| it.partnership_id == asked.partnership_id);
        let partnership = Some(found.ok_or_else(|| refusal(Code::NotFound, "PARTNERSHIP_NOT_FOUND"))?);
        Ok(GetPartnershipResponse { partnership })
    });
    fake.on("GetPartner", |asked: GetPartnerRequest| {
        let found = partners().into_iter().find(|it| it.partner_id == asked.partner_id);
        Ok(GetPartnerResponse { partner: Some(found.ok_or_else(|| refusal(Code::NotFound, "PARTNER_NOT_FOUND"))?) })
    });
    fake.on("SearchPartners", |_: SearchPartnersRequest| Ok(SearchPartnersResponse { partners: partners() }));
    fake.on("GetProject", |_: GetProjectRequest| Ok(GetProjectResponse { project: Some(wells()) }));
    fake.on("GetSections", |_: GetSectionsRequest| Ok(sections()));
    fake.on("ListNetworks", |_: ListNetworksRequest| {
        let network = |id: &str, acronym: &str, name: &str| Network {
            network_id: id.into(),
            acronym: acronym.into(),
            name: name.into(),
            ..Network::default()
        };
        let networks = vec![network("n1", "AFCCRE", "Association française du CCRE"), network("n2", "", "Cités Unies France")];
        Ok(ListNetworksResponse { networks, next_page_token: String::new() })
    });
    fake.on("ListHistory", |_: ListHistoryRequest| Ok(history()));
}

/// For water at Ségou, under a partnership of its own and one of others.
pub fn wells() -> Project {
    let mut it = Project { etag: "2.1".into(), ..water() };
    it.links.retain(|link| link.url.starts_with("https://"));
    it
}

/// What directory knows of the collectivité.
pub fn sections() -> GetSectionsResponse {
    let identity_card = IdentityCard { website: "https://ancien.fr".into(), etag: "c1".into(), ..IdentityCard::default() };
    let network = NetworkRelation { network_id: "n1".into(), member: true, ..NetworkRelation::default() };
    let contact = Contact {
        contact_id: CONTACT.into(),
        kind: ContactKind::Elected.into(),
        first_name: "Anne".into(),
        last_name: "Martin".into(),
        title: "adjointe".into(),
        email: "anne@example.org".into(),
        visibility: Some(ContactVisibility { public: true, first_name: true, email: false }),
        etag: "k1".into(),
        ..Contact::default()
    };
    GetSectionsResponse {
        collectivite: Some(Collectivite { identity_card: Some(identity_card), networks: vec![network], ..Collectivite::default() }),
        contacts: vec![contact],
        networks_etag: "n.1".into(),
        ..GetSectionsResponse::default()
    }
}

/// What was done to the partnership with Erlangen, and something else in between.
pub fn history() -> ListHistoryResponse {
    let entry = |id: &str, resource: &str, change: &str, by: &str| HistoryEntry {
        entry_id: id.into(),
        changed_at: at(170),
        changed_by: by.into(),
        change: change.into(),
        resource_id: resource.into(),
        ..HistoryEntry::default()
    };
    let before = Partnership { twinning: true, framework: Framework::None.into(), start_year: Some(1998), ..signed() };
    let changed = HistoryEntry {
        fields: vec!["start_year".into(), "twinning".into()],
        before: Some(Before::Partnership(before)),
        ..entry("h2", SIGNED, "updated", "account:yann@example.org")
    };
    let other = entry("h3", OF_HELLEAN, "imported", "projects");
    ListHistoryResponse { entries: vec![other, changed, entry("h1", SIGNED, "added", "somebody")], next_page_token: String::new() }
}

/// The same with this text wherever somebody else may have written it.
pub fn hostile(fake: &Fake, text: &'static str) {
    fake.on("BatchGetPartners", move |asked: BatchGetPartnersRequest| {
        let named = asked.partner_ids.iter().map(|id| Partner { division: text.into(), ..partner(id, "DE", text, text) });
        Ok(BatchGetPartnersResponse { partners: named.collect() })
    });
    fake.on("GetPartnership", move |_: GetPartnershipRequest| {
        let mut it = Partnership { description: text.into(), etag: text.into(), status_since: text.into(), ..signed() };
        it.conventions.iter_mut().for_each(|convention| text.clone_into(&mut convention.object));
        Ok(GetPartnershipResponse { partnership: Some(it) })
    });
    fake.on("GetProject", move |_: GetProjectRequest| {
        let mut it = Project { title: text.into(), context: text.into(), operators: vec![text.into()], ..water() };
        it.themes.iter_mut().for_each(|theme| text.clone_into(&mut theme.theme_code));
        it.links.iter_mut().for_each(|link| text.clone_into(&mut link.url));
        Ok(GetProjectResponse { project: Some(it) })
    });
    fake.on("GetSections", move |_: GetSectionsRequest| {
        let mut it = sections();
        it.contacts.iter_mut().for_each(|contact| text.clone_into(&mut contact.last_name));
        Ok(it)
    });
}
