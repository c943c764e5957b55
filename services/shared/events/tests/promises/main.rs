//! What the log promises, on a real database and a real broker. Each promise has a twin that breaks it on purpose.

mod outbox;
mod sabotage;
mod world;
