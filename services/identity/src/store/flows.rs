use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::accounts::locale;
use crate::domain::{
    AccountId, DeviceId, FlowId,
    flow::{Flow, Kind, Step},
    secret::SecretHash,
};

const KINDS: [(Kind, &str); 7] = [
    (Kind::SignUp, "sign-up"),
    (Kind::Recovery, "recovery"),
    (Kind::AddressRecovery, "address-recovery"),
    (Kind::EmailChange, "email-change"),
    (Kind::SecondFactor, "second-factor"),
    (Kind::PasskeySignIn, "passkey-sign-in"),
    (Kind::PasskeySetUp, "passkey-set-up"),
];

const STEPS: [(Step, &str); 5] = [
    (Step::Mail, "mail"),
    (Step::Password, "password"),
    (Step::SecondFactor, "second-factor"),
    (Step::Passkey, "passkey"),
    (Step::Done, "done"),
];

struct Row {
    id: FlowId,
    kind: String,
    step: String,
    email: String,
    email_key: String,
    account: Option<AccountId>,
    device: Option<DeviceId>,
    first_name: String,
    last_name: String,
    function: String,
    password: Option<String>,
    collectivite_id: String,
    collectivite: String,
    locale: String,
    tries: i32,
    sent_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<Row> for Flow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: read(&KINDS, &row.kind),
            step: read(&STEPS, &row.step),
            email: row.email,
            email_key: row.email_key,
            account: row.account,
            device: row.device,
            person: (row.first_name, row.last_name, row.function),
            password: row.password,
            collectivite: (row.collectivite_id, row.collectivite),
            locale: locale(&row.locale),
            tries: row.tries,
            sent_at: row.sent_at,
            expires_at: row.expires_at,
        }
    }
}

/// Reads a flow that is not over by its secret, and holds it until the transaction ends.
pub async fn lock(conn: &mut PgConnection, secret: &SecretHash) -> sqlx::Result<Option<Flow>> {
    let row = sqlx::query_as!(
        Row,
        r#"select flow_id as "id: _", kind, step, email, email_key, account_id as "account: _", device_id as "device: _", first_name,
                  last_name, function, password, collectivite_id, collectivite, locale, tries, sent_at, expires_at
           from flows where secret_hash = $1 and expires_at > clock_timestamp() for update"#,
        secret.bytes(),
    );
    Ok(row.fetch_optional(conn).await?.map(Flow::from))
}

/// Reads a flow that is not over by its id, and holds it until the transaction ends.
pub async fn lock_by_id(conn: &mut PgConnection, id: FlowId) -> sqlx::Result<Option<Flow>> {
    let row = sqlx::query_as!(
        Row,
        r#"select flow_id as "id: _", kind, step, email, email_key, account_id as "account: _", device_id as "device: _", first_name,
                  last_name, function, password, collectivite_id, collectivite, locale, tries, sent_at, expires_at
           from flows where flow_id = $1 and expires_at > clock_timestamp() for update"#,
        id as _,
    );
    Ok(row.fetch_optional(conn).await?.map(Flow::from))
}

/// Whether a secret is that of a flow.
pub async fn is_secret_of(conn: &mut PgConnection, id: FlowId, secret: &SecretHash) -> sqlx::Result<bool> {
    let is = sqlx::query_scalar!(
        r#"select exists (select from flows where flow_id = $1 and secret_hash = $2) as "is!""#,
        id as _,
        secret.bytes(),
    );
    is.fetch_one(conn).await
}

/// The address that a flow is to prove, and the language it is read in.
pub async fn written_to(conn: &mut PgConnection, id: FlowId) -> sqlx::Result<Option<(String, String)>> {
    let row =
        sqlx::query!("select email, locale from flows where flow_id = $1 and email <> '' and expires_at > clock_timestamp()", id as _,);
    Ok(row.fetch_optional(conn).await?.map(|row| (row.email, row.locale)))
}

/// Adds a flow.
pub async fn insert(conn: &mut PgConnection, flow: &Flow, secret: &SecretHash) -> sqlx::Result<()> {
    let (first_name, last_name, function) = &flow.person;
    let (collectivite_id, collectivite) = &flow.collectivite;
    let inserted = sqlx::query!(
        "insert into flows (flow_id, kind, step, secret_hash, email, email_key, account_id, device_id, first_name, last_name, function,
                            password, collectivite_id, collectivite, locale, sent_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        flow.id as _,
        word(&KINDS, flow.kind),
        word(&STEPS, flow.step),
        secret.bytes(),
        flow.email,
        flow.email_key,
        flow.account as _,
        flow.device as _,
        first_name,
        last_name,
        function,
        flow.password,
        collectivite_id,
        collectivite,
        flow.locale.word(),
        flow.sent_at,
        flow.expires_at,
    );
    inserted.execute(conn).await.map(drop)
}

/// Saves a flow that is held: its step, address, account, password, tries and times.
pub async fn save(conn: &mut PgConnection, flow: &Flow) -> sqlx::Result<()> {
    let saved = sqlx::query!(
        "update flows set step = $2, email = $3, email_key = $4, account_id = $5, password = $6, tries = $7, sent_at = $8, expires_at = $9
         where flow_id = $1",
        flow.id as _,
        word(&STEPS, flow.step),
        flow.email,
        flow.email_key,
        flow.account as _,
        flow.password,
        flow.tries,
        flow.sent_at,
        flow.expires_at,
    );
    saved.execute(conn).await.map(drop)
}

/// Gives a flow another secret: who has the one before has nothing.
pub async fn renew(conn: &mut PgConnection, id: FlowId, secret: &SecretHash) -> sqlx::Result<()> {
    sqlx::query!("update flows set secret_hash = $2 where flow_id = $1", id as _, secret.bytes()).execute(conn).await.map(drop)
}

/// Forgets the flows of an account, with their mails, but one: what they were begun for has changed.
pub async fn forget_of_account(conn: &mut PgConnection, account: AccountId, but: Option<FlowId>) -> sqlx::Result<()> {
    let forgotten =
        sqlx::query!("delete from flows where account_id = $1 and step <> 'done' and flow_id is distinct from $2", account as _, but as _,);
    forgotten.execute(conn).await.map(drop)
}

/// Forgets the sign-ups of an address but one, with their mails: it has an account now.
pub async fn forget_sign_ups(conn: &mut PgConnection, email_key: &str, but: FlowId) -> sqlx::Result<()> {
    let forgotten = sqlx::query!("delete from flows where kind = 'sign-up' and email_key = $1 and flow_id <> $2", email_key, but as _);
    forgotten.execute(conn).await.map(drop)
}

fn word<T: PartialEq>(table: &[(T, &'static str)], value: T) -> &'static str {
    table.iter().find(|(known, _)| *known == value).map_or("", |(_, word)| word)
}

/// What the database checked; a word that is not in the table reads as its last entry, which waits for nothing that anybody has.
fn read<T: Copy>(table: &[(T, &str)], text: &str) -> T {
    let known = table.iter().find(|(_, word)| *word == text).or(table.last());
    known.map(|(value, _)| *value).expect("a table with entries")
}
