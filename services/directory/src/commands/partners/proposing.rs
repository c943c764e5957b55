use kernel::{CollectiviteId, Etag};

use crate::{
    commands::{Act, Command},
    domain::{Decision, PartnerEdit, PartnerId, Proposal, ProposalId, ProposalState, Text},
    error::Error,
    store::{partners, proposals},
};

/// A change that an agent proposes.
pub struct Propose {
    /// Of which partner.
    pub partner: PartnerId,
    /// The partner the caller read.
    pub seen: Etag,
    /// What is to change.
    pub edit: PartnerEdit,
    /// Why.
    pub reason: Text<1000>,
}

/// What the ministry says to a proposal.
pub struct Decide {
    /// Which.
    pub proposal: ProposalId,
    /// What it says.
    pub decision: Decision,
}

impl Command for Propose {
    const METHOD: &'static str = "ProposePartnerChange";
    type Done = Proposal;

    async fn run(self, act: &mut Act<'_>) -> Result<Proposal, Error> {
        let by: Option<CollectiviteId> = act.writer()?;
        let before = act.partner(self.partner).await?.standing()?;
        let collectivite = by.ok_or(Error::RoleTooLow)?;
        if before.version != self.seen.0 {
            return Err(Error::Stale);
        }
        let proposed = before.fields.edited(self.edit);
        if proposed == before.fields {
            return Err(Error::nothing_proposed());
        }
        let proposal = Proposal {
            id: ProposalId::made(act.now()),
            before,
            proposed,
            collectivite,
            reason: self.reason,
            state: ProposalState::Open,
            proposed_at: act.now(),
            decided_at: None,
            answer: Text::default(),
        };
        proposals::insert(act.tx, &proposal).await?;
        Ok(proposal)
    }
}

impl Command for Decide {
    const METHOD: &'static str = "DecidePartnerProposal";
    type Done = Proposal;

    /// Decides a proposal. One that is accepted changes the partner, as long as that is what it was proposed for.
    async fn run(self, act: &mut Act<'_>) -> Result<Proposal, Error> {
        act.writer()?;
        partners::one_at_a_time(act.tx).await?;
        let proposal = proposals::lock(act.tx, self.proposal).await?.ok_or(Error::ProposalNotFound(self.proposal))?;
        let proposal = proposal.decided(&self.decision, act.now())?;
        if self.decision == Decision::Accept {
            let partner = act.partner(proposal.before.id).await?;
            if partner.version != proposal.before.version {
                return Err(Error::Stale);
            }
            act.change_partner(partner, proposal.proposed.clone()).await?;
        }
        proposals::save(act.tx, &proposal).await?;
        Ok(proposal)
    }
}
