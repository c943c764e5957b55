//! The saved snapshot: the model as messages of the export, so that a start needs no other process.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use atlas_proto::{
    directory::v1::{ExportBatch, ExportHeader},
    projects::v1::ExportBatch as RecordBatch,
};
use chrono::{DateTime, Utc};
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use super::{
    draft::Draft,
    generation::{Generation, Stamp},
};

/// Begins every file; the last byte is the format.
const MAGIC: &[u8; 8] = b"ATLASSN\x02";
/// No snapshot is near this; a length that claims more is damage.
const MOST_BYTES: usize = 1 << 30;

/// Where in the stream of events a snapshot is.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Mark {
    /// When the stream was created, in nanoseconds since 1970; another one counts from 1 again.
    #[prost(int64, tag = "1")]
    pub created: i64,
    /// The last event that is in it.
    #[prost(uint64, tag = "2")]
    pub sequence: u64,
}

impl From<events::Mark> for Mark {
    fn from(events::Mark { created, sequence }: events::Mark) -> Self {
        Self { created, sequence }
    }
}

impl From<Mark> for events::Mark {
    fn from(Mark { created, sequence }: Mark) -> Self {
        Self { created, sequence }
    }
}

/// What is said before the batches.
#[derive(Clone, PartialEq, prost::Message)]
struct Head {
    #[prost(uint64, tag = "1")]
    epoch: u64,
    #[prost(message, optional, tag = "2")]
    mark: Option<Mark>,
    /// Milliseconds since 1970.
    #[prost(int64, tag = "3")]
    saved_at: i64,
    #[prost(uint64, tag = "4")]
    record_count: u64,
    /// `resource/id` of what is gone, with its epoch and version.
    #[prost(message, repeated, tag = "5")]
    gone: Vec<Gone>,
    /// Contacts whose change is known and whose fields had not been fetched yet.
    #[prost(message, repeated, tag = "6")]
    wanted: Vec<Wanted>,
    /// SHA-256 of the batches.
    #[prost(bytes = "vec", tag = "7")]
    checksum: Vec<u8>,
    /// What projects told; absent where nothing of it was known.
    #[prost(message, optional, tag = "8")]
    record: Option<RecordHead>,
}

/// What is said of the batches that projects told.
#[derive(Clone, PartialEq, prost::Message)]
struct RecordHead {
    #[prost(uint64, tag = "1")]
    epoch: u64,
    #[prost(message, optional, tag = "2")]
    mark: Option<Mark>,
    #[prost(message, repeated, tag = "3")]
    gone: Vec<Gone>,
}

/// One batch, of one of the services.
#[derive(Clone, PartialEq, prost::Message)]
struct Part {
    #[prost(message, optional, tag = "1")]
    directory: Option<ExportBatch>,
    #[prost(message, optional, tag = "2")]
    record: Option<RecordBatch>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Gone {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(uint64, tag = "2")]
    epoch: u64,
    #[prost(uint64, tag = "3")]
    version: u64,
}

/// A contact that an event named, without saying what is public of it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Wanted {
    /// Which one.
    #[prost(string, tag = "1")]
    pub contact_id: String,
    /// Whose.
    #[prost(string, tag = "2")]
    pub collectivite_id: String,
    /// The state the event told of.
    #[prost(uint64, tag = "3")]
    pub epoch: u64,
    /// With `epoch`.
    #[prost(uint64, tag = "4")]
    pub version: u64,
}

/// Where following projects stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    /// Where its events go on.
    pub mark: Option<Mark>,
    /// When what it told was last known to be of now; none while it is followed.
    pub as_of: Option<DateTime<Utc>>,
}

/// What is saved beside the generation. Each service has a stream, a mark and an epoch of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// Where the events of directory go on.
    pub mark: Option<Mark>,
    /// Contacts still to be fetched, by id.
    pub wanted: BTreeMap<String, Wanted>,
    /// When what directory told was last known to be of now; none while it is followed.
    pub as_of: Option<DateTime<Utc>>,
    /// The same of projects.
    pub record: Record,
}

impl Position {
    /// When all of the data was last known to be of now; none while everything is followed.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        self.as_of.into_iter().chain(self.record.as_of).min()
    }
}

