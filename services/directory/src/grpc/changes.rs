use std::{collections::HashMap, sync::Arc};

use atlas_proto::directory::v1 as pb;
use events::feed::{Change, Feed, FeedError, Item};
use futures_util::{StreamExt, stream, stream::BoxStream};
use kernel::{Caller, RightKind};
use prost::Message;
use runtime::{Admission, Verifier};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::{error::Error, facts, retell::Everything, store};

/// How many changes are looked at together: one query says where all of them lie.
const TOGETHER: usize = 200;

/// The change feed, as each caller may see it.
#[derive(Clone)]
pub struct Changes {
    /// Where places are looked up.
    pub pool: PgPool,
    /// The log.
    pub feed: Feed<Everything>,
    /// Says whether a token is still good.
    pub verifier: Verifier,
    /// Ends every stream when the process stops.
    pub stop: CancellationToken,
}

type Told = Result<pb::ListChangesResponse, Status>;

impl Changes {
    /// Follows the log from `cursor`, until the token ends, the process stops, or the caller goes away.
    pub async fn follow(&self, admission: Admission, cursor: &str) -> Result<BoxStream<'static, Told>, Error> {
        let items = self.feed.open(cursor).await?;
        let caller = Arc::new(admission.caller.clone());
        let pool = self.pool.clone();
        let told = items.ready_chunks(TOGETHER).then(move |items| {
            let (pool, caller) = (pool.clone(), Arc::clone(&caller));
            async move { stream::iter(visible(&pool, &caller, items).await) }
        });
        Ok(runtime::guarded(told.flatten(), admission, self.verifier.clone(), self.stop.clone()))
    }
}

/// What of these items the caller may see, in their order.
async fn visible(pool: &PgPool, caller: &Caller, items: Vec<Result<Item, FeedError>>) -> Vec<Told> {
    let places = match places(pool, caller, &items).await {
        Ok(places) => places,
        Err(error) => return vec![Err(Error::from(error).into())],
    };
    items.into_iter().filter_map(|item| tell(caller, &places, item)).collect()
}

fn tell(caller: &Caller, places: &Places, item: Result<Item, FeedError>) -> Option<Told> {
    match item {
        Err(error) => Some(Err(Error::from(error).into())),
        Ok(Item::Heartbeat { token }) => Some(Ok(pb::ListChangesResponse { cursor: token, change: None, caught_up: true })),
        Ok(Item::Change(change)) => {
            let cursor = change.token.clone();
            let told = resource(caller, places, change).transpose()?;
            Some(told.map(|change| pb::ListChangesResponse { cursor, change: Some(change), caught_up: false }))
        }
    }
}

/// The change as the caller sees it; none when it is not the caller's to see.
fn resource(caller: &Caller, places: &Places, change: Change) -> Result<Option<pb::DirectoryChange>, Status> {
    let broken = |error: prost::DecodeError| Error::Database(sqlx::Error::Decode(error.into()));
    let (resource, visible) = match change.resource.as_str() {
        facts::COLLECTIVITE => {
            let event = pb::CollectiviteEvent::decode(change.payload).map_err(broken)?;
            let lies = event.collectivite.as_ref().is_some_and(|it| lies_in(caller, &it.region_code, &it.department_code));
            (pb::directory_change::Resource::Collectivite(event), lies)
        }
        facts::CONTACT => {
            let event = pb::ContactEvent::decode(change.payload).map_err(broken)?;
            let lies = !places.wanted
                || places.of.get(&event.collectivite_id).is_some_and(|(region, department)| lies_in(caller, region, department));
            (pb::directory_change::Resource::Contact(event), lies)
        }
        facts::NETWORK => (pb::directory_change::Resource::Network(pb::NetworkEvent::decode(change.payload).map_err(broken)?), true),
        facts::COUNTRY => (pb::directory_change::Resource::Country(pb::CountryEvent::decode(change.payload).map_err(broken)?), true),
        facts::PARTNER => (pb::directory_change::Resource::Partner(pb::PartnerEvent::decode(change.payload).map_err(broken)?), true),
        _ => return Ok(None),
    };
    let left = !visible && change.change == "moved";
    if !visible && !left {
        return Ok(None);
    }
    let removed = change.removed || left;
    Ok(Some(pb::DirectoryChange {
        epoch: change.epoch.wire(),
        version: change.version.wire(),
        key: format!("{}/{}", change.resource, change.key),
        change: change.change,
        removed,
        resource: (!removed).then_some(resource),
    }))
}

/// Whether a place lies in what the caller's right is over.
fn lies_in(caller: &Caller, region_code: &str, department_code: &str) -> bool {
    match caller.right.kind {
        RightKind::Region => caller.right.key == region_code,
        RightKind::Department => caller.right.key == department_code,
        RightKind::National | RightKind::Service => true,
        _ => false,
    }
}

/// Where the collectivités of contacts lie; looked up only for callers who see a part.
#[derive(Default)]
struct Places {
    wanted: bool,
    of: HashMap<String, (String, String)>,
}

async fn places(pool: &PgPool, caller: &Caller, items: &[Result<Item, FeedError>]) -> sqlx::Result<Places> {
    if !matches!(caller.right.kind, RightKind::Region | RightKind::Department) {
        return Ok(Places::default());
    }
    let contacts = items.iter().filter_map(|item| match item {
        Ok(Item::Change(change)) if change.resource == facts::CONTACT => pb::ContactEvent::decode(change.payload.clone()).ok(),
        _ => None,
    });
    let ids: Vec<String> = contacts.map(|event| event.collectivite_id).collect();
    let mut conn = pool.acquire().await?;
    let found = store::collectivites::places(&mut conn, &ids).await?;
    Ok(Places { wanted: true, of: found.into_iter().map(|place| (place.id.into(), (place.region_code, place.department_code))).collect() })
}
