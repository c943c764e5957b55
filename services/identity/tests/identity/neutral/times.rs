//! The time of an answer does not tell whether there is an account.
//!
//! All classes take turns, so that what slows the machine slows all of them. That two samples come from one distribution is asked of
//! the Mann-Whitney test, at 0.01; the medians may be 5 ms apart. Of a hundred comparisons of equals one is below 0.01 by chance, and
//! here are dozens: one that is below is made again from nothing, with three times the samples, in which a real difference stands
//! out all the more. The short look has few samples, beside other tests: there a gap is made again too.

use std::time::{Duration, Instant};

use super::{ASKED, Askers, Asks, CLASSES};
use crate::{walks::long, world::World};

/// What is asked first is not counted: connections, plans and caches are made by it.
const WARM_UP: usize = 4;
const CHANCE: f64 = 0.01;
/// How far medians may be apart.
const GAP: Duration = Duration::from_millis(5);

/// The Mann-Whitney U test with its normal approximation: how likely two samples of one distribution are that far apart.
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

/// Each class as often as the others, in an order of chance: what an answer leaves behind is in the way of all classes alike.
fn shuffled(samples: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..samples * CLASSES.len()).map(|n| n % CLASSES.len()).collect();
    for last in (1..order.len()).rev() {
        let chance = u64::from_le_bytes(runtime::random()) % (last as u64 + 1);
        order.swap(last, usize::try_from(chance).unwrap());
    }
    order
}

/// Times of the answers about each class; the answers themselves are the same.
async fn measure(askers: &Askers, what: &str, ask: Asks, samples: usize, calm: bool) -> [Vec<Duration>; 4] {
    let (mut times, mut first) = ([const { Vec::new() }; CLASSES.len()], None);
    for (number, class) in shuffled(WARM_UP).into_iter().chain(shuffled(samples)).enumerate() {
        if calm {
            askers.town.calm().await;
        }
        askers.refresh().await;
        // What is left to be done later would be in the way of the next answer.
        askers.town.sql("delete from jobs").await;
        let began = Instant::now();
        let answer = ask(askers, class).await;
        if number >= WARM_UP * CLASSES.len() {
            times[class].push(began.elapsed());
        }
        let first = first.get_or_insert_with(|| answer.clone());
        assert!(!calm || answer == *first, "{what}: {answer} and {first}");
    }
    times
}

/// The classes that can be told from an address that nobody knows, by the time.
async fn told_apart(askers: &Askers, (what, ask): (&str, Asks), samples: usize, calm: bool) -> Vec<(&'static str, String)> {
    let times = measure(askers, what, ask, samples, calm).await;
    let unknown = &times[CLASSES.len() - 1];
    let mut told = Vec::new();
    for (class, known) in CLASSES.iter().zip(&times[..CLASSES.len() - 1]) {
        let (p, gap) = (mann_whitney(known, unknown), median(known).abs_diff(median(unknown)));
        // Beside other tests a hash takes now this long, now that: what is left out of an answer is most of it.
        let limit = if long() { GAP } else { (median(known).max(median(unknown)) / 2).max(GAP * 5) };
        let line = format!(
            "{what}, limits {}, {} samples: {class} p = {p:.4}, medians {:?} and {:?}",
            !calm,
            samples,
            median(known),
            median(unknown)
        );
        println!("{line}");
        assert!(gap < limit || !long(), "{line}");
        if gap >= limit || (long() && p <= CHANCE) {
            told.push((*class, line));
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn s9_the_time_of_an_answer_does_not_tell_whether_there_is_an_account() {
    let mut world = World::start().await;
    // What is installed: an unknown address must cost a whole hash.
    for replica in 0..2 {
        let config = identity::Config { passwords: identity::Cost::default(), ..world.config(&[]) };
        let costly = world.replica(config).await;
        std::mem::replace(&mut world.replicas[replica], costly).lifecycle.force();
    }
    let askers = Askers::of(world).await;
    let samples = if long() { 400 } else { 16 };
    for asked in ASKED {
        for calm in [true, false] {
            let mut told = told_apart(&askers, asked, samples, calm).await;
            if !told.is_empty() {
                let again = told_apart(&askers, asked, 3 * samples, calm).await;
                told = again.into_iter().filter(|(class, _)| told.iter().any(|(before, _)| before == class)).collect();
            }
            assert!(told.is_empty(), "{told:#?}");
        }
    }
}
