use std::time::Duration;

use runtime::{Lifecycle, Limits};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::replica::{Replica, panicking, quick, slow, spawn, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_is_turned_away_at_once_and_told_when_to_come_back() {
    let caller = Lifecycle::default();
    let limits = Limits { in_flight: 2, waiting: 0, ..Limits::default() };
    let replica = Replica::start(limits).await;
    let wire = replica.wire(&caller).within(Duration::from_secs(20));
    let held = [slow(wire.clone()), slow(wire.clone())].map(spawn);
    until("two run", async || replica.running() == 2).await;

    let refused = slow(wire.clone()).await.unwrap_err();

    assert_eq!(refused.code(), Code::ResourceExhausted);
    assert_eq!(runtime::reason(&refused).as_deref(), Some("OVERLOADED"));
    assert!(refused.get_details_retry_info().is_some());
    replica.work.gate.add_permits(2);
    for call in held {
        assert!(call.await.unwrap().is_ok(), "those that were let in are answered");
    }
    assert!(quick(&wire).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_one_call_and_no_other() {
    let caller = Lifecycle::default();
    let replica = Replica::start(Limits::default()).await;
    let wire = replica.wire(&caller);
    let other = spawn(slow(wire.clone()));
    until("the other call runs", async || replica.running() == 1).await;

    let panicked = panicking(&wire).await.unwrap_err();

    assert_eq!((panicked.code(), panicked.message()), (Code::Internal, "internal error"));
    replica.work.gate.add_permits(1);
    assert!(other.await.unwrap().is_ok());
    assert!(!replica.lifecycle.is_stopping());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_ends_the_work_too() {
    let caller = Lifecycle::default();
    let replica = Replica::start(Limits::default()).await;
    let wire = replica.wire(&caller);
    quick(&wire).await.unwrap();

    let late = slow(wire.within(Duration::from_millis(300))).await.unwrap_err();

    assert_eq!(late.code(), Code::DeadlineExceeded);
    until("nothing runs", async || replica.running() == 0).await;
}
