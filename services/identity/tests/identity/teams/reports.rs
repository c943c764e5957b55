use atlas_proto::identity::v1 as pb;

use super::stage::{Stage, by, reason, request_id};

fn report(name: &str) -> tonic::Request<pb::ReportMissingCollectiviteRequest> {
    by(pb::ReportMissingCollectiviteRequest {
        name: name.into(),
        place: "Morbihan".into(),
        email: "mairie@village.example".into(),
        message: "Commune nouvelle depuis janvier.".into(),
        locale: "fr".into(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_collectivite_has_a_receipt_an_answer_and_an_end() {
    let stage = Stage::start().await;
    let receipt = stage.join().report_missing_collectivite(report("Croix-Nouvelle")).await.unwrap().into_inner().receipt;
    let mut ministry = stage.team("national:*:admin").await;
    let open = ministry.list_missing_reports(pb::ListMissingReportsRequest::default()).await.unwrap().into_inner().reports;
    let answer =
        |text: &str| pb::AnswerMissingReportRequest { report_id: open[0].report_id.clone(), answer: text.into(), request_id: request_id() };

    let silent = ministry.answer_missing_report(answer(" ")).await.unwrap_err();
    ministry.answer_missing_report(answer("Elle est là depuis ce matin.")).await.unwrap();
    let again = ministry.answer_missing_report(answer("Deux fois.")).await.unwrap_err();
    let left = ministry.list_missing_reports(pb::ListMissingReportsRequest::default()).await.unwrap().into_inner().reports;

    assert_eq!((open.len(), open[0].receipt.as_str(), left.len()), (1, receipt.as_str(), 0));
    assert!(silent.message().contains("answer: REQUIRED"), "{silent:?}");
    assert_eq!(reason(&again), "REPORT_ANSWERED");
    let mails = stage.mails(&format!("identity:report:{}", open[0].report_id)).await;
    assert_eq!(mails.iter().map(|(template, _)| template.as_str()).collect::<Vec<_>>(), ["missing-receipt", "missing-answer"]);
    assert_eq!(stage.said(&mails[1].1).await.words["answer"], "Elle est là depuis ce matin.");
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_do_not_flood_a_mailbox() {
    let stage = Stage::start().await;
    for n in 0..5 {
        stage.join().report_missing_collectivite(report(&format!("Village {n}"))).await.unwrap();
    }
    let sixth = stage.join().report_missing_collectivite(report("Village 6")).await.unwrap_err();
    let wrong = pb::ReportMissingCollectiviteRequest { email: "nobody".into(), ..report(" ").into_inner() };
    let wrong = stage.join().report_missing_collectivite(by(wrong)).await.unwrap_err();

    assert_eq!(reason(&sixth), "TOO_MANY_ATTEMPTS");
    assert!(wrong.message().contains("name: REQUIRED") && wrong.message().contains("email: INVALID"), "{wrong:?}");
}
