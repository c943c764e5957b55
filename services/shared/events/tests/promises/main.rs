//! What the log promises, on a real database and a real broker. Each promise has a twin that breaks it on purpose.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its own functions")]

mod answers;
mod consumers;
mod feed;
mod follow;
mod healing;
mod jobs;
mod operations;
mod outbox;
mod partitions;
mod sabotage;
mod world;
