//! What is void, as a replica knows it: read from the database, where all replicas meet, and told to who listens.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use atlas_proto::identity::v1::{self as pb, WatchVoidsResponse, void::What};
use chrono::{DateTime, Utc};
use database::transact;
use prost_types::Timestamp;
use runtime::{Condition, Verifier, Void};
use sqlx::PgPool;
use tokio::sync::broadcast;

use crate::{
    config::Pace,
    store::{self, voids::Row},
};

/// What is told on connect: the last five minutes, for which a token can live, and what clocks may differ by.
const TOLD: f64 = 330.0;
/// What is read each time. A row is seen when it is committed and dated when it was written; no transaction lives so long.
const OVERLAP: f64 = 40.0;
/// Shorter than that by more than a transaction can live.
const LATELY: Duration = Duration::from_secs(10);

/// One word to those who listen: what became void, or nothing.
pub type Word = Arc<WatchVoidsResponse>;

/// Watches the database for voids, and tells.
#[derive(Clone)]
pub struct Voids {
    pool: PgPool,
    verifier: Verifier,
    pace: Pace,
    known: Arc<Mutex<Known>>,
}

struct Known {
    /// By id, so that each is told once.
    rows: BTreeMap<i64, Row>,
    as_of: Option<DateTime<Utc>>,
    words: broadcast::Sender<Word>,
}

impl Voids {
    /// Watches this database; the verifier hears what is found.
    #[must_use]
    pub fn new(pool: PgPool, verifier: Verifier, pace: Pace) -> Self {
        let known = Known { rows: BTreeMap::new(), as_of: None, words: broadcast::Sender::new(256) };
        Self { pool, verifier, pace, known: Arc::new(Mutex::new(known)) }
    }

    /// What was voided lately, and every word from then on; nothing while the database has not been read yet.
    #[must_use]
    pub fn listen(&self) -> Option<(Word, broadcast::Receiver<Word>)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let first = word(known.rows.values(), known.as_of?);
        Some((first, known.words.subscribe()))
    }

    /// Looks again and again. While the database does not answer, nobody is told anything, and so nobody trusts its silence.
    ///
    /// # Errors
    /// Never; it is a task of the process.
    pub async fn watch(self, read: Condition) -> anyhow::Result<()> {
        let mut told = None;
        let mut looked: Option<Instant> = None;
        loop {
            // Who could not look for a while has missed what another replica wrote meanwhile.
            let lately = looked.is_some_and(|at| at.elapsed() < LATELY);
            match self.look(if lately { OVERLAP } else { TOLD }).await {
                Ok((fresh, as_of)) => {
                    looked = Some(Instant::now());
                    self.verifier.hear(fresh.iter().filter_map(void));
                    let is_time = told.is_none_or(|at: Instant| at.elapsed() >= self.pace.heartbeat);
                    if is_time || !fresh.is_empty() {
                        told = Some(Instant::now());
                        self.tell(fresh, as_of);
                    }
                    read.set(true);
                }
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "cannot read what is void"),
            }
            tokio::time::sleep(self.pace.voids).await;
        }
    }

    /// Reads what was voided in the last `span` seconds and is not known yet.
    async fn look(&self, span: f64) -> sqlx::Result<(Vec<Row>, DateTime<Utc>)> {
        let read = async {
            transact(&self.pool, async |tx| {
                let as_of = store::now(tx).await?;
                Ok::<_, sqlx::Error>((store::voids::list(tx, span).await?, as_of))
            })
            .await
        };
        // Silence is what others fear; a look that hangs must end, so that the next one may succeed.
        let read = tokio::time::timeout(self.pace.heartbeat * 2, read).await;
        let (rows, as_of) = read.map_err(|_| sqlx::Error::PoolTimedOut)??;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((rows.into_iter().filter(|row| !known.rows.contains_key(&row.id)).collect(), as_of))
    }

    fn tell(&self, fresh: Vec<Row>, as_of: DateTime<Utc>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let said = word(fresh.iter(), as_of);
        known.rows.extend(fresh.into_iter().map(|row| (row.id, row)));
        let oldest = as_of - chrono::TimeDelta::seconds(TOLD as i64);
        known.rows.retain(|_, row| row.voided_at > oldest);
        known.as_of = Some(as_of);
        // Nobody may be listening.
        let _ = known.words.send(said);
    }
}

fn word<'a>(rows: impl Iterator<Item = &'a Row>, as_of: DateTime<Utc>) -> Word {
    let voids: VecDeque<pb::Void> = rows.filter_map(wire).collect();
    Arc::new(WatchVoidsResponse { voids: voids.into(), as_of: Some(timestamp(as_of)) })
}

fn wire(row: &Row) -> Option<pb::Void> {
    let what = match void(row)? {
        Void::Session(sid) => What::Sid(sid),
        Void::Generation { subject, below } => What::Generation(pb::VoidGeneration { sub: subject, below }),
    };
    Some(pb::Void { what: Some(what), voided_at: Some(timestamp(row.voided_at)) })
}

fn void(row: &Row) -> Option<Void> {
    match (&row.sid, &row.sub, row.below) {
        (Some(sid), ..) => Some(Void::Session(sid.clone())),
        (None, Some(sub), Some(below)) => Some(Void::Generation { subject: sub.clone(), below: below.unsigned_abs() }),
        _ => None,
    }
}

/// A time as the wire has it.
pub(crate) fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp { seconds: at.timestamp(), nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap_or_default() }
}
