use std::{pin::pin, time::Duration};

use anyhow::Context as _;
use atlas_proto::identity::v1::{
    self as pb, ListKeysRequest, WatchVoidsRequest, WatchVoidsResponse, token_service_client::TokenServiceClient, void::What,
};
use chrono::DateTime;
use tonic::Streaming;

use crate::{
    PublicKey, Wire,
    access::{Key, Keys, Timing, Verifier, Void},
};

/// Keys are fetched this often without a reason: less than the hour in which the next one is published before its use.
const KEYS: Duration = Duration::from_secs(300);
/// How soon something that failed is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// Keeps the verifier's keys as identity lists them.
pub(super) async fn keys(wire: Wire, verifier: Verifier) -> anyhow::Result<()> {
    let mut identity = TokenServiceClient::new(wire);
    loop {
        let pause = match fetch(&mut identity).await.and_then(|keys| verifier.trust(keys).context("a key that cannot be used")) {
            Ok(()) => KEYS,
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "cannot fetch identity's keys");
                AGAIN
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = verifier.keys_wanted() => {}
        }
    }
}

async fn fetch(identity: &mut TokenServiceClient<Wire>) -> anyhow::Result<Keys> {
    let answer = identity.list_keys(ListKeysRequest {}).await?.into_inner();
    let keys: anyhow::Result<Vec<Key>> = answer.keys.iter().map(key).collect();
    Ok(Keys { issuer: answer.issuer, keys: keys? })
}

fn key(key: &pb::SigningKey) -> anyhow::Result<Key> {
    let until = key.valid_until.as_ref().context("a key without end")?;
    let valid_until = DateTime::from_timestamp(until.seconds, until.nanos.unsigned_abs()).context("a key whose end is no time")?;
    Ok(Key { public: PublicKey::from_coordinates(&key.x, &key.y)?, valid_until })
}

/// Keeps the verifier told of what is void, for as long as identity can be heard.
pub(super) async fn voids(wire: Wire, verifier: Verifier, timing: Timing) -> anyhow::Result<()> {
    let mut identity = TokenServiceClient::new(wire);
    loop {
        match identity.watch_voids(WatchVoidsRequest {}).await {
            Ok(stream) => listen(stream.into_inner(), &verifier, timing).await,
            Err(status) => tracing::warn!(code = ?status.code(), message = status.message(), "cannot hear what is void"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Listens until the stream ends, or falls silent: then another replica may still have something to say.
async fn listen(stream: Streaming<WatchVoidsResponse>, verifier: &Verifier, timing: Timing) {
    let mut stream = pin!(stream);
    loop {
        match tokio::time::timeout(timing.freshness / 2, stream.message()).await {
            Ok(Ok(Some(told))) => verifier.hear(told.voids.into_iter().filter_map(void)),
            Ok(Ok(None)) => return,
            Ok(Err(status)) => {
                tracing::info!(code = ?status.code(), message = status.message(), "the stream of voids ended");
                return;
            }
            Err(_) => {
                tracing::warn!("the stream of voids is silent");
                return;
            }
        }
    }
}

fn void(void: pb::Void) -> Option<Void> {
    Some(match void.what? {
        What::Sid(sid) => Void::Session(sid),
        What::Generation(pb::VoidGeneration { sub, below }) => Void::Generation { subject: sub, below },
    })
}
