//! `atlasctl messages report-bounce`.

use std::io::Read as _;

use atlas_proto::notifications::v1::{ReportBounceRequest, message_service_client::MessageServiceClient};
use serde::Serialize;

use crate::{
    Exit,
    arguments::{Messages, Options, Service},
    connection::Connection,
    failure::Failure,
    output::Output,
};

/// More than that is no report; the service says so.
const LARGEST: u64 = 1024 * 1024;

#[derive(Serialize)]
struct Bounced {
    message: String,
}

/// Hands a mail that came back to notifications.
pub async fn run(command: Messages, options: &Options, output: &Output) -> Result<Exit, Failure> {
    let Messages::ReportBounce { envelope_recipient } = command;
    let connection = Connection::open(options)?;
    let wire = connection.wire(Service::Notifications)?;
    let mut report = Vec::new();
    std::io::stdin().lock().take(LARGEST).read_to_end(&mut report).map_err(Failure::Input)?;
    let request = ReportBounceRequest { report: report.into(), envelope_recipient: envelope_recipient.unwrap_or_default() };
    let answer = MessageServiceClient::new(wire).report_bounce(request).await;
    let message = answer.map_err(|status| connection.failed(Service::Notifications, status))?.into_inner().message_id;
    let text = format!("mail {message} came back");
    output.say(&Bounced { message }, &text);
    Ok(Exit::Fine)
}
