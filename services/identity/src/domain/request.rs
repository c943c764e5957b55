use chrono::{DateTime, Utc};
use kernel::{CollectiviteId, Version};

use super::{
    AccountId, MembershipId, RequestId,
    approval::{Approver, RequestState},
    scope::{Place, Scope},
};

/// A request as it is made.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Who asks.
    pub account: AccountId,
    /// For what.
    pub collectivite: CollectiviteId,
    /// Who decides first.
    pub approver: Approver,
    /// What the person wrote.
    pub message: String,
    /// A colleague who has left, whose place the person takes.
    pub replaces: Option<MembershipId>,
    /// For whom the person acts; empty for the collectivité itself.
    pub delegate_of: String,
    /// It goes one step further then.
    pub escalates_at: Option<DateTime<Utc>>,
}

/// A request to act for a collectivité.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Names it for ever.
    pub id: RequestId,
    /// Who asks.
    pub account: AccountId,
    /// For what.
    pub collectivite: String,
    /// As the register writes it.
    pub collectivite_name: String,
    /// The région it lies in.
    pub region_code: String,
    /// The same in words.
    pub region_name: String,
    /// The département it lies in.
    pub department_code: String,
    /// Where it stands.
    pub state: RequestState,
    /// Who decides now, or decided.
    pub approver: Approver,
    /// What the person wrote.
    pub message: String,
    /// A colleague who has left, whose place the person takes.
    pub replaces: Option<MembershipId>,
    /// First and last name of that colleague.
    pub replaces_name: String,
    /// For whom the person acts.
    pub delegate_of: String,
    /// When it was made.
    pub asked_at: DateTime<Utc>,
    /// It goes one step further then.
    pub escalates_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub reason: String,
    /// Counts its changes.
    pub version: Version,
    /// Who asks, for approvers.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What they do.
    pub function: String,
    /// Where they are written to.
    pub email: String,
}

impl Request {
    /// What it is about, and where that lies.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            scope: Scope { kind: kernel::RightKind::Collectivite, key: self.collectivite.clone() },
            name: self.collectivite_name.clone(),
            region: self.region_code.clone(),
            department: self.department_code.clone(),
        }
    }

    /// First and last name of who asks.
    #[must_use]
    pub fn person(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}
