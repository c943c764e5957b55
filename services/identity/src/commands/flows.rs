use super::{
    accounts::{Accounts, Begun, ask_for_mail, begin, held},
    throttles,
};
use crate::{
    domain::{
        account::Account,
        flow::{Flow, Kind, Request},
        mail::Purpose,
        person::{Email, Locale},
        visit::Visit,
    },
    error::Error,
    store,
};

impl Accounts {
    /// Begins a recovery of the account of an address, if it has one.
    ///
    /// # Errors
    /// Too many.
    pub async fn start_recovery(&self, visit: &Visit, email: Email, locale: Locale) -> Result<Begun, Error> {
        self.take(&throttles::causes_mail(visit)).await?;
        self.transact(async |tx| {
            let now = store::now(tx).await?;
            let flow = Flow { email: email.to_string(), email_key: email.key(), ..Flow::begun(Kind::Recovery, locale, now) };
            begin(tx, flow).await
        })
        .await
    }

    /// Begins a recovery for who does not know the address: each account of the collectivité gets a mail.
    ///
    /// # Errors
    /// Too many.
    pub async fn start_address_recovery(&self, visit: &Visit, collectivite: (String, String), locale: Locale) -> Result<Begun, Error> {
        self.take(&throttles::causes_mail(visit)).await?;
        self.transact(async |tx| {
            let now = store::now(tx).await?;
            begin(tx, Flow { collectivite, ..Flow::begun(Kind::AddressRecovery, locale, now) }).await
        })
        .await
    }

    /// Reads a flow; of the second step of a sign-in also the account, whose ways to go on its page offers.
    ///
    /// # Errors
    /// It is over.
    pub async fn flow_of(&self, secret: &str) -> Result<(Flow, Option<Account>), Error> {
        self.transact(async |tx| {
            let flow = held(tx, secret).await?;
            let account = match flow.account.filter(|_| flow.kind == Kind::SecondFactor) {
                Some(account) => store::accounts::find(tx, account).await?,
                None => None,
            };
            Ok((flow, account))
        })
        .await
    }

    /// Sends the mail of a flow again.
    ///
    /// # Errors
    /// It is over, or waits for no mail; too many.
    pub async fn resend(&self, visit: &Visit, secret: &str) -> Result<Flow, Error> {
        self.take(&throttles::causes_mail(visit)).await?;
        self.transact(async |tx| {
            let now = store::now(tx).await?;
            let flow = Flow { sent_at: now, ..held(tx, secret).await?.after(Request::Resend, now)? };
            store::flows::save(tx, &flow).await?;
            ask_for_mail(tx, &flow).await?;
            Ok(flow)
        })
        .await
    }

    /// Sends the mail of a flow to another address; those to the one before are dead.
    ///
    /// # Errors
    /// It is over, or waits for no mail; too many.
    pub async fn correct_address(&self, visit: &Visit, secret: &str, email: Email) -> Result<Flow, Error> {
        self.take(&throttles::causes_mail(visit)).await?;
        self.transact(async |tx| {
            let now = store::now(tx).await?;
            let flow = held(tx, secret).await?.after(Request::CorrectAddress, now)?;
            store::mails::kill_of_flow(tx, flow.id).await?;
            // A recovery looks for the account of the new address; a change of address stays its account's.
            let account = flow.account.filter(|_| flow.kind == Kind::EmailChange);
            let flow = Flow { email: email.to_string(), email_key: email.key(), account, sent_at: now, ..flow };
            store::flows::save(tx, &flow).await?;
            ask_for_mail(tx, &flow).await?;
            Ok(flow)
        })
        .await
    }
}

/// What kind of flow a mail's link belongs to.
#[must_use]
pub const fn kind_of(purpose: Purpose) -> Option<Kind> {
    match purpose {
        Purpose::SignUp => Some(Kind::SignUp),
        Purpose::Recovery => Some(Kind::Recovery),
        Purpose::EmailChange => Some(Kind::EmailChange),
        Purpose::EmailUndo | Purpose::Invitation | Purpose::OfficialCode => None,
    }
}
