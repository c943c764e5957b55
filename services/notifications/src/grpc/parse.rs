use atlas_proto::notifications::v1 as pb;
use kernel::{CollectiviteId, Fields, PageSize, PageToken, RequestId, Violations};

use crate::{
    bounce::{self, NotAReport, Report},
    domain::{MessageId, Recipient, State},
    letter::Sender,
    store::lists::Filter,
};

/// The largest report that is read.
const REPORT: usize = 256 * 1024;

pub(super) fn list(request: &pb::ListMessagesRequest) -> Result<(Filter, i64), Violations> {
    let mut fields = Fields::default();
    let size = PageSize::read(&mut fields, request.page_size, 50, 200);
    let before = PageToken::read::<MessageId>(&request.page_token).map_err(|error| fields.note("page_token", error.to_string())).ok();
    let collectivite_id = fields.parse_optional::<CollectiviteId>("collectivite_id", &request.collectivite_id);
    let recipient = fields.parse_optional::<Recipient>("recipient", &request.recipient);
    let state = match pb::MessageState::try_from(request.state) {
        Ok(state) => known(state),
        Err(_) => {
            fields.note("state", "expected one of the states, or none");
            None
        }
    };
    let filter = Filter {
        collectivite_id: collectivite_id.map(|id| id.to_string()),
        state,
        recipient: recipient.map(|recipient| recipient.to_string()),
        before: before.flatten(),
    };
    fields.finish(size.map(|PageSize(size)| (filter, size)))
}

const fn known(state: pb::MessageState) -> Option<State> {
    match state {
        pb::MessageState::Unspecified => None,
        pb::MessageState::Queued => Some(State::Queued),
        pb::MessageState::Sending => Some(State::Sending),
        pb::MessageState::Accepted => Some(State::Accepted),
        pb::MessageState::Deferred => Some(State::Deferred),
        pb::MessageState::Refused => Some(State::Refused),
        pb::MessageState::Expired => Some(State::Expired),
        pb::MessageState::Cancelled => Some(State::Cancelled),
    }
}

pub(super) fn message_id(text: &str) -> Result<MessageId, Violations> {
    let mut fields = Fields::default();
    let id = fields.parse("message_id", text);
    fields.finish(id)
}

pub(super) fn resend(request: &pb::ResendMessageRequest) -> Result<(MessageId, RequestId), Violations> {
    let mut fields = Fields::default();
    let id = fields.parse("message_id", &request.message_id);
    let request_id = fields.parse("request_id", &request.request_id);
    fields.finish(id.zip(request_id))
}

pub(super) fn bounce(request: &pb::ReportBounceRequest, sender: &Sender) -> Result<Report, Violations> {
    let mut fields = Fields::default();
    fields.check("report", request.report.len() <= REPORT, "expected at most 256 kB");
    fields.check("envelope_recipient", request.envelope_recipient.len() <= 320, "expected an address");
    if !fields.is_clean() {
        return Err(fields.refuse());
    }
    match bounce::read(&request.report, &request.envelope_recipient, &sender.return_domain, &sender.keys) {
        Ok(report) => Ok(report),
        Err(error) => {
            let field = if matches!(error, NotAReport::Path(_)) && !request.envelope_recipient.is_empty() {
                "envelope_recipient"
            } else {
                "report"
            };
            fields.note(field, error.to_string());
            Err(fields.refuse())
        }
    }
}
