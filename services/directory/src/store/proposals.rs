use chrono::{DateTime, Utc};
use kernel::CollectiviteId;
use sqlx::{PgConnection, types::Json};

use crate::domain::{Partner, PartnerFields, Proposal, ProposalId, ProposalState, Text};

struct Row {
    id: ProposalId,
    collectivite_id: CollectiviteId,
    before: Json<Partner>,
    proposed: Json<PartnerFields>,
    reason: String,
    state: ProposalState,
    proposed_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
    answer: String,
}

/// The constraint that lets a collectivité have one open proposal for a partner.
pub const ALREADY: &str = "already_proposed";

/// Writes a new proposal. A second open one of the same collectivité violates [`ALREADY`].
pub async fn insert(conn: &mut PgConnection, proposal: &Proposal) -> sqlx::Result<()> {
    let inserted = sqlx::query!(
        "insert into partner_proposals (id, partner_id, collectivite_id, before, proposed, reason, state, proposed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        proposal.id as _,
        proposal.before.id as _,
        proposal.collectivite.as_str(),
        Json(&proposal.before) as _,
        Json(&proposal.proposed) as _,
        proposal.reason.as_str(),
        proposal.state as _,
        proposal.proposed_at,
    );
    inserted.execute(conn).await.map(drop)
}

/// Reads one proposal, and holds it until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: ProposalId) -> sqlx::Result<Option<Proposal>> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: _", collectivite_id as "collectivite_id: _", before as "before: _", proposed as "proposed: _", reason,
                  state as "state: _", proposed_at, decided_at, answer
           from partner_proposals where id = $1 for update"#,
        id as _,
    );
    Ok(row.fetch_optional(conn).await?.map(Proposal::from))
}

/// Writes what was decided.
pub async fn save(conn: &mut PgConnection, proposal: &Proposal) -> sqlx::Result<()> {
    let saved = sqlx::query!(
        "update partner_proposals set state = $2, decided_at = $3, answer = $4 where id = $1",
        proposal.id as _,
        proposal.state as _,
        proposal.decided_at,
        proposal.answer.as_str(),
    );
    saved.execute(conn).await.map(drop)
}

/// Whose proposals are asked for, and which.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The last one of the page before.
    pub after: Option<ProposalId>,
    /// Only those of this collectivité.
    pub collectivite: Option<String>,
    /// Only those still to be decided.
    pub open_only: bool,
}

/// Reads a page of proposals, oldest first.
pub async fn list(conn: &mut PgConnection, filter: &Filter, limit: i64) -> sqlx::Result<Vec<Proposal>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", collectivite_id as "collectivite_id: _", before as "before: _", proposed as "proposed: _", reason,
                  state as "state: _", proposed_at, decided_at, answer
           from partner_proposals
           where ($1::uuid is null or id > $1) and ($2::text is null or collectivite_id = $2
                  or collectivite_id in (select predecessor_id from successions where successor_id = $2)) and (not $3 or state = 'open')
           order by id limit $4"#,
        filter.after as _,
        filter.collectivite.as_deref(),
        filter.open_only,
        limit,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Proposal::from).collect())
}

impl From<Row> for Proposal {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            before: row.before.0,
            proposed: row.proposed.0,
            collectivite: row.collectivite_id,
            reason: Text::stored(row.reason),
            state: row.state,
            proposed_at: row.proposed_at,
            decided_at: row.decided_at,
            answer: Text::stored(row.answer),
        }
    }
}
