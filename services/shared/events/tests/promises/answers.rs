use events::answers::{self, Asked, ReusedRequestId};
use kernel::RequestId;
use prost_types::Duration as Answer;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    sabotage,
    world::{World, change, eventually},
};

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("refused")]
    Refused,
    #[error(transparent)]
    Reused(#[from] ReusedRequestId),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

const fn asked(request_id: RequestId, request: &[u8]) -> Asked<'_> {
    Asked { caller: "ada", method: "Change", request_id, request }
}

/// Changes a thing, and answers with its version.
async fn write(world: &World, asked: Asked<'_>) -> Result<i64, Error> {
    let answer = database::transact(&world.pool, async |tx| {
        answers::once(tx, asked, async |tx| Ok::<_, Error>(Answer { seconds: change(tx, "k", 1).await?.0, nanos: 0 })).await
    });
    answer.await.map(|answer| answer.seconds)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_in_flight_waits_and_gets_the_same_answer() {
    twins(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_that_was_not_known_would_write_again() {
    twins(Some(sabotage::NO_REQUEST_IDS)).await.unwrap_err();
}

async fn twins(sabotage: Option<&str>) -> anyhow::Result<()> {
    let world = World::start().await;
    if let Some(sabotage) = sabotage {
        world.sql(sabotage).await;
    }
    let asked = asked(RequestId(Uuid::new_v4()), b"x");
    let begun = Notify::new();

    let first = database::transact(&world.pool, async |tx| {
        answers::once(tx, asked, async |tx| {
            let answer = Answer { seconds: change(tx, "k", 1).await?.0, nanos: 0 };
            begun.notify_one();
            let waits = async || {
                world.number("select count(*) from pg_locks where not granted and database is not distinct from database").await > 0
            };
            eventually("the twin waits", waits).await.map_err(|_| Error::Refused)?;
            Ok::<_, Error>(answer)
        })
        .await
    });
    let second = async {
        begun.notified().await;
        write(&world, asked).await
    };
    let (first, second) = tokio::join!(first, second);

    anyhow::ensure!(first?.seconds == 1 && second? == 1, "another answer");
    anyhow::ensure!(write(&world, asked).await? == 1, "another answer, later");
    anyhow::ensure!(world.number("select count(*) from outbox").await == 1, "it was written again");
    Ok(())
}

#[tokio::test]
async fn another_request_under_the_same_id_is_refused() {
    let world = World::start().await;
    let id = RequestId(Uuid::new_v4());
    write(&world, asked(id, b"x")).await.unwrap();

    let other = write(&world, asked(id, b"y")).await.unwrap_err();
    let elsewhere = write(&world, Asked { method: "Remove", ..asked(id, b"y") }).await.unwrap();
    let somebody = write(&world, Asked { caller: "bob", ..asked(id, b"y") }).await.unwrap();

    assert!(matches!(other, Error::Reused(ReusedRequestId)));
    assert_eq!((elsewhere, somebody), (2, 3));
}

#[tokio::test]
async fn a_refusal_is_not_stored() {
    let world = World::start().await;
    let asked = asked(RequestId(Uuid::new_v4()), b"x");

    let refused = database::transact(&world.pool, async |tx| {
        answers::once(tx, asked, async |tx| {
            change(tx, "k", 1).await?;
            Err::<Answer, _>(Error::Refused)
        })
        .await
    });

    assert!(matches!(refused.await.unwrap_err(), Error::Refused));
    assert_eq!(write(&world, asked).await.unwrap(), 1);
}
