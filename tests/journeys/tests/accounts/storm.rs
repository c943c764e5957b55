use crate::{
    HELLEAN, QUIMPER,
    crowd::{p99, resident, sign_in, somebody},
};
use futures_util::future::join_all;
use journeys::{Answer, Browser, Stage, long, peopled};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

/// What one hash takes, in kilobytes.
const HASH: u64 = 46 * 1024;
/// What calls that wait take besides, and what the allocator keeps.
const CALLS: u64 = 40 * 1024;
/// So much slower may the slowest public pages be while every core is hashing, on a machine of two that also sends the storm.
const SLOWER: u32 = 25;
/// Below that nobody notices, whatever the ratio.
const NOTICED: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread")]
async fn b30_a_storm_of_sign_ins_takes_bounded_memory_and_public_pages_go_on() {
    let atlas = peopled().await;
    let count: u16 = if long() { 500 } else { 120 };
    let identities = [atlas.pid("identity-1"), atlas.pid("identity-2")];
    let mut denise = somebody(&atlas, 9_000);
    assert_eq!(sign_in(&mut denise, "denise.faure@example.org").await, 303);
    let mut before = read_for(&atlas, Duration::from_secs(5)).await;
    let base = identities.map(resident);

    let (over, peaks) = (AtomicBool::new(false), [AtomicU64::new(0), AtomicU64::new(0)]);
    let (answers, mut during, took) = thread::scope(|scope| {
        scope.spawn(|| watch(&identities, &peaks, &over));
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(storm(&atlas, count, &over)))
    });

    let slots = thread::available_parallelism().unwrap().get() as u64;
    for (replica, (base, peak)) in base.into_iter().zip(&peaks).enumerate() {
        let peak = peak.load(Ordering::Relaxed);
        println!("identity-{}: {} MiB before, at most {} MiB ({slots} slots)", replica + 1, base / 1024, peak / 1024);
        assert!(peak <= base + slots * HASH + CALLS, "identity-{}: {peak} kB, {base} kB before", replica + 1);
    }
    let (quiet, loud) = (p99(&mut before), p99(&mut during));
    println!("{count} sign-ins at once took {took:?}: answers {answers:?}");
    println!("public pages: p99 {quiet:?} before ({} read), {loud:?} during ({} read)", before.len(), during.len());
    assert!(answers.keys().all(|status| [422, 429, 503].contains(status) || *status == 200), "{answers:?}");
    assert!(answers.contains_key(&429) || answers.contains_key(&503), "nobody was told to come again: that was no storm");
    assert!(loud <= (quiet * SLOWER).max(NOTICED), "p99 {loud:?} during, {quiet:?} before");
    assert_eq!(sign_in(&mut denise, "denise.faure@example.org").await, 303, "and then all goes on");
}

/// All sign in at once, and come again when they are told to, until each has had an answer; pages are read meanwhile.
async fn storm(atlas: &Stage, count: u16, over: &AtomicBool) -> (BTreeMap<u16, usize>, Vec<Duration>, Duration) {
    let mut browsers: Vec<Browser> = (0..count).map(|number| somebody(atlas, number)).collect();
    let forms = join_all(browsers.iter_mut().enumerate().map(async |(number, browser)| {
        let email = format!("agent{number}@example.org");
        browser.form(&[("email", &email), ("password", "un mot de passe inconnu"), ("next", "")]).await.unwrap()
    }))
    .await;
    let (began, ends) = (Instant::now(), Over(over));
    let reading = read_while(atlas, || !over.load(Ordering::Relaxed));
    let trying = async {
        let all = join_all(browsers.iter_mut().zip(&forms).map(|(browser, form)| insist(browser, form))).await;
        drop(ends);
        all
    };
    let (answers, times) = tokio::join!(trying, reading);
    let mut counted = BTreeMap::new();
    answers.into_iter().flatten().for_each(|status| *counted.entry(status).or_default() += 1);
    (counted, times, began.elapsed())
}

/// Lets who watches know that it is over, also when it failed.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Sends a form until it is answered; every answer on the way has to say honestly when to come again.
async fn insist(browser: &mut Browser, form: &str) -> Vec<u16> {
    let mut answers = Vec::new();
    loop {
        let answer = browser.send("POST", "/connexion", Some(form)).await.unwrap();
        answers.push(answer.status);
        match answer.status {
            429 | 503 => tokio::time::sleep(told(&answer)).await,
            _ => return answers,
        }
    }
}

fn told(answer: &Answer) -> Duration {
    let seconds = answer.header("retry-after").parse().unwrap_or_else(|_| panic!("{} without Retry-After", answer.status));
    assert!((1..=60).contains(&seconds), "come again after {seconds} s");
    Duration::from_secs(seconds)
}

async fn read_for(atlas: &Stage, time: Duration) -> Vec<Duration> {
    let began = Instant::now();
    read_while(atlas, || began.elapsed() < time).await
}

/// Reads a page that is kept and one that is made, at both gateways, a hundred a second.
async fn read_while(atlas: &Stage, goes_on: impl Fn() -> bool) -> Vec<Duration> {
    let paths = [format!("/collectivites/{QUIMPER}"), "/recherche?q=quimper".to_owned(), format!("/collectivites/{HELLEAN}")];
    let (mut times, mut turn) = (Vec::new(), 0_u16);
    let mut pace = tokio::time::interval(Duration::from_millis(10));
    while goes_on() {
        pace.tick().await;
        let mut reader = somebody(atlas, 8_000 + turn % 500);
        let began = Instant::now();
        let page = reader.get(&paths[usize::from(turn) % paths.len()]).await.unwrap();
        times.push(began.elapsed());
        assert_eq!(page.status, 200);
        turn = turn.wrapping_add(1);
    }
    times
}

fn watch(pids: &[u32; 2], peaks: &[AtomicU64; 2], over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        for (pid, peak) in pids.iter().zip(peaks) {
            peak.fetch_max(resident(*pid), Ordering::Relaxed);
        }
        thread::park_timeout(Duration::from_millis(5));
    }
}
