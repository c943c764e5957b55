//! Starting from another gateway.

use std::sync::Arc;

use gateway::model::{
    Model,
    snapshot::{self, Mark},
    start,
};
use kernel::{Clock as _, SystemClock};
use runtime::Lifecycle;
use tokio::net::TcpListener;

use crate::fixture::{RENNES, Visit, france, model};

/// What a gateway that runs has on its health port, and where that is.
async fn offer(model: &Arc<Model>, lifecycle: &Lifecycle) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    start::offer(listener, model, lifecycle);
    address
}

async fn started(peers: &[String], folder: Option<&tempfile::TempDir>) -> (Arc<Model>, bool) {
    let model = Arc::new(Model::start().unwrap());
    let folder = folder.map(|folder| folder.path().to_owned());
    let known = start::load(&model, peers, folder.as_ref(), &SystemClock).await;
    model.read().unwrap();
    (model, known)
}

#[tokio::test]
async fn a_gateway_starts_from_a_ready_peer_and_shows_the_same() {
    let (peer, lifecycle) = (model(france()), Lifecycle::default());
    peer.change(|making| making.position.mark = Some(Mark { created: 7, sequence: 42 }));
    let address = offer(&peer, &lifecycle).await;

    let (young, known) = started(&[address], None).await;

    assert!(known);
    assert_eq!(young.change(|making| making.position.mark), Some(Mark { created: 7, sequence: 42 }), "it would follow from elsewhere");
    let (old, young) = (Visit::of(peer), Visit::of(young));
    for path in ["/", "/departements/62", &format!("/collectivites/{RENNES}"), "/recherche?q=saint", "/pays/DE", "/plan-du-site"] {
        assert_eq!(old.get(path).await.text(), young.get(path).await.text(), "{path}");
    }
    lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn peers_that_are_of_no_use_are_passed_over() {
    let (waits, damaged, lifecycle) = (Lifecycle::default(), Lifecycle::default(), Lifecycle::default());
    let empty = offer(&Arc::new(Model::start().unwrap()), &lifecycle).await;
    let missing = waits.readiness().condition("model");
    let not_ready = offer(&model(france()), &waits).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let garbage = listener.local_addr().unwrap().to_string();
    runtime::health::serve_also(listener, &damaged, "/snapshot", || Some(vec![0xff; 64].into()));
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let useless = [nobody, "no-such-name.invalid:1".to_owned(), empty, not_ready, garbage];

    assert!(!started(&useless, None).await.1);

    let folder = tempfile::tempdir().unwrap();
    snapshot::save(folder.path(), &model(france()).snapshot(SystemClock.now())).unwrap();
    assert!(started(&useless, Some(&folder)).await.1, "the volume was not asked after them");

    missing.set(true);
    assert!(started(&useless, None).await.1, "the one that is ready now was not asked");
    for lifecycle in [waits, damaged, lifecycle] {
        lifecycle.finish().await.unwrap();
    }
}
