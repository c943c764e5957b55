//! PostgreSQL: pool, transactions, schema version, constraints as domain words.
