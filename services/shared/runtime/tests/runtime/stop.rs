use std::{sync::Arc, time::Duration};

use anyhow::anyhow;
use kernel::SystemClock;
use runtime::{Lifecycle, Limits, Patience};

use crate::replica::{Replica, slow, spawn, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_is_finished_before_a_process_ends() {
    let caller = Lifecycle::default();
    let replica = Replica::start(Limits::default()).await;
    let call = spawn(slow(replica.wire(&caller).within(Duration::from_secs(20))));
    until("the call runs", async || replica.running() == 1).await;

    replica.lifecycle.shut_down();
    let process = replica.lifecycle.clone();
    let ended = spawn(async move { process.finish().await });
    until("it no longer accepts", async || tokio::net::TcpStream::connect(replica.address).await.is_err()).await;
    assert!(!ended.is_finished() && !replica.lifecycle.readiness().is_ready());
    replica.work.gate.add_permits(1);

    assert!(call.await.unwrap().is_ok());
    assert!(ended.await.unwrap().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_task_stops_the_process_with_an_error() {
    let lifecycle = Lifecycle::default();
    lifecycle.spawn("good", std::future::pending());
    lifecycle.spawn("bad", async { Err(anyhow!("as the test wants it")) });

    let ended = lifecycle
        .run(async {
            lifecycle.stop().cancelled().await;
            Ok(())
        })
        .await
        .unwrap_err();

    assert_eq!(format!("{ended:#}"), "task bad failed: as the test wants it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panicking_task_is_a_failed_one() {
    let lifecycle = Lifecycle::default();
    lifecycle.spawn("bad", async { panic!("as the test wants it") });

    let ended = lifecycle
        .run(async {
            lifecycle.stop().cancelled().await;
            Ok(())
        })
        .await;

    assert!(format!("{:#}", ended.unwrap_err()).contains("panicked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_finish_in_the_grace_period_is_left() {
    let patience = Patience { linger: Duration::ZERO, grace: Duration::from_millis(200) };
    let lifecycle = Lifecycle::new(Arc::new(SystemClock), patience);
    lifecycle.spawn_to_end("stubborn", std::future::pending());
    lifecycle.shut_down();

    assert!(lifecycle.run(std::future::pending()).await.is_err());
}
