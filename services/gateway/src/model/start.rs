//! Where a starting gateway gets the model from, and what keeps it shown, searchable and saved.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use kernel::Clock;
use runtime::Lifecycle;
use tokio::{
    net::{TcpListener, TcpStream},
    task::spawn_blocking,
    time::sleep,
};

use super::{
    Model,
    follow::Bells,
    snapshot::{self, Saved},
};

/// Between two generations.
const GENERATION: Duration = Duration::from_millis(25);
/// Between two commits of the search index.
const COMMIT: Duration = Duration::from_millis(500);
/// Between two savings.
const SAVING: Duration = Duration::from_secs(60);
/// Data that was last known to be right longer ago is shown without contacts, and with its date.
const OLD: chrono::TimeDelta = chrono::TimeDelta::hours(24);
/// Where a gateway gives its snapshot to a peer.
const SNAPSHOT: &str = "/snapshot";
/// A peer that takes longer is no help.
const PEER_WITHIN: Duration = Duration::from_secs(5);

/// Loads the model from a ready peer, else from the volume; says whether there was one.
pub async fn load(model: &Arc<Model>, peers: &[String], folder: Option<&PathBuf>, clock: &dyn Clock) -> bool {
    for peer in peers {
        match tokio::time::timeout(PEER_WITHIN, ask(peer)).await.context("no answer in time").and_then(|answer| answer) {
            Ok(bytes) => {
                if take(model, bytes, clock).await.inspect_err(|error| tracing::warn!(peer, %error, "its snapshot is no use")).is_ok() {
                    tracing::info!(peer, "started from a peer");
                    return true;
                }
            }
            Err(error) => tracing::info!(peer, error = format!("{error:#}"), "no snapshot from this peer"),
        }
    }
    let Some(file) = folder.map(|folder| snapshot::file(folder)) else { return false };
    match tokio::fs::read(&file).await {
        Ok(bytes) => {
            let taken = take(model, bytes.into(), clock).await;
            taken
                .inspect_err(|error| tracing::warn!(file = %file.display(), error = format!("{error:#}"), "the saved snapshot is no use"))
                .is_ok()
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => {
            tracing::warn!(file = %file.display(), %error, "the saved snapshot cannot be read");
            false
        }
    }
}

async fn take(model: &Arc<Model>, bytes: Bytes, clock: &dyn Clock) -> anyhow::Result<()> {
    let before = model.number();
    let Saved { mut draft, position } = spawn_blocking(move || snapshot::decode(&bytes, before)).await??;
    draft.age(position.since().filter(|at| clock.now() - *at > OLD));
    model.replace(draft, position);
    model.publish();
    Ok(())
}

/// Serves health, metrics, and the snapshot for a starting peer.
pub fn offer(listener: TcpListener, model: &Arc<Model>, lifecycle: &Lifecycle) {
    let (model, clock) = (Arc::clone(model), lifecycle.clock());
    let snapshot = move || model.is_loaded().then(|| model.snapshot(clock.now()).into());
    runtime::health::serve_also(listener, lifecycle, SNAPSHOT, snapshot);
}

/// Asks another gateway, on its health port.
async fn ask(peer: &str) -> anyhow::Result<Bytes> {
    let address: SocketAddr = tokio::net::lookup_host(peer).await?.next().context("no address")?;
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let request = http::Request::get(SNAPSHOT).header(http::header::HOST, peer).body(Empty::<Bytes>::new())?;
    let answer = async {
        let response = sender.send_request(request).await?;
        ensure!(response.status() == http::StatusCode::OK, "it answers {}", response.status());
        Ok(response.into_body().collect().await?.to_bytes())
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        ended = connection => { ended?; answer.await }
    }
}

/// Shows what changed, one generation in 25 ms at most, for as long as the process lives.
///
/// # Errors
/// Never.
pub async fn publish(model: Arc<Model>, bells: Arc<Bells>) -> anyhow::Result<()> {
    loop {
        bells.changed.notified().await;
        if let Some(published) = model.publish() {
            bells.unread.notify_one();
            bells.unsaved.notify_one();
            if published.person_removed {
                bells.removed.notify_one();
            }
        }
        sleep(GENERATION).await;
    }
}

/// Lets search read what was shown, twice a second at most, for as long as the process lives.
///
/// # Errors
/// When the index cannot be written: without memory nothing else works either.
pub async fn index(model: Arc<Model>, bells: Arc<Bells>) -> anyhow::Result<()> {
    loop {
        let reading = Arc::clone(&model);
        spawn_blocking(move || reading.read()).await??;
        sleep(COMMIT).await;
        bells.unread.notified().await;
    }
}

/// Saves what is shown, once a minute at most, and at once when somebody was removed; for as long as the process lives.
///
/// # Errors
/// Never: a volume that takes nothing is told and tried again.
pub async fn save(model: Arc<Model>, bells: Arc<Bells>, folder: PathBuf, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
    loop {
        bells.unsaved.notified().await;
        // What projects tells may come first; without the collectivités it is no help to a start, and a minute passes before the next.
        if !model.is_loaded() {
            continue;
        }
        let (saved, at, into) = (Arc::clone(&model), clock.now(), folder.clone());
        let written = spawn_blocking(move || snapshot::save(&into, &saved.snapshot(at))).await?;
        if let Err(error) = written {
            tracing::error!(error = format!("{error:#}"), "the snapshot is not saved");
        }
        tokio::select! {
            () = sleep(SAVING) => {}
            () = bells.removed.notified() => {}
        }
    }
}

/// Marks data that has been cut off for long as old, for as long as the process lives.
///
/// # Errors
/// Never.
pub async fn grow_old(model: Arc<Model>, bells: Arc<Bells>, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
    loop {
        sleep(SAVING).await;
        model.change(|making| making.draft.age(making.position.since().filter(|at| clock.now() - *at > OLD)));
        bells.changed.notify_one();
    }
}
