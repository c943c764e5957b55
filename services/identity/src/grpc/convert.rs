//! Types to words.

use atlas_proto::identity::v1 as pb;
use kernel::Etag;

use crate::{
    commands::accounts::{Begun, Opened},
    domain::{
        account::Account,
        flow::{Flow, Kind, Step, TRIES},
        membership::Membership,
        passkey::Passkey,
        session::Session,
    },
    voids::timestamp,
};

impl From<&Account> for pb::Account {
    fn from(account: &Account) -> Self {
        Self {
            account_id: account.id.to_string(),
            email: account.email.to_string(),
            first_name: account.person.first_name.as_str().to_owned(),
            last_name: account.person.last_name.as_str().to_owned(),
            function: account.person.function.as_str().to_owned(),
            locale: account.person.locale.word().to_owned(),
            etag: Etag(account.version).to_string(),
            created_at: Some(timestamp(account.created_at)),
            disabled_at: account.disabled_at.map(timestamp),
            second_factor: account.second_factor(),
            authenticator: account.authenticator,
        }
    }
}

impl From<&Membership> for pb::Membership {
    fn from(membership: &Membership) -> Self {
        Self {
            membership_id: membership.id.to_string(),
            right: membership.right.to_string(),
            name: membership.name.clone(),
            from_day: membership.from.to_string(),
            until_day: membership.until.map(|day| day.to_string()).unwrap_or_default(),
            delegate_of: membership.delegate_of.clone(),
            proved_by: membership.proved_by.clone(),
            etag: Etag(membership.version).to_string(),
        }
    }
}

impl From<&Flow> for pb::Flow {
    fn from(flow: &Flow) -> Self {
        Self {
            kind: pb::FlowKind::from(flow.kind).into(),
            step: pb::FlowStep::from(flow.step).into(),
            email: flow.email.clone(),
            sent_at: Some(timestamp(flow.sent_at)),
            collectivite_id: flow.collectivite.0.clone(),
            tries_left: (TRIES - flow.tries).max(0),
            expires_at: Some(timestamp(flow.expires_at)),
        }
    }
}

impl From<Kind> for pb::FlowKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::SignUp => Self::SignUp,
            Kind::Recovery => Self::Recovery,
            Kind::AddressRecovery => Self::AddressRecovery,
            Kind::EmailChange => Self::EmailChange,
            Kind::SecondFactor => Self::SecondFactor,
            Kind::PasskeySignIn => Self::PasskeySignIn,
            Kind::PasskeySetUp => Self::PasskeySetUp,
        }
    }
}

impl From<Step> for pb::FlowStep {
    fn from(step: Step) -> Self {
        match step {
            Step::Mail => Self::Mail,
            Step::Password => Self::Password,
            Step::SecondFactor => Self::SecondFactor,
            Step::Passkey => Self::Passkey,
            Step::Done => Self::Done,
        }
    }
}

/// A session, as its owner sees it in the list.
#[must_use]
pub fn session(session: Session, present: bool) -> pb::Session {
    pb::Session {
        session_id: session.id.to_string(),
        began_at: Some(timestamp(session.began_at)),
        seen_at: Some(timestamp(session.seen_at)),
        browser: session.browser,
        present,
    }
}

/// A passkey, as its owner sees it in the list.
#[must_use]
pub fn passkey(passkey: Passkey) -> pb::Passkey {
    pb::Passkey {
        passkey_id: passkey.id.to_string(),
        name: passkey.name,
        created_at: Some(timestamp(passkey.created_at)),
        used_at: passkey.used_at.map(timestamp),
    }
}

/// A flow and its secret, as answers have them.
#[must_use]
pub fn begun(begun: &Begun) -> (Option<pb::Flow>, String) {
    (Some(pb::Flow::from(&begun.flow)), begun.secret.reveal().to_owned())
}

/// The secrets of session and device, as answers have them; empty for none.
#[must_use]
pub fn opened(opened: Option<&Opened>) -> (String, String) {
    let session = opened.map(|opened| opened.session.reveal().to_owned());
    let device = opened.and_then(|opened| opened.device.as_ref()).map(|device| device.reveal().to_owned());
    (session.unwrap_or_default(), device.unwrap_or_default())
}
