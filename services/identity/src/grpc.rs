//! The contract: words to types, and back.

pub mod accounts;
pub mod clients;
pub mod convert;
pub mod gateway;
pub mod join;
pub mod journal;
pub mod mail;
pub mod parse;
mod said;
pub mod team;
mod team_words;
pub mod tokens;
pub mod watch;
pub mod words;

use atlas_proto::identity::v1 as pb;
use kernel::{Etag, Right};

use crate::{
    domain::client::{Client, ClientKey},
    voids::timestamp,
};

impl From<&Client> for pb::Client {
    fn from(client: &Client) -> Self {
        Self {
            client_id: client.id.to_string(),
            description: client.description.as_str().to_owned(),
            rights: client.rights.iter().map(Right::to_string).collect(),
            audiences: client.audiences.clone(),
            keys: client.keys.iter().map(pb::ClientKey::from).collect(),
            disabled_at: client.disabled_at.map(timestamp),
            etag: Etag(client.version).to_string(),
        }
    }
}

impl From<&ClientKey> for pb::ClientKey {
    fn from(key: &ClientKey) -> Self {
        Self { kid: key.public.kid(), added_at: Some(timestamp(key.added_at)), retired_at: key.retired_at.map(timestamp) }
    }
}
