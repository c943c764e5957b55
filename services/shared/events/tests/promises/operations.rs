use atlas_proto::operations::v1::{
    GetStatusRequest, ListDeadLettersRequest, ResyncRequest, RetryDeadLettersRequest, operations_service_server::OperationsService as _,
};
use events::{MIGRATOR, Operations};
use kernel::{Caller, Fault as _};
use tonic::{Request, Status};
use uuid::Uuid;

use crate::world::{Reader, SERVICE, World, eventually};

fn operations(world: &World, pool: &sqlx::PgPool) -> Operations {
    Operations {
        service: SERVICE,
        pool: pool.clone(),
        broker: world.broker.broker.clone(),
        schema: &MIGRATOR,
        caller: |_| {
            Ok(Caller { subject: "op".into(), session: "s".into(), right: "operator:*:admin".parse().map_err(|_| Status::internal(""))? })
        },
        status: |error| Status::unknown(error.code().1),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_how_the_log_stands() {
    let world = World::start().await;
    let operations = operations(&world, &world.pool);
    world.change("a", 1).await;
    eventually("some time has passed", async || {
        operations.get_status(Request::new(GetStatusRequest {})).await.unwrap().into_inner().oldest_unpublished_ms > 0
    })
    .await
    .unwrap();
    let _relay = world.relay().await;
    world.published().await;

    let status = operations.get_status(Request::new(GetStatusRequest {})).await.unwrap().into_inner();

    assert_eq!((status.service.as_str(), status.epoch, status.last_position, status.published_position), (SERVICE, 1, 1, 1));
    assert_eq!((status.oldest_unpublished_ms, status.dead_letter_count, status.broker_connected), (0, 0, true));
    assert_eq!(status.schema_version, MIGRATOR.iter().map(|m| m.version).max().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_asked_for_twice_is_one() {
    let world = World::start().await;
    let operations = operations(&world, &world.pool);

    let first = operations.resync(Request::new(ResyncRequest {})).await.unwrap().into_inner().epoch;
    let second = operations.resync(Request::new(ResyncRequest {})).await.unwrap().into_inner().epoch;

    assert!(first > 1);
    assert_eq!(first, second);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_listed_and_tried_again_when_asked() {
    let (world, reader) = (World::start().await, Reader::start().await);
    let operations = operations(&world, &reader.pool);
    let _relay = world.relay().await;
    let _copy = reader.copy(&world).await;
    world.change("poison", 1).await;
    let count = async || operations.get_status(Request::new(GetStatusRequest {})).await.unwrap().into_inner().dead_letter_count;
    eventually("it is given up", async || count().await == 1).await.unwrap();

    let listed = operations.list_dead_letters(Request::new(ListDeadLettersRequest::default())).await.unwrap().into_inner();
    let retry = |id: String| {
        let request = RetryDeadLettersRequest { dead_letter_ids: vec![id], request_id: Uuid::new_v4().to_string() };
        operations.retry_dead_letters(Request::new(request))
    };
    let unknown = retry(Uuid::new_v4().to_string()).await.unwrap_err();
    let retried = retry(listed.dead_letters[0].dead_letter_id.clone()).await.unwrap().into_inner().retried_count;

    assert_eq!(unknown.message(), "DEAD_LETTER_NOT_FOUND");
    assert_eq!(retried, 1);
    assert_eq!(listed.dead_letters[0].consumer, "reader-things");
    assert_eq!(listed.dead_letters[0].reason, "poison");
    eventually("it is given up again", async || count().await == 1).await.unwrap();
}
