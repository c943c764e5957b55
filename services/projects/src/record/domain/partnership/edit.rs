use kernel::CollectiviteId;

use super::{Convention, Standing, Start, Terms, latest_first, with_lead};
use crate::record::domain::{PartnerId, Prose, edits::replace};

/// What is to be changed of a partnership; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct PartnershipEdit {
    /// With whom.
    pub partner: Option<PartnerId>,
    /// Who leads.
    pub lead: Option<CollectiviteId>,
    /// All that take part.
    pub participants: Option<Vec<CollectiviteId>>,
    /// It is a twinning.
    pub twinning: Option<bool>,
    /// It spends up to 1 % of a budget.
    pub oudin_santini: Option<bool>,
    /// How it stands.
    pub standing: Option<Standing>,
    /// Since when it is.
    pub start: Option<Start>,
    /// The conventions.
    pub conventions: Option<Vec<Convention>>,
    /// What it is about.
    pub description: Option<Prose<5000>>,
}

impl Terms {
    /// The terms with the edit made, and the paths that changed.
    #[must_use]
    pub fn edited(self, edit: PartnershipEdit) -> (Self, Vec<&'static str>) {
        let mut changed = Vec::new();
        let (start, standing) = (edit.start.unwrap_or(self.start), edit.standing.unwrap_or_else(|| self.standing.clone()));
        let partner = replace("partner_id", self.partner, edit.partner, &mut changed);
        let lead = replace("lead_collectivite_id", self.lead, edit.lead, &mut changed);
        let wanted = with_lead(edit.participants.unwrap_or_else(|| self.participants.clone()), &lead);
        let participants = replace("collectivite_ids", self.participants, Some(wanted), &mut changed);
        let twinning = replace("twinning", self.twinning, edit.twinning, &mut changed);
        let oudin_santini = replace("oudin_santini", self.oudin_santini, edit.oudin_santini, &mut changed);
        let status = replace("status", self.standing.status, Some(standing.status), &mut changed);
        let since = replace("status_since", self.standing.since, Some(standing.since), &mut changed);
        let start = replace("start_year", self.start, Some(start), &mut changed);
        let conventions = replace("conventions", self.conventions, edit.conventions.map(latest_first), &mut changed);
        let description = replace("description", self.description, edit.description, &mut changed);
        let standing = Standing { status, since };
        let terms = Self {
            partner,
            lead,
            participants,
            framework: self.framework,
            twinning,
            oudin_santini,
            standing,
            start,
            conventions,
            description,
        };
        (terms, changed)
    }
}
