use chrono::{DateTime, Utc};
use kernel::CollectiviteId;

use super::{Partner, PartnerFields, Refusal, Text};

kernel::id! {
    /// A proposal to change a partner; later ones have greater ids.
    ProposalId
}

/// A change of a partner that several collectivités use.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// The partner as it was when the change was proposed.
    pub before: Partner,
    /// What of it may be changed, as it is proposed.
    pub proposed: PartnerFields,
    /// Who proposes it.
    pub collectivite: CollectiviteId,
    /// Why.
    pub reason: Text<1000>,
    /// What became of it.
    pub state: ProposalState,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// None while it is open.
    pub decided_at: Option<DateTime<Utc>>,
    /// What is said to a refusal.
    pub answer: Text<1000>,
}

/// What became of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ProposalState {
    /// Still to be decided.
    Open,
    /// The partner was changed.
    Accepted,
    /// It stays as it is.
    Refused,
}

/// What the ministry says to a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The partner is to be changed.
    Accept,
    /// It is not, and why.
    Refuse(Text<1000>),
}

impl Proposal {
    /// The proposal, decided.
    ///
    /// # Errors
    /// [`Refusal::ProposalDecided`].
    pub fn decided(self, decision: &Decision, at: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.state != ProposalState::Open {
            return Err(Refusal::ProposalDecided);
        }
        let (state, answer) = match decision {
            Decision::Accept => (ProposalState::Accepted, Text::default()),
            Decision::Refuse(answer) => (ProposalState::Refused, answer.clone()),
        };
        Ok(Self { state, answer, decided_at: Some(at), ..self })
    }
}
