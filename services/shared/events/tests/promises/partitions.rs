use events::maintenance;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_write_on_a_day_without_partition_goes_on_and_moves_to_its_day_later() {
    let world = World::start().await;
    world.sql("do $$ declare name text; begin
        for name in select inhrelid::regclass::text from pg_inherits where inhparent = 'outbox'::regclass and inhrelid::regclass::text ~ '[0-9]' loop
            execute format('drop table %I', name);
        end loop; end $$").await;

    world.change("a", 1).await;
    assert_eq!(world.number("select count(*) from outbox_default").await, 1);
    maintenance::once(&world.pool).await.unwrap();

    assert_eq!(world.number("select count(*) from outbox_default").await, 0);
    assert_eq!(world.number("select count(*) from outbox").await, 1);
    world.change("a", 2).await;
    let _relay = world.relay().await;
    world.published().await;
    assert_eq!(world.told().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_dropped_after_a_month_unless_the_broker_still_waits_for_it() {
    let world = World::start().await;
    world
        .sql(
            "
        create table outbox_20200101 partition of outbox for values from ('2020-01-01 00:00+00') to ('2020-01-02 00:00+00');
        create table outbox_20200102 partition of outbox for values from ('2020-01-02 00:00+00') to ('2020-01-03 00:00+00')",
        )
        .await;
    world.change("a", 1).await;
    world.change("b", 1).await;
    world
        .sql(
            "
        update outbox set created_at = '2020-01-01 12:00+00', position = 1 where key = 'a';
        update outbox set created_at = '2020-01-02 12:00+00', position = 2 where key = 'b';
        update outbox_state set sequenced = 2; update outbox_cursor set position = 1",
        )
        .await;

    maintenance::once(&world.pool).await.unwrap();
    let waiting = world.number("select count(*) from outbox").await;
    world.sql("update outbox_cursor set position = 2").await;
    maintenance::once(&world.pool).await.unwrap();

    assert_eq!(waiting, 1);
    assert_eq!(world.number("select count(*) from outbox").await, 0);
    assert_eq!(world.number("select count(*) from pg_class where relname like 'outbox_2020%' and relkind = 'r'").await, 0);
}

#[tokio::test]
async fn marks_answers_and_tombstones_go_when_nobody_can_ask_for_them() {
    let world = World::start().await;
    world
        .sql(
            "
        insert into inbox values ('c', gen_random_uuid(), now() - interval '36 days'), ('c', gen_random_uuid(), now() - interval '34 days');
        insert into tombstones values ('thing', 'a', 1, 1, now() - interval '36 days'), ('thing', 'b', 1, 1, now());
        insert into answers values ('a', 'm', gen_random_uuid(), '', '', now() - interval '25 hours'),
                                   ('a', 'm', gen_random_uuid(), '', '', now() - interval '23 hours')",
        )
        .await;

    maintenance::once(&world.pool).await.unwrap();

    for table in ["select count(*) from inbox", "select count(*) from tombstones", "select count(*) from answers"] {
        assert_eq!(world.number(table).await, 1, "{table}");
    }
}
