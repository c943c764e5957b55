use crate::{HELLEAN, NANTES};
use atlas_proto::directory::v1::{
    Collectivite, GetCollectiviteRequest, ImportReferenceRequest, directory_service_client::DirectoryServiceClient,
    import_service_client::ImportServiceClient,
};
use journeys::{Actor, Stage, stage};
use runtime::Wire;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(10);

/// Times from asking for a write until every gateway shows it.
struct Times(Vec<Duration>);

impl Times {
    /// The goal is for the p99 on a machine that does nothing else. Tests share theirs with compilers: they hold the median to
    /// it, and the p99 to four times as much.
    fn judge(mut self, what: &str, goal: Duration) {
        self.0.sort();
        let at = |share: f64| self.0[((self.0.len() - 1) as f64 * share).round() as usize];
        let (median, p99) = (at(0.5), at(0.99));
        let ratio = p99.as_secs_f64() / goal.as_secs_f64();
        println!("{what}, {} writes: median {median:?}, p99 {p99:?}, {ratio:.2} of the goal of {goal:?}", self.0.len());
        assert!(median < goal && p99 < 4 * goal, "{what}: median {median:?}, p99 {p99:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_soon_on_every_gateway() {
    let atlas = stage().await;
    let ministry = Actor::ministry(&atlas);
    let mut etag = ministry.card(NANTES).await.unwrap().etag;

    let mut times = Vec::new();
    for write in 0..200 {
        let website = format!("https://nantes-{write}.example");
        let since = Instant::now();
        etag = ministry.set_website(NANTES, &etag, &website).await.unwrap().etag;
        atlas.shown(&format!("/collectivites/{NANTES}"), &website, LIMIT).await;
        times.push(since.elapsed());
    }

    Times(times).judge("asked to write -> shown by both gateways", Duration::from_millis(250));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_renamed_is_soon_found_by_every_gateway() {
    let atlas = stage().await;
    let operator = Actor::operator(&atlas);
    let directory = operator.wire(&atlas, "directory");
    let asked = GetCollectiviteRequest { collectivite_id: HELLEAN.to_owned() };
    let found = DirectoryServiceClient::new(directory.clone()).get_collectivite(asked).await.unwrap();
    let real = found.into_inner().collectivite.unwrap();

    let mut times = Vec::new();
    for write in 0..60 {
        let word = format!("essai{write}z"); // with a digit: no other one is taken for it
        let since = Instant::now();
        rename(&directory, &real, &format!("{} {word}", real.name)).await;
        found_by_all(&atlas, &word).await;
        times.push(since.elapsed());
    }
    rename(&directory, &real, &real.name).await;

    Times(times).judge("asked to rename -> found by both gateways", Duration::from_secs(1));
}

async fn rename(directory: &Wire, real: &Collectivite, name: &str) {
    let renamed = Collectivite { name: name.to_owned(), ..real.clone() };
    let batch = ImportReferenceRequest { batch: 1, collectivites: vec![renamed], ..Default::default() };
    let answers = ImportServiceClient::new(directory.clone()).import_reference(tokio_stream::once(batch)).await;
    let answer = answers.unwrap().into_inner().message().await.unwrap().unwrap();
    assert_eq!((answer.updated_count, &*answer.refused), (1, &[][..]));
}

async fn found_by_all(atlas: &Stage, word: &str) {
    atlas.shown(&format!("/recherche?q={word}"), &format!("/collectivites/{HELLEAN}"), LIMIT).await;
}
