//! The mails of flows: who gets which is decided here, after the answer.

use sqlx::PgConnection;

use super::{accounts::Accounts, throttles};
use crate::{
    domain::{
        FlowId,
        account::Account,
        flow::{Flow, Kind, Step},
        mail::{Mail, Purpose, Recipient, Validity},
    },
    error::Error,
    store::{self, throttles::Bucket},
};

impl Accounts {
    /// Asks for the mails of a flow that waits for one. Beyond what an address may get in a day, there are none.
    ///
    /// # Errors
    /// The database's.
    pub async fn mail_flow(&self, tx: &mut PgConnection, id: FlowId) -> Result<(), Error> {
        let Some(flow) = store::flows::lock_by_id(tx, id).await?.filter(|flow| flow.step == Step::Mail) else { return Ok(()) };
        match flow.kind {
            Kind::SignUp => self.mail_sign_up(tx, &flow).await,
            Kind::Recovery => self.mail_recovery(tx, flow).await,
            Kind::AddressRecovery => self.mail_addresses(tx, &flow).await,
            Kind::EmailChange => self.mail_email_change(tx, &flow).await,
            Kind::SecondFactor | Kind::PasskeySignIn | Kind::PasskeySetUp => Ok(()),
        }
    }

    async fn mail_sign_up(&self, tx: &mut PgConnection, flow: &Flow) -> Result<(), Error> {
        let buckets = [throttles::mail("sign-up", &flow.email_key), throttles::sign_ups_of(&flow.collectivite.0)];
        if !may(tx, &buckets).await? {
            return Ok(());
        }
        let mail = match store::accounts::find_by_email(tx, &flow.email_key).await? {
            Some(known) => about(&known, "sign-up-existing").leading_to("/connexion"),
            None => Mail::notice("sign-up-code", Recipient::Flow(flow.id), flow.locale)
                .word("person", &format!("{} {}", flow.person.0, flow.person.1))
                .word("function", &flow.person.2)
                .proving(Purpose::SignUp, flow.id.0, Validity::HOUR),
        };
        self.send(tx, flow, mail.word("collectivite", &flow.collectivite.1)).await
    }

    async fn mail_recovery(&self, tx: &mut PgConnection, flow: Flow) -> Result<(), Error> {
        let known = store::accounts::find_by_email(tx, &flow.email_key).await?.filter(|account| account.disabled_at.is_none());
        let Some(account) = known.filter(|account| flow.account.is_none_or(|before| before == account.id)) else { return Ok(()) };
        if !may(tx, &[throttles::mail("recovery", &flow.email_key)]).await? {
            return Ok(());
        }
        let flow = Flow { account: Some(account.id), ..flow };
        store::flows::save(tx, &flow).await?;
        let mail = about(&account, "recovery").proving(Purpose::Recovery, account.id.0, Validity::HOUR);
        self.send(tx, &flow, mail).await
    }

    /// Each account of the collectivité at its own address. Only the link is good: the browser that asked is nobody's yet.
    async fn mail_addresses(&self, tx: &mut PgConnection, flow: &Flow) -> Result<(), Error> {
        if !may(tx, &[throttles::addresses_of(&flow.collectivite.0)]).await? {
            return Ok(());
        }
        for id in store::memberships::accounts_of(tx, &flow.collectivite.0).await? {
            let Some(account) = store::accounts::find(tx, id).await? else { continue };
            if may(tx, &[throttles::mail("recovery", &account.email.key())]).await? {
                let mail = about(&account, "recovery").proving(Purpose::Recovery, account.id.0, Validity::HOUR);
                self.mails.ask(tx, &mail.word("collectivite", &flow.collectivite.1)).await?;
            }
        }
        Ok(())
    }

    async fn mail_email_change(&self, tx: &mut PgConnection, flow: &Flow) -> Result<(), Error> {
        let Some(account) = flow.account else { return Ok(()) };
        let Some(account) = store::accounts::find(tx, account).await? else { return Ok(()) };
        if !may(tx, &[throttles::mail("email-change", &flow.email_key)]).await? {
            return Ok(());
        }
        let mail = match store::accounts::find_by_email(tx, &flow.email_key).await? {
            Some(known) => about(&known, "email-change-existing").leading_to("/connexion"),
            None => Mail::notice("email-change-confirm", Recipient::Flow(flow.id), account.person.locale)
                .word("person", &account.person.name())
                .proving(Purpose::EmailChange, flow.id.0, Validity::HOUR),
        };
        self.send(tx, flow, mail.word("email", &flow.email)).await
    }

    async fn send(&self, tx: &mut PgConnection, flow: &Flow, mail: Mail) -> Result<(), Error> {
        let collectivite_id = flow.collectivite.0.clone();
        self.mails.ask(tx, &Mail { flow: Some(flow.id), collectivite_id, ..mail }).await?;
        Ok(())
    }
}

/// A mail to an account, about it.
fn about(account: &Account, template: &'static str) -> Mail {
    let mail = Mail::notice(template, Recipient::Account(account.id), account.person.locale);
    Mail { account: Some(account.id), ..mail }.word("person", &account.person.name())
}

async fn may(tx: &mut PgConnection, buckets: &[Bucket]) -> sqlx::Result<bool> {
    Ok(store::throttles::take(tx, buckets).await?.is_ok())
}
