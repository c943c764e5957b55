use sqlx::PgConnection;

use super::{
    accounts::{Accounts, Begun, Opened, begin},
    throttles,
};
use crate::{
    domain::{
        AccountId,
        account::{Account, Person},
        flow::{Flow, Kind},
        password::Password,
        person::{Email, Function, PersonName},
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    store,
};
use kernel::Version;

/// A sign-up, read and found good.
#[derive(Debug)]
pub struct SignUp {
    /// The collectivité: id and name.
    pub collectivite: (String, String),
    /// Who it is.
    pub person: Person,
    /// The address.
    pub email: Email,
    /// The password.
    pub password: Password,
}

impl Accounts {
    /// Begins a sign-up: there is no account before its address is proved.
    ///
    /// # Errors
    /// Too many; too many at once.
    pub async fn start_sign_up(&self, visit: &Visit, sign_up: SignUp) -> Result<Begun, Error> {
        self.take(&throttles::causes_mail(visit)).await?;
        let password = self.passwords.hash(sign_up.password).await?;
        let Person { first_name, last_name, function, locale } = sign_up.person;
        self.transact(async |tx| {
            let now = store::now(tx).await?;
            let flow = Flow {
                email: sign_up.email.to_string(),
                email_key: sign_up.email.key(),
                person: (first_name.as_str().to_owned(), last_name.as_str().to_owned(), function.as_str().to_owned()),
                password: Some(password),
                collectivite: sign_up.collectivite,
                ..Flow::begun(Kind::SignUp, locale, now)
            };
            begin(tx, flow).await
        })
        .await
    }

    /// Makes the account of a sign-up whose address is proved and whose password was chosen by who proved it.
    pub(super) async fn make_account(&self, tx: &mut PgConnection, flow: &Flow, password: String, visit: &Visit) -> Result<Account, Error> {
        let now = store::now(tx).await?;
        let (first_name, last_name, function) = &flow.person;
        let account = Account {
            id: AccountId::made(now),
            email: Email::stored(flow.email.clone()),
            person: Person {
                first_name: PersonName::stored(first_name.clone()),
                last_name: PersonName::stored(last_name.clone()),
                function: Function::stored(function.clone()),
                locale: flow.locale,
            },
            password,
            generation: 1,
            version: Version(1),
            created_at: now,
            disabled_at: None,
            authenticator: false,
            passkey: false,
        };
        if store::accounts::find_by_email(tx, &flow.email_key).await?.is_some() {
            return Err(Refused::FlowEnded.into());
        }
        store::accounts::insert(tx, &account).await?;
        store::flows::forget_sign_ups(tx, &flow.email_key, flow.id).await?;
        self.record(tx, &account, visit, "account.created", &flow.collectivite.0).await?;
        Ok(account)
    }

    /// Ends a sign-up in the browser that asked: its password is the account's, and the person is signed in.
    pub(super) async fn complete_sign_up(&self, tx: &mut PgConnection, flow: &mut Flow, visit: &Visit) -> Result<Opened, Error> {
        let password = flow.password.take().ok_or(Refused::FlowEnded)?;
        let account = self.make_account(tx, flow, password, visit).await?;
        flow.account = Some(account.id);
        self.open(tx, &account, visit, None).await
    }
}
