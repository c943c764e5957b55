use atlas_proto::projects::v1 as pb;
use tonic::Code;
use uuid::Uuid;

use crate::{
    projects,
    world::{ELSEWHERE, HEIR, KAYES, SIKASSO, TRIER, VILLAGE, World, fields, with},
};

fn provenance() -> Option<pb::Provenance> {
    Some(pb::Provenance { origin: "wikipedia".into(), source: "Liste des jumelages".into(), to_confirm: true, ..Default::default() })
}

fn record(key: &str, partner: &str) -> pb::ImportedPartnership {
    let partnership = pb::Partnership { provenance: provenance(), ..with(partner) };
    pb::ImportedPartnership { natural_key: key.into(), partnership: Some(partnership) }
}

fn of(lead: &str, record: pb::ImportedPartnership) -> pb::ImportedPartnership {
    let mut record = record;
    let partnership = record.partnership.as_mut().unwrap();
    partnership.lead_collectivite_id = lead.into();
    partnership.collectivite_ids = vec![lead.into()];
    record
}

fn batch(partnerships: Vec<pb::ImportedPartnership>) -> pb::ImportRecordRequest {
    pb::ImportRecordRequest { batch: 7, partnerships, ..Default::default() }
}

/// A batch of so many partnerships with as many partners.
pub async fn partnerships(world: &World, many: u128) -> pb::ImportRecordRequest {
    let record = |n: u128| {
        let partner = Uuid::from_u128(0x4000_9000_0000_0000_0000 + n).to_string();
        world.directory.add_partner(&partner, "DE");
        record(&format!("liste {n}"), &partner)
    };
    batch((0..many).map(record).collect())
}

/// Created, updated, unchanged, kept, refused, warned.
fn counts(answer: &pb::ImportRecordResponse) -> (u32, u32, u32, u32, usize, usize) {
    let pb::ImportRecordResponse { created_count, updated_count, unchanged_count, kept_count, refused, warned, .. } = answer;
    (*created_count, *updated_count, *unchanged_count, *kept_count, refused.len(), warned.len())
}

/// The whole record, without times and versions.
async fn state(world: &World) -> Vec<(String, String, Vec<String>)> {
    let list = world.agent().list_partnerships(pb::ListPartnershipsRequest::default()).await.unwrap().into_inner();
    list.partnerships.into_iter().map(|one| (one.partnership_id, one.partner_id, one.collectivite_ids)).collect()
}

#[tokio::test]
async fn the_same_batch_again_changes_nothing_and_tells_nothing() {
    let world = World::start().await;
    let records = || vec![record("a", SIKASSO), record("b", KAYES), of(ELSEWHERE, record("c", SIKASSO))];

    let first = world.import(batch(records())).await.unwrap();
    let told = world.told().await;
    let mut shuffled = records();
    shuffled.reverse();
    let again = world.import(batch(shuffled)).await.unwrap();

    assert_eq!((first.batch, counts(&first)), (7, (3, 0, 0, 0, 0, 0)));
    assert_eq!(counts(&again), (0, 0, 3, 0, 0, 0));
    assert_eq!(told, ["partnership imported"; 3]);
    assert_eq!(world.told().await, told);
    let one = world.agent().list_partnerships(pb::ListPartnershipsRequest::default()).await.unwrap().into_inner().partnerships.remove(0);
    assert!(one.provenance.unwrap().to_confirm);
    world.end().await;
}

#[tokio::test]
async fn two_machines_agree_whatever_the_order() {
    let (one, other) = (World::start().await, World::start().await);
    let records = || vec![record("a", SIKASSO), of(ELSEWHERE, record("c", SIKASSO)), record("twin of a", SIKASSO), record("b", KAYES)];
    let mut shuffled = records();
    shuffled.reverse();

    let straight = one.import(batch(records())).await.unwrap();
    other.import(batch(shuffled)).await.unwrap();

    assert_eq!(counts(&straight), (3, 0, 1, 0, 0, 1));
    assert_eq!(state(&one).await, state(&other).await);
    one.end().await;
    other.end().await;
}

