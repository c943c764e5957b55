use crate::NANTES;
use journeys::{Actor, stage};
use std::time::{Duration, Instant};

const WRITES: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_soon_on_every_gateway() {
    let atlas = stage().await;
    let ministry = Actor::ministry(&atlas);
    let mut etag = ministry.card(NANTES).await.unwrap().etag;

    let mut times = Vec::new();
    for write in 0..WRITES {
        let website = format!("https://nantes-{write}.example");
        let since = Instant::now();
        etag = ministry.set_website(NANTES, &etag, &website).await.unwrap().etag;
        atlas.shown(&format!("/collectivites/{NANTES}"), &website, Duration::from_secs(10)).await;
        times.push(since.elapsed());
    }

    times.sort();
    let (median, p99) = (times[WRITES / 2], times[WRITES * 99 / 100]);
    println!("asked to write -> shown by both gateways, {WRITES} writes: median {median:?}, p99 {p99:?}");
    // 250 ms is the goal for the p99 on a machine that does nothing else; tests share theirs with compilers, so they hold the median to it
    assert!(median < Duration::from_millis(250) && p99 < Duration::from_secs(5), "median {median:?}, p99 {p99:?}");
}
