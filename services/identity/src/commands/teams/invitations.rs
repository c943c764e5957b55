use atlas_proto::identity::v1 as pb;
use chrono::{DateTime, NaiveDate, Utc};
use database::transact;
use kernel::{Caller, Right};
use prost::Message;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Actor, Teams, Write, about, allowed, decided, note, today, word};
use crate::{
    domain::{
        InvitationId, MailId,
        invitation::Invitation,
        mail::{Mail, Purpose, Recipient, Validity},
        membership::Membership,
        person::{Email, Locale},
        scope::{Reach, Scope},
        team::{Granted, INVITATIONS_AT_MOST},
        visit::Visit,
    },
    error::{Error, teams::Refused},
    grpc::words,
    store,
};

/// Whom to invite to what.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Who.
    pub email: Email,
    /// What they will hold.
    pub right: Right,
    /// The first day; none for at once.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
    /// For whom they act.
    pub delegate_of: String,
    /// The language of the mail.
    pub locale: Locale,
}

/// What the link of an invitation offers.
#[derive(Debug, Clone)]
pub struct Offered {
    /// The invitation.
    pub invitation: Invitation,
    /// The invited address has an account.
    pub has_account: bool,
}

impl Teams {
    /// Invites an address, by a mail with a link that is good once.
    ///
    /// # Errors
    /// The team is not the caller's; the account is a member already; too many invitations are open.
    pub async fn invite<R: Message>(&self, write: Write<'_, R>, invite: Invite) -> Result<pb::InviteMemberResponse, Error> {
        let scope = Scope::of(&invite.right);
        self.ensure(&scope).await?;
        self.once(write, async |tx, actor, caller| {
            let place = decided(tx, caller, &scope).await?;
            if let Some(id) = scope.as_collectivite()
                && store::places::find(tx, &id).await?.is_some_and(|known| known.ended)
            {
                return Err(Refused::CollectiviteEnded.into());
            }
            store::teams::hold(tx, &scope).await?;
            refuse_needless(tx, &scope, &invite.email).await?;
            let invitation = self.add_invitation(tx, actor, place.name, invite).await?;
            Ok(pb::InviteMemberResponse { invitation: Some(words::invitation(&invitation)) })
        })
        .await
    }

    /// Adds an invitation, and asks for its mail.
    async fn add_invitation(&self, tx: &mut PgConnection, actor: &Actor, name: String, invite: Invite) -> Result<Invitation, Error> {
        let (now, _) = today(tx).await?;
        let locale = invite.locale;
        let invitation = made(actor, name, invite, now);
        store::invitations::insert(tx, &invitation, locale).await?;
        let mail = self.mails.ask(tx, &letter(&invitation, locale, now)).await?;
        store::invitations::set_mail(tx, invitation.id, mail).await?;
        let detail = format!("{} to {}", invitation.right, invitation.email);
        note(tx, actor, "invitation.sent", &invitation.id.to_string(), &Scope::of(&invitation.right), &detail).await?;
        Ok(invitation)
    }

    /// Takes an invitation back: its link is dead.
    ///
    /// # Errors
    /// There is none that the caller decides about.
    pub async fn withdraw_invitation<R: Message>(
        &self,
        write: Write<'_, R>,
        id: InvitationId,
    ) -> Result<pb::WithdrawInvitationResponse, Error> {
        self.once(write, async |tx, actor, caller| {
            let invitation = store::invitations::lock_open(tx, id).await?.ok_or(Refused::InvitationNotFound)?;
            let scope = Scope::of(&invitation.right);
            decides(tx, caller, &scope).await?;
            store::invitations::withdraw(tx, id).await?;
            store::mails::kill(tx, Purpose::Invitation, id.0).await?;
            note(tx, actor, "invitation.withdrawn", &id.to_string(), &scope, invitation.email.as_str()).await?;
            Ok(pb::WithdrawInvitationResponse {})
        })
        .await
    }

    /// What the link of an invitation offers; nothing changes by it.
    ///
    /// # Errors
    /// The link is dead.
    pub async fn invitation(&self, link: &str) -> Result<Offered, Error> {
        let mail = self.links.read(link).ok_or(Refused::LinkDead)?;
        transact(&self.pool, async |tx| {
            let id = invited_by(tx, mail).await?;
            let invitation = store::invitations::find_open(tx, id).await?.ok_or(Refused::LinkDead)?;
            let has_account = store::accounts::find_by_email(tx, &invitation.email.key()).await?.is_some();
            Ok(Offered { invitation, has_account })
        })
        .await
    }

