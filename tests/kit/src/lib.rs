//! World, actors and builders for tests of services.

mod access;
mod broker;
mod database;
mod identity;
mod waiting;

pub use access::{CALLERS, every_rpc_by_every_caller};
pub use broker::TestBroker;
pub use database::TestDatabase;
pub use identity::{TEST_ISSUER, TestIdentity};
pub use waiting::{until, within};

/// A setting of the test run.
///
/// # Panics
/// It is not set: tests are run by `tests/run`, which starts what they need.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests by tests/run, which starts PostgreSQL and NATS"))
}
