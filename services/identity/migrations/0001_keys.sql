-- Keys that sign access tokens. The private half is sealed by the key-encryption key, which the database never sees.
create table signing_keys (
    kid         text primary key,
    x           bytea not null check (length(x) = 32),
    y           bytea not null check (length(y) = 32),
    -- nonce, then ciphertext; XChaCha20-Poly1305, bound to kid
    sealed      bytea not null,
    -- which key-encryption key it was sealed with: a print of it
    sealed_by   text not null,
    created_at  timestamptz not null default clock_timestamp(),
    signs_from  timestamptz not null,
    signs_until timestamptz not null,
    -- tokens it signed are refused from then on
    valid_until timestamptz not null,
    check (signs_from < signs_until and signs_until < valid_until)
);
