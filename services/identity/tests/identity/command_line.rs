use std::os::unix::fs::PermissionsExt as _;

use runtime::Usage;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_made_once_and_brought_up_to_what_is_said() {
    let world = World::start().await;
    let file = world.files.path().join("key.pem").to_str().unwrap().to_owned();
    let words = |right: &'static str| {
        ["create-client", "--id", "gateway", "--right", right, "--audience", "directory", "--generate-key", &file].map(str::to_owned)
    };
    let say = async |words: &[String]| world.say(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;

    say(&words("service:gateway:reader")).await.unwrap();
    say(&words("service:gateway:reader")).await.unwrap();
    say(&words("service:gateway:editor")).await.unwrap();

    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let acts: Vec<String> = world.journal().await.into_iter().map(|(act, ..)| act).collect();
    assert_eq!(acts, ["client.created", "client.amended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_does_not_take_a_client_over() {
    let world = World::start().await;
    world.client("gateway", &["service:gateway:reader"]).await;
    let other = world.files.path().join("other.pem").to_str().unwrap().to_owned();

    let refused = world.say(&["create-operator", "--id", "gateway", "--generate-key", &other]).await.unwrap_err();
    let wrong = world.say(&["create-client", "--id", "x"]).await.unwrap_err();
    let nonsense = world.say(&["create-client", "--id", "gateway", "--right", "king", "--audience", "x", "--generate-key", &other]).await;

    assert!(refused.to_string().contains("another key"), "{refused:#}");
    assert!(wrong.is::<Usage>() && nonsense.unwrap_err().is::<Usage>());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_only_added_to() {
    let world = World::start().await;
    world.client("gateway", &["service:gateway:reader"]).await;

    for statement in ["update journal set actor = 'nobody'", "delete from journal", "truncate journal"] {
        let refused = sqlx::query(statement).execute(&world.pool).await.unwrap_err();
        assert!(refused.to_string().contains("only added to"), "{statement}: {refused}");
    }
}
