use crate::{BORDEAUX, NANTES, QUIMPER, STRASBOURG};
use futures_util::future::join_all;
use journeys::{Actor, Stage, stage};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};
use tokio::runtime::Handle;
use tonic::Code;
use uuid::Uuid;

/// An agent's browser tries again while the answer does not come; nobody writes for ever.
const TRIES: usize = 400;

#[tokio::test(flavor = "multi_thread")]
async fn killing_any_process_under_writes_loses_nothing_acknowledged() {
    let atlas = stage().await;
    let ministry = Actor::ministry(&atlas);
    let over = AtomicBool::new(false);
    let communes = [NANTES, QUIMPER, BORDEAUX, STRASBOURG];
    let cards = join_all(communes.map(async |commune| (commune, ministry.card(commune).await.unwrap().etag))).await;

    let writers = join_all(cards.into_iter().map(|(commune, etag)| write_until(&ministry, commune, etag, &over)));
    // the killing blocks: it has a thread of its own, or nobody would write meanwhile
    let acknowledged = tokio::task::block_in_place(|| {
        thread::scope(|scope| {
            scope.spawn(|| kill_each(&atlas, &over));
            Handle::current().block_on(writers)
        })
    });

    for (commune, website, writes) in acknowledged {
        println!("{commune}: {writes} writes acknowledged");
        assert!(writes > 10, "{commune}: {writes} writes are no load");
        assert_eq!(ministry.card(commune).await.unwrap().website, website, "{commune}");
        atlas.shown(&format!("/collectivites/{commune}"), &website, Duration::from_secs(20)).await;
    }
}

/// Kills every process that serves, one after the other, while the others go on.
fn kill_each(atlas: &Stage, over: &AtomicBool) {
    let done = atlas.names().iter().try_for_each(|name| atlas.kill(name).and_then(|()| atlas.begin(name)));
    over.store(true, Ordering::Relaxed); // whatever came of it: the writers are to end
    done.unwrap();
}

/// Writes one website after the other, each until it is acknowledged; gives the last.
async fn write_until(ministry: &Actor, commune: &'static str, mut etag: String, over: &AtomicBool) -> (&'static str, String, usize) {
    let (mut website, mut writes) = (String::new(), 0);
    while !over.load(Ordering::Relaxed) {
        website = format!("https://crash-{commune}-{writes}.example");
        etag = acknowledged(ministry, commune, &etag, &website).await;
        writes += 1;
    }
    (commune, website, writes)
}

async fn acknowledged(ministry: &Actor, commune: &str, etag: &str, website: &str) -> String {
    let request_id = Uuid::new_v4().to_string();
    let mut last = None;
    for _ in 0..TRIES {
        match ministry.set_website_as(commune, etag, website, &request_id).await {
            Ok(card) => return card.etag,
            Err(refusal) if matches!(refusal.code(), Code::Unavailable | Code::DeadlineExceeded | Code::Unauthenticated) => {
                last = Some(refusal);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(refusal) => panic!("{website}: {refusal:?}"),
        }
    }
    panic!("{website}: {last:?}")
}
