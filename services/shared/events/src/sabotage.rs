/// What a test breaks on purpose, to see that the test for it turns red. Nothing outside tests can ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sabotage {
    /// Positions are those of writing, not of commit.
    PositionsBeforeCommit,
    /// The cursor moves before the broker has stored what it passes.
    CursorBeforeBroker,
    /// Steps do not keep other replicas out.
    NoLock,
    /// The broker's stream is believed to be ours whatever it holds.
    BlindTrust,
    /// A reaction does not mark what it did.
    NoInbox,
    /// A copy keeps whatever comes last.
    NoVersions,
    /// The end of a resync forgets nothing.
    NoForgetting,
    /// An event that fails is tried for ever, and those behind it wait.
    NoDeadLetters,
    /// The feed goes by the order of writing.
    FeedByNumber,
}
