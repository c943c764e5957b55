use anyhow::{Context as _, bail};
use database::transact;
use kernel::{Right, Version};
use runtime::{Environment, Purpose};
use sqlx::{PgConnection, PgPool};

use crate::{
    domain::{
        AccountId, MembershipId,
        account::{Account, Person},
        calendar,
        password::Password,
        person::{Email, Function, Locale, PersonName},
        scope::Scope,
        subject,
        team::Granted,
    },
    passwords::{Cost, Passwords},
    store::{
        self,
        journal::{self, Act, COMMAND_LINE},
    },
};

/// Invented people, each with what they may do, and the name of that where directory has not told it yet.
const PEOPLE: [(&str, &str, &str, &str, &str, &str); 5] = [
    ("anne.martin", "Anne", "Martin", "secrétaire générale", "collectivite:215600503:admin", "La Croix-Helléan"),
    ("yann.legoff", "Yann", "Le Goff", "chargé de mission", "collectivite:215600503:editor", "La Croix-Helléan"),
    ("solene.riou", "Solène", "Riou", "chargée de mission au SGAR", "region:53:admin", "Bretagne"),
    ("paul.guillou", "Paul", "Guillou", "préfecture du Morbihan", "department:56:admin", "Morbihan"),
    ("denise.faure", "Denise", "Faure", "chargée de mission", "national:*:admin", "DAECT"),
];

/// Makes invented people with one password, once, and prints how they sign in. On somebody's machine alone.
pub async fn run(pool: &PgPool, mut environment: Environment) -> anyhow::Result<()> {
    let purpose = environment.optional("ATLAS_ENVIRONMENT", Purpose::default());
    let password = environment.secret("ATLAS_DEMO_PASSWORD");
    let (purpose, password) = environment.finish(purpose.zip(password))?;
    if purpose != Purpose::Development {
        bail!("people are invented in development only, and this is {purpose}: nothing was made");
    }
    let hash = Passwords::new(Cost::default())?.hash(Password::typed(password.reveal())).await?;
    for (local, first, last, function, right, name) in PEOPLE {
        let email = format!("{local}@example.org");
        let person = Person {
            first_name: PersonName::stored(first.to_owned()),
            last_name: PersonName::stored(last.to_owned()),
            function: Function::stored(function.to_owned()),
            locale: Locale::Fr,
        };
        transact(pool, async |tx| make(tx, &email, person, &hash, (right, name)).await).await?;
        println!("{email:<28} {right}");
    }
    Ok(())
}

async fn make(tx: &mut PgConnection, email: &str, person: Person, hash: &str, (right, name): (&str, &str)) -> anyhow::Result<()> {
    let email: Email = email.parse().context("an invented address")?;
    let right: Right = right.parse().context("an invented right")?;
    let now = store::now(tx).await?;
    let known = store::accounts::find_by_email(tx, &email.key()).await?.map(|account| account.id);
    let id = match known {
        Some(id) => id,
        None => add(tx, email, person, hash).await?,
    };
    store::accounts::set_password(tx, id, hash).await?;
    let scope = Scope::of(&right);
    if store::teams::of(tx, id, &scope).await?.is_some() {
        return Ok(());
    }
    let place = store::places::place(tx, &scope).await?;
    let granted = Granted {
        account: id,
        name: place.map_or_else(|| name.to_owned(), |place| place.name),
        role: right.role,
        from: calendar::day(now),
        until: None,
        delegate_of: String::new(),
        proved_by: "COMMAND_LINE",
        by: COMMAND_LINE.to_owned(),
        scope,
    };
    store::teams::insert(tx, MembershipId::made(now), &granted).await?;
    let (subject, scope, detail) = (subject(id), granted.scope.to_string(), right.to_string());
    let act = Act { actor: COMMAND_LINE, act: "membership.granted", subject: &subject, scope: &scope, network: "", detail: &detail };
    Ok(journal::record(tx, act).await?)
}

async fn add(tx: &mut PgConnection, email: Email, person: Person, hash: &str) -> anyhow::Result<AccountId> {
    let now = store::now(tx).await?;
    let account = Account {
        id: AccountId::made(now),
        email,
        person,
        password: hash.to_owned(),
        generation: 1,
        version: Version(1),
        created_at: now,
        disabled_at: None,
        authenticator: false,
        passkey: false,
    };
    store::accounts::insert(tx, &account).await?;
    Ok(account.id)
}
