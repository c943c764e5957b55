//! PostgreSQL, NATS, mail catcher and all services on one machine, for up, tests and load.
