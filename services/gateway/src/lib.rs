//! The only HTTP server: the public Atlas, accounts, workflow, open data.
