//! Signals stop a process. Alone in its binary: they go to all of it.

#![expect(clippy::unwrap_used, reason = "what a test builds on either works or ends it")]

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use runtime::Lifecycle;
use rustix::process::{Signal, getpid, kill_process};

fn terminate() {
    kill_process(getpid(), Signal::TERM).unwrap();
}

/// Lets `run` install its handlers: the first poll does.
async fn handlers() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_first_signal_asks_and_the_second_forces() {
    let (polite, finished) = (Lifecycle::default(), AtomicBool::new(false));
    let ended = polite
        .run(async {
            handlers().await;
            terminate();
            polite.stop().cancelled().await;
            assert!(!polite.readiness().is_ready());
            tokio::task::yield_now().await;
            finished.store(true, Ordering::SeqCst);
            Ok(())
        })
        .await;
    assert!(ended.is_ok() && finished.load(Ordering::SeqCst), "what ran was finished");

    let stubborn = Lifecycle::default();
    let began = Instant::now();
    let ended = stubborn
        .run(async {
            handlers().await;
            terminate();
            stubborn.stop().cancelled().await;
            terminate();
            std::future::pending().await
        })
        .await;
    assert!(ended.is_err(), "it had to be forced");
    assert!(began.elapsed() < Duration::from_secs(10), "and was, long before its grace period was over");
}