#[tokio::test]
async fn what_an_agent_changed_or_removed_stays() {
    let world = World::start().await;
    world.import(batch(vec![record("a", SIKASSO), record("b", KAYES), record("c", TRIER)])).await.unwrap();
    let find = async |partner: &str| {
        let request = pb::ListPartnershipsRequest { partner_id: partner.into(), ..Default::default() };
        world.agent().list_partnerships(request).await.unwrap().into_inner().partnerships.pop()
    };
    let theirs = pb::Partnership { start_year: Some(1990), ..find(SIKASSO).await.unwrap() };
    world.change(theirs, &["start_year"]).await.unwrap();
    let gone = find(KAYES).await.unwrap();
    let request =
        pb::DeletePartnershipRequest { partnership_id: gone.partnership_id, etag: gone.etag, request_id: crate::world::request_id() };
    world.agent().delete_partnership(request).await.unwrap();

    let corrected = |key, partner| {
        let mut record = record(key, partner);
        record.partnership.as_mut().unwrap().start_year = Some(1988);
        record
    };
    let records = || vec![corrected("a", SIKASSO), corrected("b", KAYES), corrected("c", TRIER)];
    let answer = world.import(batch(records())).await.unwrap();
    let again = world.import(batch(records())).await.unwrap();

    assert_eq!(counts(&answer), (0, 1, 0, 2, 0, 0));
    assert_eq!(counts(&again), (0, 0, 1, 2, 0, 0));
    assert_eq!(find(SIKASSO).await.unwrap().start_year, Some(1990));
    assert_eq!(find(KAYES).await, None);
    assert_eq!(find(TRIER).await.unwrap().start_year, Some(1988));
    world.end().await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_become_and_writes_nothing() {
    let world = World::start().await;
    let request = || batch(vec![record("a", SIKASSO), record("b", &Uuid::new_v4().to_string())]);

    let dry = world.import(pb::ImportRecordRequest { dry_run: true, ..request() }).await.unwrap();
    assert!(state(&world).await.is_empty() && world.told().await.is_empty());
    let wet = world.import(request()).await.unwrap();

    assert_eq!(counts(&dry), (1, 0, 0, 0, 1, 0));
    assert_eq!(counts(&wet), counts(&dry));
    world.end().await;
}

#[tokio::test]
async fn a_second_record_of_the_same_is_merged_and_warned_about() {
    let world = World::start().await;
    let wider = |key: &str| {
        let mut record = record(key, SIKASSO);
        record.partnership.as_mut().unwrap().collectivite_ids.push(ELSEWHERE.into());
        record
    };
    world.import(batch(vec![record("a", SIKASSO)])).await.unwrap();

    let answer = world.import(batch(vec![record("b", KAYES), wider("z")])).await.unwrap();
    let again = world.import(batch(vec![record("a", SIKASSO), record("b", KAYES), wider("z")])).await.unwrap();

    assert_eq!(counts(&answer), (1, 1, 0, 0, 0, 1));
    assert_eq!((answer.warned[0].index, answer.warned[0].resource.as_str()), (1, "partnership"));
    assert_eq!(counts(&again), (0, 0, 3, 0, 0, 1));
    let merged = state(&world).await.into_iter().find(|(_, partner, _)| partner == SIKASSO).unwrap();
    assert_eq!(merged.2, [ELSEWHERE, VILLAGE]);
    world.end().await;
}

#[tokio::test]
async fn what_an_agent_added_is_not_added_again() {
    let world = World::start().await;
    let theirs = world.add(pb::Partnership { description: "À nous".into(), ..with(SIKASSO) }).await.unwrap();

    let answer = world.import(batch(vec![record("a", SIKASSO)])).await.unwrap();

    assert_eq!(counts(&answer), (0, 0, 0, 1, 0, 1));
    assert_eq!(world.get(&theirs.partnership_id).await.unwrap(), theirs);
    world.end().await;
}

#[tokio::test]
async fn what_cannot_be_read_or_names_what_is_not_there_is_refused_alone() {
    let world = World::start().await;
    let mut nameless = record("", SIKASSO);
    nameless.partnership.as_mut().unwrap().provenance = None;
    let records =
        vec![nameless, of("200054781", record("b", SIKASSO)), record("c", &Uuid::new_v4().to_string()), of(HEIR, record("d", SIKASSO))];

    let answer = world.import(batch(records)).await.unwrap();

    let mut refused: Vec<(u32, &str)> = answer.refused.iter().map(|one| (one.index, one.field.as_str())).collect();
    refused.sort_unstable();
    let expected = [(0, "natural_key"), (0, "provenance.origin"), (0, "provenance.source"), (1, "lead_collectivite_id"), (2, "partner_id")];
    assert_eq!(refused, expected);
    assert_eq!(answer.created_count, 1);
    let many = vec![record("a", SIKASSO); 1001];
    let whole = world.import(batch(many)).await.unwrap_err();
    assert_eq!((whole.code(), fields(&whole)), (Code::InvalidArgument, vec!["partnerships".to_owned()]));
    world.end().await;
}

#[tokio::test]
async fn a_batch_asks_directory_once_for_all_its_partners() {
    let world = World::start().await;
    let request = partnerships(&world, 300).await;
    let answer = world.import(request).await.unwrap();
    assert_eq!(counts(&answer), (300, 0, 0, 0, 0, 0));
    assert_eq!(world.directory.times_asked(), 2, "the collectivité, and all partners together");
    world.end().await;
}

#[tokio::test]
async fn projects_name_partnerships_as_their_source_does() {
    let world = World::start().await;
    world.with_themes().await;
    let project = |key: &str, under: &str, title: &str| {
        let project = pb::Project {
            legacy_id: Some(12_825),
            title: title.into(),
            provenance: provenance(),
            themes: Vec::new(),
            ..projects::under(under)
        };
        pb::ImportedProject { natural_key: key.into(), project: Some(project) }
    };
    let request = |title: &str| pb::ImportRecordRequest {
        partnerships: vec![record("a", SIKASSO)],
        projects: vec![project("p", "a", title), project("q", "nothing", title), project("r", "a", title)],
        ..batch(Vec::new())
    };

    let first = world.import(request("Puits")).await.unwrap();
    let again = world.import(request("Puits")).await.unwrap();
    let renamed = world.import(request("Puits et latrines")).await.unwrap();

    assert_eq!(counts(&first), (2, 0, 0, 0, 2, 0));
    let refused: Vec<(u32, &str)> = first.refused.iter().map(|one| (one.index, one.field.as_str())).collect();
    assert_eq!(refused, [(1, "partnership_ids"), (2, "legacy_id")]);
    assert_eq!(counts(&again), (0, 0, 2, 0, 2, 0));
    assert_eq!(counts(&renamed), (0, 1, 1, 0, 2, 0));
    let which = Some(pb::get_project_request::Which::LegacyId(12_825));
    let found = world.agent().get_project(pb::GetProjectRequest { which }).await.unwrap().into_inner().project.unwrap();
    assert_eq!((found.title.as_str(), found.missing.as_slice()), ("Puits et latrines", &["themes".to_owned()][..]));
    world.end().await;
}

#[tokio::test]
async fn themes_of_a_batch_stand_under_each_other_in_any_order() {
    let world = World::start().await;
    let theme =
        |code: &str, parent: &str| pb::Theme { code: code.into(), name_fr: code.into(), parent_code: parent.into(), ..Default::default() };
    let themes = vec![theme("PUITS", "EAU"), theme("EAU", ""), theme("ALPHA", "BETA"), theme("BETA", "ALPHA"), theme("MER", "OCEAN")];
    let request = || pb::ImportRecordRequest { batch: 1, themes: themes.clone(), ..Default::default() };

    let first = world.import(request()).await.unwrap();
    let again = world.import(request()).await.unwrap();

    assert_eq!(counts(&first), (2, 0, 0, 0, 3, 0));
    assert_eq!(counts(&again), (0, 0, 2, 0, 3, 0));
    world.end().await;
}
