//! Mails that come back.

use atlas_proto::notifications::v1::ReportBounceRequest;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::world::World;

/// A report as a mail server writes it.
fn report(to: &str, action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.net\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\r\n\r\n\
         --b1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you.\r\n\r\n\
         --b1\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.net\r\nArrival-Date: Wed, 12 May 2027 08:02:00 +0000\r\n\r\n\
         Final-Recipient: rfc822; anne@example.org\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 <anne@example.org>:\r\n    no such user here\r\n\r\n\
         --b1\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Atlas\r\n\r\n--b1--\r\n"
    )
}

async fn give(world: &World, report: &str, envelope: &str) -> Result<String, Status> {
    let request = ReportBounceRequest { report: report.as_bytes().to_vec().into(), envelope_recipient: envelope.into() };
    let answer = world.messages("operator:*:admin").report_bounce(request).await;
    answer.map(|answer| answer.into_inner().message_id)
}

async fn bounced(world: &World) -> bool {
    let bounced = sqlx::query_scalar::<_, bool>("select bounced_at is not null from messages");
    bounced.fetch_one(&world.pool).await.unwrap()
}

#[tokio::test]
async fn a_mail_that_came_back_is_known_by_its_signed_address_and_told_once() {
    let world = World::start().await;
    let intent = world.ask("invitation", "anne@example.org").await;
    world.until_state(intent, "accepted").await;
    let path = world.smtp.received()[0].from.clone();

    for envelope in [path.as_str(), ""] {
        assert_eq!(give(&world, &report(&path, "failed"), envelope).await.unwrap(), world.id(intent).await);
    }

    assert!(bounced(&world).await);
    assert_eq!(world.told(intent).await, ["queued", "accepted", "bounced"]);
    let reply = sqlx::query_scalar::<_, String>("select last_reply from messages").fetch_one(&world.pool).await.unwrap();
    assert_eq!(reply, "5.1.1 550 5.1.1 … no such user here");
    world.end().await;
}

#[tokio::test]
async fn a_report_that_a_mail_is_only_late_changes_nothing() {
    let world = World::start().await;
    let intent = world.ask("invitation", "anne@example.org").await;
    world.until_state(intent, "accepted").await;
    let path = world.smtp.received()[0].from.clone();

    give(&world, &report(&path, "delayed"), "").await.unwrap();

    assert!(!bounced(&world).await);
    world.end().await;
}

#[tokio::test]
async fn what_is_no_report_or_not_signed_by_us_is_refused() {
    let world = World::start().await;
    let intent = world.ask("invitation", "anne@example.org").await;
    world.until_state(intent, "accepted").await;
    let path = world.smtp.received()[0].from.clone();
    let forged = path.replace("bounce+0", "bounce+1");
    let vacation = format!("From: anne@example.org\r\nTo: {path}\r\nSubject: Absente\r\n\r\nJe suis absente.\r\n");

    for (report, envelope) in [
        (report(&forged, "failed"), String::new()),
        (report(&path, "failed"), forged),
        (report("postmaster@retour.example.org", "failed"), String::new()),
        (vacation, String::new()),
        (String::new(), path.clone()),
        ("x".repeat(300 * 1024), path),
    ] {
        let refused = give(&world, &report, &envelope).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
        assert!(refused.get_details_bad_request().is_some());
    }
    assert!(!bounced(&world).await);
    world.end().await;
}
