use crate::i18n::Words;

/// What the journal can say that somebody did, as identity writes it, and the words for it; in the order of a list to choose from.
const ACTS: [(&str, &str); 47] = [
    ("account.created", "act-account-created"),
    ("account.updated", "act-account-updated"),
    ("account.disabled", "act-account-disabled"),
    ("account.enabled", "act-account-enabled"),
    ("session.began", "act-session-began"),
    ("session.ended", "act-session-ended"),
    ("session.revoked", "act-session-revoked"),
    ("sign-in.refused", "act-sign-in-refused"),
    ("password.changed", "act-password-changed"),
    ("password.recovered", "act-password-recovered"),
    ("recovery.sent", "act-recovery-sent"),
    ("recovery.proved", "act-recovery-proved"),
    ("email-change.asked", "act-email-change-asked"),
    ("email.changed", "act-email-changed"),
    ("email-change.undone", "act-email-change-undone"),
    ("second-factor.confirmed", "act-second-factor-confirmed"),
    ("second-factor.removed", "act-second-factor-removed"),
    ("passkey.added", "act-passkey-added"),
    ("passkey.removed", "act-passkey-removed"),
    ("passkey.counter-went-back", "act-passkey-counter-went-back"),
    ("official-code.sent", "act-official-code-sent"),
    ("join-code.refused", "act-join-code-refused"),
    ("request.made", "act-request-made"),
    ("request.withdrawn", "act-request-withdrawn"),
    ("request.escalated", "act-request-escalated"),
    ("request.accepted", "act-request-accepted"),
    ("request.refused", "act-request-refused"),
    ("invitation.sent", "act-invitation-sent"),
    ("invitation.withdrawn", "act-invitation-withdrawn"),
    ("membership.granted", "act-membership-granted"),
    ("membership.changed", "act-membership-changed"),
    ("membership.ended", "act-membership-ended"),
    ("membership.left", "act-membership-left"),
    ("membership.expired", "act-membership-expired"),
    ("membership.taken-over", "act-membership-taken-over"),
    ("membership.followed", "act-membership-followed"),
    ("collectivite.seen-as", "act-collectivite-seen-as"),
    ("circular-codes.made", "act-circular-codes-made"),
    ("report.made", "act-report-made"),
    ("report.answered", "act-report-answered"),
    ("client.created", "act-client-created"),
    ("client.amended", "act-client-amended"),
    ("client.disabled", "act-client-disabled"),
    ("client.key-added", "act-client-key-added"),
    ("client.key-retired", "act-client-key-retired"),
    ("assertion.refused", "act-assertion-refused"),
    ("signing-key.made", "act-signing-key-made"),
];

/// The words for an act; as it is written, where there are none.
#[must_use]
pub fn say(words: &Words, act: &str) -> String {
    ACTS.iter().find(|(known, _)| *known == act).map_or_else(|| act.to_owned(), |(_, key)| words.say(key))
}

/// Every act to choose from, as (sent, read, hint), after all of them together.
#[must_use]
pub fn choices(words: &Words) -> Vec<(String, String, String)> {
    let all = (String::new(), words.say("journal-all-acts"), String::new());
    std::iter::once(all).chain(ACTS.iter().map(|(act, key)| ((*act).to_owned(), words.say(key), String::new()))).collect()
}
