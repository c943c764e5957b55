//! World, actors and builders for tests of services.

mod broker;
mod database;

pub use broker::TestBroker;
pub use database::TestDatabase;

/// A setting of the test run.
///
/// # Panics
/// It is not set: tests are run by `tests/run`, which starts what they need.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests by tests/run, which starts PostgreSQL and NATS"))
}
