//! What directory and projects answer about a collectivité's own pages when all goes well.

use atlas_proto::{
    directory::v1::{
        BatchGetPartnersRequest, BatchGetPartnersResponse, GetPartnerRequest, GetPartnerResponse, Partner, SearchPartnersRequest,
        SearchPartnersResponse,
    },
    projects::v1::{
        Convention, Framework, GetPartnershipRequest, GetPartnershipResponse, HistoryEntry, ListHistoryRequest, ListHistoryResponse,
        ListPartnershipsRequest, ListPartnershipsResponse, ListProjectsRequest, ListProjectsResponse, Partnership, PartnershipStatus,
        Provenance, history_entry::Before,
    },
};
use tonic::Code;

use crate::{
    abroad::{ERLANGEN, JINAN, OF_HELLEAN, SEGOU, partner, partnership, water},
    fake::{Fake, refusal},
    fixture::HELLEAN,
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
    fake.on("ListHistory", |_: ListHistoryRequest| Ok(history()));
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
