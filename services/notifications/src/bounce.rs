//! Reports that a mail came back (RFC 3464), as the box of returned mails gets them.

use mail_parser::{MessageParser, MimeHeaders as _, PartType};

use crate::domain::{InvalidReturnPath, Keys, ReturnPath, without_addresses};

/// What a report says about one of our mails.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    /// Which mail.
    pub path: ReturnPath,
    /// Whether it is given up; else it is only late.
    pub failed: bool,
    /// The status, and what the last server said.
    pub reply: String,
}

/// The mail is no report about a mail of ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// Not a mail with a report in it.
    #[error("expected a delivery report: a mail of multipart/report with a part message/delivery-status (RFC 3464)")]
    Form,
    /// Not about a mail of ours.
    #[error(transparent)]
    Path(#[from] InvalidReturnPath),
}

/// Reads a report that came back to `envelope`, or, where that is empty, to the address that it names.
///
/// # Errors
/// It is no report, or not about a mail of ours.
pub fn read(report: &[u8], envelope: &str, domain: &str, keys: &Keys) -> Result<Report, NotAReport> {
    let mail = MessageParser::default().parse(report).ok_or(NotAReport::Form)?;
    let kind = mail.content_type().is_some_and(|kind| kind.ctype() == "multipart" && kind.subtype() == Some("report"));
    let status = mail.parts.iter().find(|part| {
        part.content_type()
            .is_some_and(|kind| kind.ctype() == "message" && matches!(kind.subtype(), Some("delivery-status" | "global-delivery-status")))
    });
    let status = status.filter(|_| kind).ok_or(NotAReport::Form)?;
    let text = match &status.body {
        PartType::Text(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => return Err(NotAReport::Form),
    };
    let fields = fields(&text);
    let field = |name: &str| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
    let action = field("Action").ok_or(NotAReport::Form)?;
    let said = field("Diagnostic-Code").map(|code| code.split_once(';').map_or(code, |(_, said)| said).trim()).unwrap_or_default();
    let reply = without_addresses(&format!("{} {said}", field("Status").unwrap_or_default()), None);
    let path = if envelope.is_empty() { named(&mail, domain, keys)? } else { ReturnPath::read(envelope, domain, keys)? };
    Ok(Report { path, failed: action.trim().eq_ignore_ascii_case("failed"), reply })
}

/// The address of ours that the report was sent to.
fn named(mail: &mail_parser::Message<'_>, domain: &str, keys: &Keys) -> Result<ReturnPath, InvalidReturnPath> {
    let heads = ["Delivered-To", "X-Original-To", "Envelope-To", "To"];
    let values = mail.headers_raw().filter(|(name, _)| heads.iter().any(|head| head.eq_ignore_ascii_case(name))).map(|(_, value)| value);
    let words = values.flat_map(|value| value.split([' ', ',', '\t', '\r', '\n'])).filter(|word| word.contains('@')).take(50);
    words.map(|word| ReturnPath::read(word, domain, keys)).find(Result::is_ok).unwrap_or(Err(InvalidReturnPath))
}

/// The fields of all groups of a report, with continued lines joined.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.starts_with([' ', '\t']), line.split_once(':'), fields.last_mut()) {
            (true, _, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (false, Some((name, value)), _) => fields.push((name.trim().to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    fields
}
