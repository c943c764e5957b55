//! The log of facts: outbox, consumers, read models that follow, jobs.
