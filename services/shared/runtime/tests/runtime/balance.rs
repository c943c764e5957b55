use std::time::{Duration, Instant};

use runtime::{Lifecycle, Limits, Sockets, Wire};
use tonic::Code;

use crate::replica::{LOOKS, Replica, quick, until, wire};

#[tokio::test(flavor = "multi_thread")]
async fn calls_go_to_every_replica_and_to_none_that_is_gone() {
    let caller = Lifecycle::default();
    let (one, two) = (Replica::start(Limits::default()).await, Replica::start(Limits::default()).await);
    let wire = wire(&[&one, &two], &caller);
    until("both are known", async || wire.replicas() == 2).await;
    until("both get load", async || quick(&wire).await.is_ok() && one.served() > 5 && two.served() > 5).await;

    one.lifecycle.force();
    let gone = Instant::now();
    until("the dead one is known as such", async || wire.replicas() == 1).await;

    assert!(gone.elapsed() < Duration::from_secs(1), "{:?}", gone.elapsed());
    for _ in 0..100 {
        quick(&wire).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_drains_fails_no_call() {
    let caller = Lifecycle::default();
    let (one, two) = (Replica::start(Limits::default()).await, Replica::start(Limits::default()).await);
    let wire = wire(&[&one, &two], &caller);
    until("both are known", async || wire.replicas() == 2).await;

    let process = one.lifecycle.clone();
    let stopping = crate::replica::spawn(async move {
        process.shut_down();
        process.finish().await
    });
    let mut calls = 0;
    until("it is gone", async || {
        quick(&wire).await.unwrap();
        calls += 1;
        stopping.is_finished() && calls > 200
    })
    .await;

    assert!(stopping.await.unwrap().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_replica_gets_load() {
    let caller = Lifecycle::default();
    let one = Replica::start(Limits::default()).await;
    let later = Sockets::loopback().await.unwrap();
    let address = later.grpc.local_addr().unwrap();
    drop(later);
    let wire = Wire::paced(format!("{},{address}", one.address).parse().unwrap(), LOOKS, &caller);
    quick(&wire).await.unwrap();
    assert_eq!(wire.replicas(), 1);

    let sockets = Sockets::bind(address, ([127, 0, 0, 1], 0).into()).await.unwrap();
    let two = Replica::on(sockets, Limits::default());

    until("the new one gets load", async || quick(&wire).await.is_ok() && two.served() > 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_replica_a_call_ends_in_time() {
    let caller = Lifecycle::default();
    let one = Replica::start(Limits::default()).await;
    let wire = one.wire(&caller).within(Duration::from_millis(700));
    quick(&wire).await.unwrap();
    one.lifecycle.force();
    until("it is gone", async || wire.replicas() == 0).await;

    let began = Instant::now();
    let refused = quick(&wire).await.unwrap_err();

    assert_eq!((refused.code(), runtime::reason(&refused).as_deref()), (Code::Unavailable, Some("NO_REPLICA")));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}
