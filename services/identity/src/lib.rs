//! Who may do what: signing keys, clients, tokens, voids.
