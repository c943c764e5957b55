//! What is kept of a mail, and for how long.

use crate::world::{World, days_ago};

#[tokio::test]
async fn after_ninety_days_no_address_is_left_and_after_a_year_no_mail() {
    let world = World::start().await;
    for name in ["young", "middle", "old"] {
        let intent = world.ask("recovery", &format!("{name}@example.org")).await;
        world.until_state(intent, "accepted").await;
        let days = if name == "young" {
            1
        } else if name == "middle" {
            91
        } else {
            367
        };
        sqlx::query("update messages set queued_at = $2 where intent_id = $1")
            .bind(intent)
            .bind(days_ago(days))
            .execute(&world.pool)
            .await
            .unwrap();
    }

    notifications::store::messages::forget(&mut world.pool.acquire().await.unwrap()).await.unwrap();

    let rows =
        sqlx::query_as::<_, (String, bool)>("select masked_address, address is null and domain is null from messages order by queued_at");
    assert_eq!(rows.fetch_all(&world.pool).await.unwrap(), [(String::new(), true), ("y…g@example.org".into(), false)]);
    let tries = sqlx::query_scalar::<_, i64>("select count(*) from deliveries").fetch_one(&world.pool).await.unwrap();
    assert_eq!(tries, 2);
    world.end().await;
}