/// A snapshot as it was read.
#[derive(Debug)]
pub struct Saved {
    /// The model.
    pub draft: Draft,
    /// Where it goes on.
    pub position: Position,
}

/// Writes a generation as bytes.
#[must_use]
pub fn encode(generation: &Generation, position: &Position, at: DateTime<Utc>) -> Vec<u8> {
    let mut body = Vec::with_capacity(generation.len() * 300);
    let told = generation.batches().map(|batch| Part { directory: Some(batch), record: None });
    let recorded = generation.record_batches().map(|batch| Part { directory: None, record: Some(batch) });
    for part in told.chain(recorded) {
        body.extend_from_slice(&part.encode_length_delimited_to_vec());
    }
    let record = &generation.cooperation;
    let head = Head {
        epoch: generation.epoch,
        mark: position.mark,
        saved_at: position.since().unwrap_or(at).timestamp_millis(),
        record_count: generation.len() as u64,
        gone: stones(&generation.gone),
        wanted: position.wanted.values().cloned().collect(),
        checksum: Sha256::digest(&body).to_vec(),
        record: record.told.then(|| RecordHead { epoch: record.epoch, mark: position.record.mark, gone: stones(&record.gone) }),
    };
    let mut all = MAGIC.to_vec();
    all.extend_from_slice(&head.encode_length_delimited_to_vec());
    all.append(&mut body);
    all
}

fn stones(gone: &BTreeMap<String, Stamp>) -> Vec<Gone> {
    gone.iter().map(|(key, (epoch, version))| Gone { key: key.clone(), epoch: *epoch, version: *version }).collect()
}

fn buried(stones: Vec<Gone>) -> impl Iterator<Item = (String, Stamp)> {
    stones.into_iter().map(|stone| (stone.key, (stone.epoch, stone.version)))
}

/// Reads what [`encode`] wrote, as a load after the generation of this number.
///
/// # Errors
/// When it is of another format, cut short or damaged.
pub fn decode(bytes: &[u8], before: u64) -> anyhow::Result<Saved> {
    let mut rest = bytes.strip_prefix(MAGIC).context("not a snapshot of this format")?;
    ensure!(rest.len() < MOST_BYTES, "too large for a snapshot");
    let head = Head::decode_length_delimited(&mut rest).context("its head is damaged")?;
    ensure!(Sha256::digest(rest).as_slice() == head.checksum, "it is damaged or cut short");
    let saved_at = DateTime::from_timestamp_millis(head.saved_at).context("its time is none")?;
    let mut draft = Draft::begin(&ExportHeader { epoch: head.epoch, record_count: head.record_count, tombstones: Vec::new() }, before);
    draft.bury(buried(head.gone));
    let mut record = Record::default();
    if let Some(told) = head.record {
        record = Record { mark: told.mark, as_of: Some(saved_at) };
        draft.replace_record(told.epoch, buried(told.gone));
    }
    while !rest.is_empty() {
        let part = Part::decode_length_delimited(&mut rest).context("a batch is damaged")?;
        part.directory.into_iter().for_each(|batch| draft.take(batch));
        part.record.into_iter().for_each(|batch| draft.take_record(batch));
    }
    let wanted = head.wanted.into_iter().map(|it| (it.contact_id.clone(), it)).collect();
    Ok(Saved { draft, position: Position { mark: head.mark, wanted, as_of: Some(saved_at), record } })
}

/// Where the snapshot is, in its folder.
#[must_use]
pub fn file(folder: &Path) -> PathBuf {
    folder.join("directory.snapshot")
}

/// Writes the file aside, makes sure of it, and puts it in place at once.
///
/// # Errors
/// When the volume does not take it; the file before stays.
pub fn save(folder: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;

    let aside = folder.join(format!("directory.snapshot.{}", std::process::id()));
    let mut open = std::fs::File::create(&aside).with_context(|| format!("cannot write {}", aside.display()))?;
    open.write_all(bytes)?;
    open.sync_all()?;
    std::fs::rename(&aside, file(folder)).context("cannot put the snapshot in place")
}
