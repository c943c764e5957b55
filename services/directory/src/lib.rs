//! Collectivités: succession, contacts, networks, identity cards.
