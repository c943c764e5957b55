//! World, actors and builders for tests of services.
