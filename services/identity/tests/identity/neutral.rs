//! What is answered about an address says nothing of whether it has an account: not by its content, and not by its time.

use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use tonic::Status;

use crate::{
    people::{ANNE, Browser, PASSWORD, Town},
    walks::long,
    world::World,
};

/// What is asked with an address, and how the answer looks when all that may differ is left out.
type Asks = for<'a> fn(&'a Browser, &'a str) -> BoxFuture<'a, String>;

const ASKED: [(&str, Asks); 3] = [
    ("sign-in", |browser, email| Box::pin(async move { shape(browser.sign_in(email, "not the password at all").await, email) })),
    ("recovery", |browser, email| Box::pin(async move { shape(browser.recover(email).await.map(|begun| begun.flow), email) })),
    ("sign-up", |browser, email| Box::pin(async move { shape(browser.sign_up(email).await.map(|begun| begun.flow), email) })),
];

/// Status, details, headers and content, without the address, times and dates.
fn shape<T: std::fmt::Debug>(answer: Result<T, Status>, email: &str) -> String {
    let said = match answer {
        Ok(content) => format!("{content:?}"),
        Err(status) => {
            let names: Vec<&str> = status
                .metadata()
                .keys()
                .map(|key| match key {
                    tonic::metadata::KeyRef::Ascii(key) => key.as_str(),
                    tonic::metadata::KeyRef::Binary(key) => key.as_str(),
                })
                .collect();
            format!("{:?} {} {names:?} {} bytes", status.code(), status.message(), status.details().len())
        }
    };
    said.replace(email, "ADDRESS").chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Addresses that have an account, that were shut out, and that have none.
async fn classes(town: &Town) -> [String; 3] {
    town.somebody(ANNE).await;
    town.somebody("shut.out@example.org").await;
    town.sql("update accounts set disabled_at = now() where email = 'shut.out@example.org'").await;
    [ANNE.to_owned(), "shut.out@example.org".to_owned(), "nobody.at@example.org".to_owned()]
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_known_and_unknown_addresses_are_answered_alike_also_after_a_limit_triggers() {
    let town = Town::start().await;
    let classes = classes(&town).await;
    let browser = town.browser_at("198.51.100.1");
    for (what, ask) in ASKED {
        for round in 0..8 {
            let mut answers = Vec::new();
            // The waits that have begun are long ones, so that a busy machine does not let one of the three in.
            town.sql("update throttles set free_at = now() + interval '50 seconds' where streak >= 5").await;
            for email in &classes {
                answers.push(ask(&browser, email).await);
            }
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{what}, round {round}: {answers:#?}");
        }
    }
    assert!(ASKED[0].1(&browser, ANNE).await.contains("ResourceExhausted"), "the limit has triggered");
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_codes_of_addresses_that_have_none_are_answered_alike() {
    let town = Town::start().await;
    let classes = classes(&town).await;
    let browser = town.browser_at("198.51.100.1");
    let mut flows = Vec::new();
    for email in &classes {
        flows.push(browser.recover(email).await.unwrap().flow_secret);
    }
    town.settled().await;
    for round in 0..7 {
        let mut answers = Vec::new();
        for (flow, email) in flows.iter().zip(&classes) {
            answers.push(format!("{} {}", shape(browser.code(flow, "x").await, email), shape(browser.flow(flow).await, email)));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "round {round}: {answers:#?}");
    }
}

/// Two-sided p of the Mann-Whitney U test, by the normal approximation: whether two samples come from one distribution.
fn mann_whitney(a: &[Duration], b: &[Duration]) -> f64 {
    let mut all: Vec<(Duration, bool)> = a.iter().map(|t| (*t, true)).chain(b.iter().map(|t| (*t, false))).collect();
    all.sort();
    let ranks: f64 = all.iter().enumerate().filter(|(_, (_, is_a))| *is_a).map(|(rank, _)| rank as f64 + 1.0).sum();
    let (n, m) = (a.len() as f64, b.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The complementary error function (Abramowitz and Stegun 7.1.26: off by less than 1.5e-7).
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let poly = t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    poly * (-x * x).exp()
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2]
}

/// Measures an answer for each class in turn, so that what slows the machine slows all of them.
async fn measure(town: &Town, browser: &Browser, ask: Asks, samples: usize, calm: bool) -> [Vec<Duration>; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for sample in 0..samples {
        for turn in 0..2 {
            let class = (sample + turn) % 2;
            let email = [ANNE, "nobody.at@example.org"][class];
            if calm {
                town.calm().await;
            }
            let began = Instant::now();
            ask(browser, email).await;
            times[class].push(began.elapsed());
        }
        // What waits to be done later must not pile up beside what is measured.
        if sample % 8 == 0 {
            town.settled().await;
        }
    }
    times
}

#[tokio::test(flavor = "multi_thread")]
async fn s9_the_time_of_an_answer_does_not_tell_whether_there_is_an_account() {
    let mut world = World::start().await;
    if long() {
        // What is installed: an unknown address must cost a whole hash.
        for replica in 0..2 {
            let config = identity::Config { passwords: identity::Cost::default(), ..world.config(&[]) };
            let costly = world.replica(config).await;
            std::mem::replace(&mut world.replicas[replica], costly).lifecycle.force();
        }
    }
    let town = Town::of(world).await;
    town.anne().await;
    let browser = town.browser_at("198.51.100.1");
    assert!(browser.sign_in(ANNE, PASSWORD).await.is_ok());
    let samples = if long() { 400 } else { 40 };
    for (what, ask) in ASKED {
        for calm in [true, false] {
            let [known, unknown] = measure(&town, &browser, ask, samples, calm).await;
            let (p, gap) = (mann_whitney(&known, &unknown), median(&known).abs_diff(median(&unknown)));
            println!("{what}, limits {}: p = {p:.3}, medians {:?} and {:?}", !calm, median(&known), median(&unknown));
            let limit = if long() { Duration::from_millis(5) } else { Duration::from_millis(25) };
            assert!(gap < limit && (!long() || p > 0.01), "{what}: p = {p}, gap {gap:?}");
        }
    }
}