    /// Makes who is signed in a member, once: only the account of the address that was invited.
    ///
    /// # Errors
    /// The link is dead, or another's; the account is a member already.
    pub async fn accept_invitation(&self, visit: &Visit, session: &str, link: &str) -> Result<Membership, Error> {
        let mail = self.links.read(link).ok_or(Refused::LinkDead)?;
        self.as_person(visit, session, async |tx, who, actor| {
            let id = invited_by(tx, mail).await?;
            let invitation = store::invitations::lock_open(tx, id).await?.ok_or(Refused::LinkDead)?;
            if invitation.email.key() != who.account.email.key() {
                return Err(Refused::InvitedAnother.into());
            }
            if !store::mails::redeem(tx, mail, (Purpose::Invitation, id.0)).await? {
                return Err(Refused::LinkDead.into());
            }
            let scope = Scope::of(&invitation.right);
            store::teams::hold(tx, &scope).await?;
            if store::teams::of(tx, who.account.id, &scope).await?.is_some() {
                return Err(Refused::AlreadyMember.into());
            }
            store::invitations::accept(tx, id, who.account.id).await?;
            let granted = granted(who.account.id, &invitation, who.now);
            let membership = self.grant(tx, actor, &granted, who.now).await?;
            self.close_request(tx, actor, who.account.id, &scope).await?;
            self.thank(tx, actor, &invitation, who.now).await?;
            Ok(membership)
        })
        .await
    }

    /// Tells who invited that it was accepted.
    async fn thank(&self, tx: &mut PgConnection, actor: &Actor, invitation: &Invitation, now: DateTime<Utc>) -> Result<(), Error> {
        let inviter = invitation.invited_by.strip_prefix("account:").and_then(|id| id.parse().ok());
        let Some(inviter) = inviter else { return Ok(()) };
        let Some(account) = store::accounts::find(tx, inviter).await?.filter(|account| account.disabled_at.is_none()) else {
            return Ok(());
        };
        let scope = Scope::of(&invitation.right);
        let mail = about("invitation-accepted", &invitation.name, now)
            .leading_to(format!("{}/equipe", scope.page()))
            .word("person", &actor.name)
            .word("role", word(invitation.right.role));
        self.tell(tx, inviter, account.person.locale, mail, &scope).await
    }
}

/// The invitation that a mail is about; its link still works.
async fn invited_by(tx: &mut PgConnection, mail: MailId) -> Result<InvitationId, Error> {
    let asked = store::mails::find(tx, mail).await?.filter(|asked| asked.is_good);
    let about = asked.and_then(|asked| asked.proves).filter(|(purpose, _)| *purpose == Purpose::Invitation);
    Ok(about.map(|(_, id)| InvitationId(id)).ok_or(Refused::LinkDead)?)
}

/// An invitation that is not the caller's to decide about is answered like one that does not exist.
async fn decides(tx: &mut PgConnection, caller: &Caller, scope: &Scope) -> Result<(), Error> {
    let place = store::places::place(tx, scope).await?.ok_or(Refused::InvitationNotFound)?;
    allowed(&place, caller, Reach::Decides, Refused::InvitationNotFound)
}

/// Refuses to invite who is a member, and more than are good at once. The address is compared with those of the team: to look for its
/// account would take longer where there is one.
async fn refuse_needless(tx: &mut PgConnection, scope: &Scope, email: &Email) -> Result<(), Error> {
    if store::teams::addresses(tx, scope).await?.contains(&email.key()) {
        return Err(Refused::AlreadyMember.into());
    }
    let open = store::invitations::open(tx, scope).await?.len();
    if i64::try_from(open).is_ok_and(|open| open < INVITATIONS_AT_MOST) { Ok(()) } else { Err(Refused::TooManyInvitations.into()) }
}

/// An invitation, as it is made now.
pub fn made(actor: &Actor, name: String, invite: Invite, now: DateTime<Utc>) -> Invitation {
    Invitation {
        id: InvitationId::made(now),
        email: invite.email,
        right: invite.right,
        name,
        from: invite.from,
        until: invite.until,
        delegate_of: invite.delegate_of,
        invited_by: actor.subject.clone(),
        inviter: actor.name.clone(),
        invited_at: now,
        expires_at: now + Validity::INVITATION.at_most,
    }
}

/// The mail of an invitation.
pub fn letter(invitation: &Invitation, locale: Locale, now: DateTime<Utc>) -> Mail {
    let scope = Scope::of(&invitation.right);
    let subject: Uuid = invitation.id.0;
    let mail = about("invitation", &invitation.name, now)
        .word("person", &invitation.inviter)
        .word("role", word(invitation.right.role))
        .word("email", invitation.email.as_str())
        .proving(Purpose::Invitation, subject, Validity::INVITATION);
    let mut times = mail.times.clone();
    times.insert("expires".to_owned(), invitation.expires_at);
    Mail {
        recipient: Recipient::Other(format!("identity:invitation:{}", invitation.id)),
        collectivite_id: scope.as_collectivite().map(|id| id.to_string()).unwrap_or_default(),
        locale,
        times,
        ..mail
    }
}

fn granted(account: crate::domain::AccountId, invitation: &Invitation, now: DateTime<Utc>) -> Granted {
    Granted {
        account,
        scope: Scope::of(&invitation.right),
        role: invitation.right.role,
        name: invitation.name.clone(),
        from: invitation.from.unwrap_or_else(|| crate::domain::calendar::day(now)),
        until: invitation.until,
        delegate_of: invitation.delegate_of.clone(),
        proved_by: "INVITATION",
        by: invitation.invited_by.clone(),
    }
}
