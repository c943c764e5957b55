use super::{Rich, offices::journal};
use crate::i18n::Words;

/// What a page may say has just happened: what the cookie holds, how it is marked, and the words.
const NOTES: [(&str, &str, &str); 39] = [
    ("signed-out", "success", "note-signed-out"),
    ("session-ended", "info", "note-session-ended"),
    ("draft-kept", "info", "note-draft-kept"),
    ("password-chosen", "success", "note-password-chosen"),
    ("account-made", "success", "note-account-made"),
    ("mail-sent-again", "success", "note-mail-sent-again"),
    ("address-corrected", "success", "note-address-corrected"),
    ("profile-changed", "success", "note-profile-changed"),
    ("password-changed", "success", "note-password-changed"),
    ("email-changed", "success", "note-email-changed"),
    ("email-restored", "success", "note-email-restored"),
    ("session-closed", "success", "note-session-closed"),
    ("sessions-closed", "success", "note-sessions-closed"),
    ("second-factor-removed", "success", "note-second-factor-removed"),
    ("passkey-added", "success", "note-passkey-added"),
    ("passkey-removed", "success", "note-passkey-removed"),
    ("joined", "success", "note-joined"),
    ("official-code-sent", "success", "note-official-code-sent"),
    ("request-sent", "success", "note-request-sent"),
    ("request-withdrawn", "success", "note-request-withdrawn"),
    ("left", "success", "note-left"),
    ("invited", "success", "note-invited"),
    ("invitation-withdrawn", "success", "note-invitation-withdrawn"),
    ("member-changed", "success", "note-member-changed"),
    ("member-ended", "success", "note-member-ended"),
    ("accepted", "success", "note-accepted"),
    ("refused", "success", "note-refused"),
    ("answered", "success", "note-answered"),
    ("recovery-sent", "success", "note-recovery-sent"),
    ("account-disabled", "success", "note-account-disabled"),
    ("account-enabled", "success", "note-account-enabled"),
    ("message-resent", "success", "note-message-resent"),
    ("actions-confirmed", "success", "note-actions-confirmed"),
    ("record-published", "success", "note-record-published"),
    ("record-restored", "success", "note-record-restored"),
    ("record-removed", "success", "note-record-removed"),
    ("contact-removed", "success", "note-contact-removed"),
    ("partner-there", "info", "note-partner-there"),
    ("flow-over", "info", "note-flow-over"),
];

/// What is said for a note; nothing for one that is none of ours.
#[must_use]
pub fn say(words: &Words, note: &str) -> Option<(&'static str, Rich)> {
    if let Some((checked, broken, next)) = journal::noted(note) {
        let (checked, broken, next) = (words.number(checked), broken.to_string(), next.to_string());
        let gaps = [("checked", checked.as_str()), ("broken", broken.as_str()), ("next", next.as_str())];
        return Some(match (broken.as_str(), next.as_str()) {
            ("0", "0") => ("success", words.with("note-chain-holds", &gaps).into()),
            ("0", _) => ("info", words.with("note-chain-more", &gaps).into()),
            _ => ("error", words.with("note-chain-broken", &gaps).into()),
        });
    }
    let (_, kind, key) = NOTES.iter().find(|(known, ..)| *known == note)?;
    Some((kind, words.say(key).into()))
}
