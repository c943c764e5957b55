use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use atlas_proto::projects::v1 as pb;
use events::feed::{Change, Feed, FeedError, Item};
use futures_util::{StreamExt, stream, stream::BoxStream};
use kernel::{Caller, RightKind};
use prost::Message;
use runtime::{Admission, Verifier};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use uuid::Uuid;

use crate::{
    error::Error,
    record::{domain::PartnershipId, facts, retell::Everything, store::partnerships},
    store::collectivites::{self, Place},
};

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

/// What happened to one resource, read.
struct News {
    change: Change,
    resource: pb::record_change::Resource,
}

/// An item of the log, read.
enum Read {
    /// What may have to be kept from the caller.
    News(Box<News>),
    /// What is told as it is.
    AsIs(Box<Told>),
}

/// What of these items the caller may see, in their order.
async fn visible(pool: &PgPool, caller: &Caller, items: Vec<Result<Item, FeedError>>) -> Vec<Told> {
    let items: Vec<Read> = items.into_iter().filter_map(read).collect();
    let news = items.iter().filter_map(|item| if let Read::News(news) = item { Some(&**news) } else { None });
    let lying = match lying(pool, caller, news).await {
        Ok(lying) => lying,
        Err(error) => return vec![Err(error.into())],
    };
    let told = items.into_iter().filter_map(|item| match item {
        Read::News(news) => tell(&lying, *news).map(Ok),
        Read::AsIs(told) => Some(*told),
    });
    told.collect()
}

/// Reads an item; none when it is about nothing that this version knows.
fn read(item: Result<Item, FeedError>) -> Option<Read> {
    let change = match item {
        Err(error) => return Some(Read::AsIs(Box::new(Err(Error::from(error).into())))),
        Ok(Item::Heartbeat { token }) => {
            return Some(Read::AsIs(Box::new(Ok(pb::ListChangesResponse { cursor: token, change: None, caught_up: true }))));
        }
        Ok(Item::Change(change)) => change,
    };
    let payload = change.payload.clone();
    let resource = match change.resource.as_str() {
        facts::PARTNERSHIP => pb::PartnershipEvent::decode(payload).map(pb::record_change::Resource::Partnership),
        facts::PROJECT => pb::ProjectEvent::decode(payload).map(pb::record_change::Resource::Project),
        facts::THEME => pb::ThemeEvent::decode(payload).map(pb::record_change::Resource::Theme),
        _ => return None,
    };
    Some(match resource {
        Ok(resource) => Read::News(Box::new(News { change, resource })),
        Err(error) => Read::AsIs(Box::new(Err(Error::Database(sqlx::Error::Decode(error.into())).into()))),
    })
}

/// The change as the caller sees it; none when it is not the caller's to see.
fn tell(lying: &Lying, news: News) -> Option<pb::ListChangesResponse> {
    let News { change, resource } = news;
    let is_visible = change.removed || lying.is_visible(&resource);
    if !is_visible && change.change != facts::MOVED {
        return None;
    }
    let removed = change.removed || !is_visible;
    let told = pb::RecordChange {
        epoch: change.epoch.wire(),
        version: change.version.wire(),
        key: format!("{}/{}", change.resource, change.key),
        change: change.change,
        removed,
        resource: (!removed).then_some(resource),
    };
    Some(pb::ListChangesResponse { cursor: change.token, change: Some(told), caught_up: false })
}

/// Which of what is told lies in what the caller's right is over.
enum Lying {
    /// All of it.
    Everywhere,
    /// What these collectivités take part in, and what is done under these partnerships.
    In { collectivites: HashSet<String>, partnerships: HashSet<String> },
}

impl Lying {
    fn is_visible(&self, resource: &pb::record_change::Resource) -> bool {
        use pb::record_change::Resource;
        let Self::In { collectivites, partnerships } = self else { return true };
        match resource {
            Resource::Partnership(event) => {
                event.partnership.iter().flat_map(|one| &one.collectivite_ids).any(|id| collectivites.contains(id))
            }
            Resource::Project(event) => event.project.iter().flat_map(|one| &one.partnership_ids).any(|id| partnerships.contains(id)),
            Resource::Theme(_) => true,
        }
    }
}

/// Looks up what lies where, for callers who see a part.
async fn lying(pool: &PgPool, caller: &Caller, news: impl Iterator<Item = &News>) -> Result<Lying, Error> {
    use pb::record_change::Resource;
    let lies_in = |place: &Place| match caller.right.kind {
        RightKind::Region => caller.right.key == place.region_code,
        _ => caller.right.key == place.department_code,
    };
    if !matches!(caller.right.kind, RightKind::Region | RightKind::Department) {
        return Ok(Lying::Everywhere);
    }
    let (mut ids, mut under): (Vec<String>, Vec<Uuid>) = (Vec::new(), Vec::new());
    for one in news {
        match &one.resource {
            Resource::Partnership(event) => ids.extend(event.partnership.iter().flat_map(|one| one.collectivite_ids.clone())),
            Resource::Project(event) => {
                under.extend(event.project.iter().flat_map(|one| &one.partnership_ids).filter_map(|id| id.parse::<Uuid>().ok()));
            }
            Resource::Theme(_) => {}
        }
    }
    let mut conn = pool.acquire().await?;
    let taking_part: Vec<(PartnershipId, String)> = partnerships::participants(&mut conn, &under).await?;
    ids.extend(taking_part.iter().map(|(_, collectivite)| collectivite.clone()));
    let places: HashMap<String, Place> = collectivites::places(&mut conn, &ids).await?;
    let collectivites: HashSet<String> = places.into_iter().filter(|(_, place)| lies_in(place)).map(|(id, _)| id).collect();
    let here = taking_part.into_iter().filter(|(_, collectivite)| collectivites.contains(collectivite));
    let partnerships = here.map(|(partnership, _)| partnership.to_string()).collect();
    Ok(Lying::In { collectivites, partnerships })
}
