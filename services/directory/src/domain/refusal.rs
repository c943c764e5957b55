/// Why a change was refused by the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It ended before.
    #[error("a predecessor has already ended")]
    AlreadyEnded,
    /// A collectivité would succeed itself.
    #[error("a successor would succeed itself")]
    SuccessionCycle,
    /// It has as many contacts as it may have.
    #[error("a collectivité has at most 500 contacts")]
    TooManyContacts,
    /// Others use it too.
    #[error("others use this partner too: propose the change")]
    PartnerShared,
    /// Another took its place.
    #[error("another partner took its place")]
    PartnerMerged,
    /// Nothing was merged.
    #[error("this partner stands for itself")]
    NotMerged,
    /// They cannot be one and the same.
    #[error("the partners lie in different countries")]
    DifferentCountries,
    /// Somebody decided before.
    #[error("this proposal was decided before")]
    ProposalDecided,
}
