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
}
