use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    accounts::{Accounts, Begun, begin},
    proofs::Proved,
    sessions::signed_in,
    throttles,
};
use crate::{
    domain::{
        account::Account,
        flow::{CHOOSES, Flow, Kind, Step},
        mail::{Mail, Purpose, Recipient, Validity},
        person::Email,
        secret::Fresh,
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    store::{self, mails::Asked},
};

impl Accounts {
    /// Begins to give an account another address: a mail goes to the new one, a notice to the old one.
    ///
    /// # Errors
    /// The session is over; the password was typed too long ago; too many.
    pub async fn start_email_change(&self, visit: &Visit, session: &str, email: Email) -> Result<Begun, Error> {
        self.take(&throttles::causes_mail(visit)).await?;
        self.transact(async |tx| {
            let signed_in = signed_in(tx, session).await?;
            signed_in.authenticated()?;
            let account = signed_in.account;
            let flow = Flow {
                email: email.to_string(),
                email_key: email.key(),
                account: Some(account.id),
                ..Flow::begun(Kind::EmailChange, account.person.locale, signed_in.now)
            };
            let notice = notice_to(&account, "email-change-notice").leading_to("/compte");
            self.mails.ask(tx, &notice.word("email", email.as_str()).word("browser", &visit.browser)).await?;
            self.record(tx, &account, visit, "email-change.asked", "").await?;
            begin(tx, flow).await
        })
        .await
    }

    /// Gives an account the address that was proved; the one before gets a link that undoes it.
    pub(super) async fn complete_email_change(&self, tx: &mut PgConnection, flow: &Flow, visit: &Visit) -> Result<(), Error> {
        let before = store::accounts::lock(tx, flow.account.ok_or(Refused::FlowEnded)?).await?;
        let before = before.filter(|account| account.disabled_at.is_none()).ok_or(Refused::FlowEnded)?;
        if store::accounts::find_by_email(tx, &flow.email_key).await?.is_some() {
            return Err(Refused::FlowEnded.into());
        }
        let after = Account { email: Email::stored(flow.email.clone()), version: before.version.next(), ..before.clone() };
        store::accounts::save(tx, &after).await?;
        store::mails::kill(tx, Purpose::Recovery, before.id.0).await?;
        store::flows::forget_of_account(tx, before.id, Some(flow.id)).await?;
        self.offer_undo(tx, &before, &after, visit).await?;
        Ok(self.record(tx, &after, visit, "email.changed", "").await?)
    }

    async fn offer_undo(&self, tx: &mut PgConnection, before: &Account, after: &Account, visit: &Visit) -> Result<(), Error> {
        let change = Uuid::from_bytes(runtime::random());
        store::email_changes::insert(tx, change, before).await?;
        let to = Recipient::Other(format!("identity:former:{change}"));
        let undo = Mail { recipient: to, ..notice_to(before, "email-changed-undo") };
        let undo = undo.word("email", after.email.as_str()).word("browser", &visit.browser);
        self.mails.ask(tx, &undo.proving(Purpose::EmailUndo, change, Validity::UNDO)).await?;
        Ok(())
    }

    /// Puts the address before back, for who reads its mail: all sessions end, and a password is to be chosen.
    pub(super) async fn undo_email_change(&self, tx: &mut PgConnection, visit: &Visit, mail: Asked) -> Result<Proved, Error> {
        let (purpose, change) = mail.proves.ok_or(Refused::LinkDead)?;
        let Some(found) = store::email_changes::find(tx, change).await? else { return Err(Refused::LinkDead.into()) };
        if !store::mails::redeem(tx, mail.id, (purpose, change)).await? {
            return Err(Refused::LinkDead.into());
        }
        let account = store::accounts::lock(tx, found.account).await?.filter(|account| account.disabled_at.is_none());
        let account = account.ok_or(Refused::LinkDead)?;
        let holder = store::accounts::find_by_email(tx, &found.before.key()).await?;
        if holder.is_some_and(|holder| holder.id != account.id) {
            return Err(Refused::LinkDead.into());
        }
        let account = self.close(tx, Account { email: found.before, ..account }, None).await?;
        store::sessions::forget_devices(tx, account.id).await?;
        store::mails::kill(tx, Purpose::Recovery, account.id.0).await?;
        store::flows::forget_of_account(tx, account.id, None).await?;
        store::email_changes::forget_from(tx, change).await?;
        self.record(tx, &account, visit, "email-change.undone", "").await?;
        self.choose_anew(tx, &account).await
    }

    async fn choose_anew(&self, tx: &mut PgConnection, account: &Account) -> Result<Proved, Error> {
        let (now, secret) = (store::now(tx).await?, Fresh::drawn());
        let flow = Flow {
            step: Step::Password,
            email: account.email.to_string(),
            email_key: account.email.key(),
            account: Some(account.id),
            expires_at: now + CHOOSES,
            ..Flow::begun(Kind::Recovery, account.person.locale, now)
        };
        store::flows::insert(tx, &flow, &secret.hash).await?;
        Ok(Proved::onward(flow, secret.text))
    }
}

fn notice_to(account: &Account, template: &'static str) -> Mail {
    let mail = Mail::notice(template, Recipient::Account(account.id), account.person.locale);
    Mail { account: Some(account.id), ..mail }.word("person", &account.person.name())
}
