use chrono::{DateTime, Utc};
use kernel::Version;
use sqlx::PgConnection;

use crate::domain::{
    AccountId,
    account::{Account, Person},
    person::{Email, Function, Locale, PersonName},
};

/// The address has an account.
pub const TAKEN: &str = "accounts_email_key_key";

struct Row {
    id: AccountId,
    email: String,
    first_name: String,
    last_name: String,
    function: String,
    locale: String,
    password: String,
    generation: i64,
    version: i64,
    created_at: DateTime<Utc>,
    disabled_at: Option<DateTime<Utc>>,
    authenticator: bool,
    passkey: bool,
}

impl From<Row> for Account {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            email: Email::stored(row.email),
            person: Person {
                first_name: PersonName::stored(row.first_name),
                last_name: PersonName::stored(row.last_name),
                function: Function::stored(row.function),
                locale: locale(&row.locale),
            },
            password: row.password,
            generation: row.generation,
            version: Version(row.version),
            created_at: row.created_at,
            disabled_at: row.disabled_at,
            authenticator: row.authenticator,
            passkey: row.passkey,
        }
    }
}

/// A language as the database has it, where it was checked before.
pub(super) fn locale(word: &str) -> Locale {
    word.parse().unwrap_or_default()
}

/// Reads an account.
pub async fn find(conn: &mut PgConnection, id: AccountId) -> sqlx::Result<Option<Account>> {
    let row = sqlx::query_as!(
        Row,
        r#"select account_id as "id: _", email, first_name, last_name, function, locale, password, generation, version, created_at,
                  disabled_at,
                  exists (select from second_factors s where s.account_id = accounts.account_id and state = 'live') as "authenticator!",
                  exists (select from passkeys p where p.account_id = accounts.account_id) as "passkey!"
           from accounts where account_id = $1"#,
        id as _,
    );
    Ok(row.fetch_optional(conn).await?.map(Account::from))
}

/// Reads an account, and holds it until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: AccountId) -> sqlx::Result<Option<Account>> {
    sqlx::query!("select from accounts where account_id = $1 for update", id as _).fetch_optional(&mut *conn).await?;
    find(conn, id).await
}

/// Reads the account of an address.
pub async fn find_by_email(conn: &mut PgConnection, email_key: &str) -> sqlx::Result<Option<Account>> {
    let row = sqlx::query_as!(
        Row,
        r#"select account_id as "id: _", email, first_name, last_name, function, locale, password, generation, version, created_at,
                  disabled_at,
                  exists (select from second_factors s where s.account_id = accounts.account_id and state = 'live') as "authenticator!",
                  exists (select from passkeys p where p.account_id = accounts.account_id) as "passkey!"
           from accounts where email_key = $1"#,
        email_key,
    );
    Ok(row.fetch_optional(conn).await?.map(Account::from))
}

/// Reads accounts.
pub async fn find_many(conn: &mut PgConnection, ids: &[AccountId]) -> sqlx::Result<Vec<Account>> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select account_id as "id: _", email, first_name, last_name, function, locale, password, generation, version, created_at,
                  disabled_at,
                  exists (select from second_factors s where s.account_id = accounts.account_id and state = 'live') as "authenticator!",
                  exists (select from passkeys p where p.account_id = accounts.account_id) as "passkey!"
           from accounts where account_id = any($1)"#,
        &ids,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Account::from).collect())
}

/// Adds an account.
pub async fn insert(conn: &mut PgConnection, account: &Account) -> sqlx::Result<()> {
    let inserted = sqlx::query!(
        "insert into accounts (account_id, email, email_key, first_name, last_name, function, locale, password)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        account.id as _,
        account.email.as_str(),
        account.email.key(),
        account.person.first_name.as_str(),
        account.person.last_name.as_str(),
        account.person.function.as_str(),
        account.person.locale.word(),
        account.password,
    );
    inserted.execute(conn).await.map(drop)
}

/// Saves an account that is locked: who it is, its address, its generation, whether it is shut out.
pub async fn save(conn: &mut PgConnection, account: &Account) -> sqlx::Result<()> {
    let saved = sqlx::query!(
        "update accounts set email = $2, email_key = $3, first_name = $4, last_name = $5, function = $6, locale = $7,
                generation = $8, version = $9, disabled_at = $10,
                bounced_at = case when email_key = $3 then bounced_at end
         where account_id = $1",
        account.id as _,
        account.email.as_str(),
        account.email.key(),
        account.person.first_name.as_str(),
        account.person.last_name.as_str(),
        account.person.function.as_str(),
        account.person.locale.word(),
        account.generation,
        account.version.0,
        account.disabled_at,
    );
    saved.execute(conn).await.map(drop)
}

/// Gives an account another password: one that was chosen.
pub async fn set_password(conn: &mut PgConnection, id: AccountId, phc: &str) -> sqlx::Result<()> {
    let set = sqlx::query!("update accounts set password = $2, password_at = clock_timestamp() where account_id = $1", id as _, phc);
    set.execute(conn).await.map(drop)
}

/// Puts the hash of the same password in the place of a weaker one, unless it was changed meanwhile.
pub async fn rehash(conn: &mut PgConnection, id: AccountId, weaker: &str, phc: &str) -> sqlx::Result<()> {
    let set = sqlx::query!("update accounts set password = $3 where account_id = $1 and password = $2", id as _, weaker, phc);
    set.execute(conn).await.map(drop)
}

/// Notes that a mail to the account's address came back.
pub async fn note_bounce(conn: &mut PgConnection, id: AccountId) -> sqlx::Result<()> {
    sqlx::query!("update accounts set bounced_at = clock_timestamp() where account_id = $1", id as _).execute(conn).await.map(drop)
}
