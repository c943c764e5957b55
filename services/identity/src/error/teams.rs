use kernel::Code;

use crate::domain::team::LastAdministrator;

/// Why an act about a team is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No such thing, or not the caller's.
    #[error("there is nothing of that name that you may use here")]
    ScopeNotFound,
    /// No such membership, or not the caller's.
    #[error("there is no such membership that you may use here")]
    MembershipNotFound,
    /// No such invitation, or not the caller's.
    #[error("there is no such invitation that you may use here")]
    InvitationNotFound,
    /// No such request, or not the caller's.
    #[error("there is no such request that you may use here")]
    RequestNotFound,
    /// No such report.
    #[error("there is no such report")]
    ReportNotFound,
    /// No such account, or not the caller's.
    #[error("there is no such account that you may use here")]
    AccountNotFound,
    /// The right is over the right thing and does not go far enough.
    #[error("only an administrator may do this")]
    RoleTooLow,
    /// It holds a right that the caller may not take.
    #[error("this account holds a right that you may not take")]
    RightAboveCaller,
    /// The account holds a right over it already.
    #[error("this account is a member already")]
    AlreadyMember,
    /// The account has an open request for it already.
    #[error("this was asked for already")]
    AlreadyAsked,
    /// Five requests of the account are open.
    #[error("five requests are open: wait for an answer, or take one back")]
    TooManyRequests,
    /// Twenty invitations to the team are open.
    #[error("twenty invitations are open: take one back first")]
    TooManyInvitations,
    /// The collectivité is no more.
    #[error("this collectivité is no more")]
    CollectiviteEnded,
    /// Nobody knows where the collectivité is officially reached.
    #[error("no official address of this collectivité is known")]
    NoOfficialAddress,
    /// The request was decided.
    #[error("this request was decided")]
    RequestDecided,
    /// The report was answered.
    #[error("this report was answered")]
    ReportAnswered,
    /// Nobody would be left to decide.
    #[error("nobody would be left to decide: name another administrator first")]
    LastAdministrator,
    /// The link is used, withdrawn, too old, or never was.
    #[error("the link is used, or too old")]
    LinkDead,
    /// The invitation is for another address.
    #[error("this invitation is for another address")]
    InvitedAnother,
    /// It changed since it was read.
    #[error("it changed since it was read")]
    Stale,
}

impl Refused {
    /// What it means to a caller.
    #[must_use]
    pub const fn code(self) -> (Code, &'static str) {
        match self {
            Self::ScopeNotFound => (Code::NotFound, "SCOPE_NOT_FOUND"),
            Self::MembershipNotFound => (Code::NotFound, "MEMBERSHIP_NOT_FOUND"),
            Self::InvitationNotFound => (Code::NotFound, "INVITATION_NOT_FOUND"),
            Self::RequestNotFound => (Code::NotFound, "REQUEST_NOT_FOUND"),
            Self::ReportNotFound => (Code::NotFound, "REPORT_NOT_FOUND"),
            Self::AccountNotFound => (Code::NotFound, "ACCOUNT_NOT_FOUND"),
            Self::RoleTooLow => (Code::PermissionDenied, "ROLE_TOO_LOW"),
            Self::RightAboveCaller => (Code::PermissionDenied, "RIGHT_ABOVE_CALLER"),
            Self::AlreadyMember => (Code::FailedPrecondition, "ALREADY_MEMBER"),
            Self::AlreadyAsked => (Code::FailedPrecondition, "ALREADY_ASKED"),
            Self::TooManyRequests => (Code::FailedPrecondition, "TOO_MANY_REQUESTS"),
            Self::TooManyInvitations => (Code::FailedPrecondition, "TOO_MANY_INVITATIONS"),
            Self::CollectiviteEnded => (Code::FailedPrecondition, "COLLECTIVITE_ENDED"),
            Self::NoOfficialAddress => (Code::FailedPrecondition, "NO_OFFICIAL_ADDRESS"),
            Self::RequestDecided => (Code::FailedPrecondition, "REQUEST_DECIDED"),
            Self::ReportAnswered => (Code::FailedPrecondition, "REPORT_ANSWERED"),
            Self::LastAdministrator => (Code::FailedPrecondition, "LAST_ADMINISTRATOR"),
            Self::LinkDead => (Code::NotFound, "LINK_DEAD"),
            Self::InvitedAnother => (Code::PermissionDenied, "INVITED_ANOTHER"),
            Self::Stale => (Code::Aborted, "STALE_ETAG"),
        }
    }
}

impl From<LastAdministrator> for Refused {
    fn from(_: LastAdministrator) -> Self {
        Self::LastAdministrator
    }
}
