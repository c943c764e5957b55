//! No name, address, link or code is kept or told (S52).

use std::process::Command;

use mail_parser::MessageParser;

use crate::{smtp::Rule, world::World};

/// Marks that nothing but the relay may see.
const CANARIES: [&str; 6] = ["kanari.mailbox", "Kanaripersonne", "KANARILINK0123456789", "731904", "Kanarimotif", "Kanarinom"];

#[tokio::test]
async fn what_a_mail_says_and_whom_it_goes_to_is_in_no_dump_and_on_no_stream() {
    let world = World::start().await;
    world.smtp.rule("refuses.example.org", Rule::Refuse);
    world.smtp.rule("later.example.org", Rule::Greylist(1));
    let mut intents = Vec::new();
    for domain in ["example.org", "refuses.example.org", "later.example.org"] {
        let intent = world.know("recovery", &format!("kanari.mailbox@{domain}"), |cause| {
            cause.words.insert("person".into(), "Kanaripersonne".into());
            cause.words.insert("helper_name".into(), "Kanarinom".into());
            cause.words.insert("reason".into(), "Kanarimotif".into());
            cause.link_path = "/compte/lien/KANARILINK0123456789".into();
            cause.code = "731904".into();
        });
        intents.push(intent);
    }
    world.tell(&intents.iter().map(|intent| crate::world::intent_event(*intent, "recovery")).collect::<Vec<_>>()).await;
    world.until_state(intents[0], "accepted").await;
    world.until_state(intents[1], "refused").await;
    world.until_state(intents[2], "deferred").await;
    let mail = world.smtp.received()[0].data.clone();
    let text = MessageParser::default().parse(&mail).unwrap().body_text(0).unwrap().into_owned();
    assert!(["KANARILINK0123456789", "731904", "Kanarinom"].iter().all(|canary| text.contains(canary)), "they were in the mail: {text}");

    let dump = Command::new("pg_dump").arg(world.database_url()).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let dump = String::from_utf8_lossy(&dump.stdout).into_owned();
    let stream = world.stream("notifications").await;

    assert!(dump.contains(&intents[0].to_string()) && stream.contains(&intents[0].to_string()), "the mail itself is there");
    for canary in CANARIES {
        assert!(!dump.contains(canary), "{canary} is in the database");
        assert!(!stream.contains(canary), "{canary} is on the stream");
    }
    world.end().await;
}
