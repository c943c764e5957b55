#![doc = include_str!("../README.md")]

/// Messages, clients and servers, as generated from `atlas/`.
#[expect(missing_docs, clippy::all, clippy::allow_attributes, reason = "generated code: its documentation is the comments of the protos")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/atlas.rs"));
}

pub mod access;
pub mod subjects;

pub use generated::atlas::{directory, events, identity, mail, notifications, operations, projects};

/// The compiled descriptors of all contracts, for server reflection and for `/developpeurs`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/atlas.binpb"));
