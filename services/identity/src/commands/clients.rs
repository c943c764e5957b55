use atlas_proto::identity::v1 as pb;
use database::transact;
use events::answers::{self, Asked};
use kernel::{Caller, ClientId, Etag, RequestId, Right, Version};
use prost::Message;
use runtime::PublicKey;
use sqlx::{PgConnection, PgPool};

use crate::{
    domain::client::{Client, Description, may_manage},
    error::Error,
    store::{self, clients, journal},
};

/// Registers, changes and shuts out clients.
#[derive(Clone)]
pub struct Clients {
    /// The database.
    pub pool: PgPool,
}

/// A write as it was asked for, by whom.
pub struct Write<'a, R> {
    /// Who asks.
    pub caller: &'a Caller,
    /// The method.
    pub method: &'static str,
    /// The caller's own id of the request.
    pub request_id: RequestId,
    /// The request, whose repeat gets the same answer.
    pub request: &'a R,
}

/// A client to be registered.
#[derive(Debug)]
pub struct Create {
    /// Its name.
    pub id: ClientId,
    /// Who answers for it.
    pub description: Description,
    /// What it may ask for.
    pub rights: Vec<Right>,
    /// Services its tokens may be for.
    pub audiences: Vec<String>,
    /// Its first key.
    pub key: PublicKey,
}

/// A change of a client that is there.
#[derive(Debug)]
pub enum Change {
    /// Adds a key.
    AddKey(PublicKey),
    /// Retires the key of this thumbprint.
    RetireKey(String),
    /// Shuts it out.
    Disable,
}

impl Clients {
    /// Registers a client.
    ///
    /// # Errors
    /// There is one of that id; the key is taken; the caller may not.
    pub async fn create<R: Message>(&self, write: Write<'_, R>, create: Create) -> Result<pb::Client, Error> {
        self.once(write, async |tx, caller| {
            may_manage(&caller.right, &create.rights)?;
            insert(tx, &caller.subject, create).await
        })
        .await
    }

    /// Changes a client that nobody changed since the caller read it.
    ///
    /// # Errors
    /// There is none of that id; it changed; the rules or the caller's right forbid it.
    pub async fn change<R: Message>(&self, write: Write<'_, R>, id: ClientId, seen: Etag, change: Change) -> Result<pb::Client, Error> {
        self.once(write, async |tx, caller| {
            let client = clients::lock(tx, &id).await?.ok_or_else(|| Error::ClientNotFound(id.clone()))?;
            may_manage(&caller.right, &client.rights)?;
            if client.version != seen.0 {
                return Err(Error::Stale);
            }
            apply(tx, &caller.subject, client, change).await
        })
        .await
    }

    async fn once<R: Message>(
        &self,
        write: Write<'_, R>,
        work: impl AsyncFnOnce(&mut PgConnection, &Caller) -> Result<Client, Error>,
    ) -> Result<pb::Client, Error> {
        let Write { caller, method, request_id, request } = write;
        let request = request.encode_to_vec();
        let asked = Asked { caller: &caller.subject, method, request_id, request: &request };
        transact(&self.pool, async |tx| {
            if let Some(answer) = answers::recall(tx, asked).await? {
                return Ok(answer?);
            }
            let answer = pb::Client::from(&work(tx, caller).await?);
            answers::keep(tx, asked, &answer).await?;
            Ok(answer)
        })
        .await
    }
}

/// Registers a client, and writes down who did.
///
/// # Errors
/// There is one of that id, or the key is taken.
pub async fn insert(tx: &mut PgConnection, actor: &str, create: Create) -> Result<Client, Error> {
    let Create { id, description, rights, audiences, key } = create;
    let client = Client { id, description, rights, audiences, generation: 1, version: Version(1), keys: Vec::new(), disabled_at: None };
    clients::insert(tx, &client).await?;
    clients::add_key(tx, &client.id, &key).await?;
    journal::write(tx, actor, "client.created", client.id.as_str(), &said(&client, &key.kid())).await?;
    read(tx, client.id).await
}

/// Brings what a client may do up to what is said; tokens that carry more are void.
///
/// # Errors
/// The database's.
pub async fn amend(tx: &mut PgConnection, actor: &str, client: Client, create: &Create) -> Result<Client, Error> {
    let amended = Client {
        description: create.description.clone(),
        rights: create.rights.clone(),
        audiences: create.audiences.clone(),
        generation: client.generation + 1,
        version: client.version.next(),
        ..client
    };
    clients::save(tx, &amended).await?;
    store::voids::void_generation(tx, amended.id.as_str(), amended.generation).await?;
    journal::write(tx, actor, "client.amended", amended.id.as_str(), &said(&amended, &create.key.kid())).await?;
    read(tx, amended.id).await
}

async fn apply(tx: &mut PgConnection, actor: &str, client: Client, change: Change) -> Result<Client, Error> {
    let changed = Client { version: client.version.next(), ..client };
    let (act, detail) = match change {
        Change::AddKey(key) => {
            changed.may_add(&key)?;
            clients::add_key(tx, &changed.id, &key).await?;
            clients::save(tx, &changed).await?;
            ("client.key-added", key.kid())
        }
        Change::RetireKey(kid) => {
            changed.may_retire(&kid)?;
            clients::retire_key(tx, &changed.id, &kid).await?;
            clients::save(tx, &changed).await?;
            ("client.key-retired", kid)
        }
        Change::Disable => {
            changed.may_disable()?;
            let generation = changed.generation + 1;
            let disabled_at = Some(store::now(tx).await?);
            clients::save(tx, &Client { generation, disabled_at, ..changed.clone() }).await?;
            store::voids::void_generation(tx, changed.id.as_str(), generation).await?;
            ("client.disabled", String::new())
        }
    };
    journal::write(tx, actor, act, changed.id.as_str(), &detail).await?;
    read(tx, changed.id).await
}

async fn read(tx: &mut PgConnection, id: ClientId) -> Result<Client, Error> {
    clients::find(tx, &id).await?.ok_or(Error::ClientNotFound(id))
}

fn said(client: &Client, kid: &str) -> String {
    let rights: Vec<String> = client.rights.iter().map(Right::to_string).collect();
    format!("rights {}; audiences {}; key {kid}", rights.join(" "), client.audiences.join(" "))
}
