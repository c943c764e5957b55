/// What a test breaks on purpose, to see that the test for it turns red. Nothing outside tests can ask for it; most other
/// sabotage is done in the test's own database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sabotage {
    /// The cursor moves before the broker has stored what it passes.
    CursorBeforeBroker,
}
